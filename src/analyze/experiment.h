/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * experiment.h - what a run of many blocks shows: medians of each cell, arms compared, the sweep's
 * knee, an interrupt's cost
 */
#ifndef IRQSTORM_EXPERIMENT_H
#define IRQSTORM_EXPERIMENT_H

#include "analyze/comparison.h"

#define EXPERIMENT_ARM 24

struct experiment_cell { /* not the idle one */
	const struct record_cell *cell;
	char arm[EXPERIMENT_ARM]; /* "pv", "pv#2" where --ab names it twice; "" without --ab */
	struct comparison_samples samples;
	struct comparison_median medians[METRICS_NR]; /* in the order of metrics */
};

/* the first arm against another one, at one rate */
struct experiment_pair {
	size_t of, reference; /* indexes into cells */
	struct comparison comparison;
};

/*
 * Of the rates of one arm, by their medians. Held: at least METRICS_HELD_SHARE of what was due was
 * done on every vCPU. mHz; 0: none.
 */
struct experiment_knee {
	const char *arm;
	uint64_t held_mhz;   /* the highest that was held with every lower one held too */
	uint64_t lost_mhz;   /* the one above it, which was not; 0 also where all were held */
	double lost_share;   /* what was held of that */
	uint64_t lowest_mhz; /* whose p99 the next is compared with */
	uint64_t slow_mhz;   /* the lowest whose p99 is above twice that */
};

/* what an interrupt costs, by --soak, in one cell */
struct experiment_cost {
	size_t cell; /* index into cells */
	struct comparison_median cost, steal;
	/*
	 * The same of the idle blocks alone: each taken for the storm's block that the one before
	 * it calibrates, at this cell's interrupts a second. What there is of it is the host's
	 * noise.
	 */
	struct comparison_median idle;
	double noise_ns; /* the end of idle's interval that is farther from 0; NAN of too few */
	bool usable;	 /* cost's interval is above 0, and its median above the noise */
};

struct experiment {
	const struct record *rec;
	double until_width;	 /* see until.h; NAN where --until was not asked for */
	unsigned int nr_repeats; /* complete ones; where there is none, the medians are of what
				    there is */
	bool has_arms, has_rates;
	struct experiment_cell *cells;
	size_t nr_cells;
	struct experiment_pair *pairs;
	size_t nr_pairs;
	struct experiment_knee *knees;
	size_t nr_knees;
	struct experiment_cost *costs;
	size_t nr_costs;
};

/* 0 or -ENOMEM with a sentence; points into the record. experiment_fini takes a half-filled one */
int experiment_find(struct experiment *e, const struct record *rec);
void experiment_fini(struct experiment *e);

const struct comparison_median *experiment_median(const struct experiment_cell *c, const char *key);
/* the mode that the arm of this cell holds, with its number where it is not the first of that mode;
 * buf EXPERIMENT_ARM */
const char *experiment_arm(const struct record *rec, const struct record_cell *cell, char *buf);

#endif
