/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * comparison.h - two groups of blocks, metric by metric
 */
#ifndef IRQSTORM_COMPARISON_H
#define IRQSTORM_COMPARISON_H

#include "analyze/metrics.h"
#include "analyze/stats.h"
#include "record/record.h"

#define COMPARISON_ALPHA 0.05 /* stats_judge()'s bound of p */

struct comparison_sample {
	const struct record *rec;
	const struct record_block *block;
};

/* blocks of one kind: one a repeat, which the search of a rate has several of */
struct comparison_samples {
	struct comparison_sample *items;
	size_t nr, max;
};

struct comparison_median {
	struct stats_interval of; /* estimate NAN: not measured */
	size_t nr;		  /* values it is of */
	double lag1;		  /* autocorrelation from one repeat to the next; NAN of too few */
};

struct comparison_line {
	const struct metric *metric;
	struct comparison_median of, reference;
	struct stats_change change; /* of "of" against the reference; p is Holm's over the lines
				       that were tested */
	enum stats_verdict verdict;
	bool varied; /* else every value is the same: there is nothing to test, and p is 1 */
};

struct comparison {
	struct comparison_line lines[METRICS_NR]; /* of the metrics that both have */
	size_t nr_lines;
	size_t nr_tested; /* lines that p was adjusted for: those that varied */
	double least_p;	  /* so few blocks cannot give a smaller one, once it is adjusted; NAN:
			     nothing was tested */
};

/* the first block of each repeat of the cell, of those that are complete; where none is, of all */
int comparison_add_cell(struct comparison_samples *to, const struct record *rec, size_t cell);
bool comparison_same_rate(const struct record_cell *a,
			  const struct record_cell *b); /* of one record */
void comparison_samples_fini(struct comparison_samples *samples);

int comparison_median(const struct metric *m, const struct comparison_samples *samples,
		      struct comparison_median *out);
/* one metric of it: p is not adjusted, and nothing is judged */
int comparison_make_line(struct comparison_line *line, const struct metric *m,
			 const struct comparison_samples *of,
			 const struct comparison_samples *reference, bool paired, uint64_t seed);
/* paired: sample i of the one and of the other are of one repeat. margin as in stats_judge. 0 or
 * -ENOMEM with a sentence */
int comparison_make(struct comparison *c, const struct comparison_samples *of,
		    const struct comparison_samples *reference, bool paired, uint64_t seed,
		    double margin);

/* the word for it: of a metric where neither is better, "more" and "less" */
const char *comparison_verdict(const struct comparison_line *line);
/* what comes next hangs together with what was before, more than chance explains (|r| > 2/sqrt(n))
 */
bool comparison_autocorrelated(const struct comparison_line *line);

#endif
