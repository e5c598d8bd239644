// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cost.c - the cost of an interrupt beside the noise of the idle blocks, in the same unit. Pure.
 */
#include "analyze/cost.h"

#include <math.h>
#include <stdlib.h>
#include "analyze/repeats.h"
#include "base/err.h"

/* CPUs that each idle block lost against the one of the repeat before; nr of them in lost (room for
 * all repeats) */
static size_t idle_losses(const struct experiment *e, double *lost)
{
	const struct record_block *before = NULL;
	const struct record *rec = e->rec;
	size_t nr = 0;

	for (size_t i = 0; i < rec->nr_blocks; i = repeats_end(rec, i)) {
		const struct record_block *idle = metrics_idle(rec, &rec->blocks[i]);
		double value;

		if (!repeats_complete(rec, i))
			continue;
		value = record_begins_run(rec, i) ? NAN : metrics_lost_cpus(rec, idle, before);
		if (!isnan(value))
			lost[nr++] = value;
		before = idle;
	}
	return nr;
}

static int find_one(struct experiment_cost *cost, const struct experiment_cell *c, double *lost,
		    size_t nr)
{
	const double hz = experiment_median(c, "interrupts_hz")->of.estimate;
	int ret = 0;

	cost->cost = *experiment_median(c, "cost_ns");
	cost->steal = *experiment_median(c, "steal_share");
	cost->idle = (struct comparison_median){ { NAN, NAN, NAN }, nr, NAN };
	for (size_t i = 0; i < nr; i++)
		lost[i] *= 1e9 / hz;
	if (nr) {
		ret = stats_median(lost, nr, &cost->idle.of);
		cost->idle.lag1 = stats_lag1(lost, nr);
	}
	for (size_t i = 0; i < nr; i++)
		lost[i] /= 1e9 / hz;
	cost->noise_ns = isnan(cost->idle.of.low)
				 ? NAN
				 : fmax(fabs(cost->idle.of.low), fabs(cost->idle.of.high));
	cost->usable = cost->cost.of.low > 0 &&
		       cost->cost.of.estimate > cost->noise_ns; /* false of a NAN */
	return ret;
}

int cost_find(struct experiment *e)
{
	double *lost = calloc(e->nr_repeats + 1, sizeof(*lost));
	size_t nr;
	int ret = 0;

	e->costs = calloc(e->nr_cells + 1, sizeof(*e->costs));
	if (!lost || !e->costs) {
		free(lost);
		return err_nomem();
	}
	nr = idle_losses(e, lost);
	for (size_t i = 0; !ret && i < e->nr_cells; i++) {
		if (!experiment_median(&e->cells[i], "cost_ns")->nr)
			continue;
		e->costs[e->nr_costs].cell = i;
		ret = find_one(&e->costs[e->nr_costs++], &e->cells[i], lost, nr);
	}
	free(lost);
	return ret;
}
