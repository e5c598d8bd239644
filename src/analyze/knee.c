// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * knee.c - the highest rate that is held, and the first that is slow, of each arm of a sweep. Pure.
 */
#include "analyze/knee.h"

#include <math.h>
#include <stdlib.h>
#include "base/err.h"

#define SLOW 2 /* times the p99 of the lowest rate */

static int by_rate(const void *a, const void *b)
{
	const struct experiment_cell *const *p = a, *const *q = b;
	const uint64_t x = (*p)->cell->rate_mhz, y = (*q)->cell->rate_mhz;

	return x < y ? -1 : x > y;
}

/* cells: of one arm, by their rate, which none of them is without */
static void find_one(struct experiment_knee *knee, const struct experiment_cell *const *cells,
		     size_t nr)
{
	const double base = experiment_median(cells[0], "p99_ns")->of.estimate;

	knee->arm = cells[0]->arm;
	knee->lowest_mhz = cells[0]->cell->rate_mhz;
	knee->lost_share = NAN;
	for (size_t i = 0; i < nr; i++) {
		const double share = experiment_median(cells[i], "held_share")->of.estimate;
		const double p99 = experiment_median(cells[i], "p99_ns")->of.estimate;
		const uint64_t mhz = cells[i]->cell->rate_mhz;

		if (!knee->lost_mhz && share >= METRICS_HELD_SHARE)
			knee->held_mhz = mhz;
		if (!knee->lost_mhz && share < METRICS_HELD_SHARE) {
			knee->lost_mhz = mhz;
			knee->lost_share = share;
		}
		if (!knee->slow_mhz && p99 > SLOW * base)
			knee->slow_mhz = mhz;
	}
}

int knee_find(struct experiment *e)
{
	const struct experiment_cell **cells = calloc(e->nr_cells + 1, sizeof(*cells));

	e->knees = calloc(e->nr_cells + 1, sizeof(*e->knees));
	for (size_t first = 0; cells && e->knees && first < e->nr_cells; first++) {
		const unsigned int arm = e->cells[first].cell->arm;
		bool seen = false;
		size_t nr = 0;

		for (size_t i = 0; i < first; i++)
			seen |= e->cells[i].cell->arm == arm;
		for (size_t i = first; !seen && i < e->nr_cells; i++)
			if (e->cells[i].cell->arm == arm && e->cells[i].cell->rate_mhz &&
			    e->cells[i].samples.nr)
				cells[nr++] = &e->cells[i];
		if (!nr)
			continue;
		qsort(cells, nr, sizeof(*cells), by_rate);
		find_one(&e->knees[e->nr_knees++], cells, nr);
	}
	free(cells);
	return cells && e->knees ? 0 : err_nomem();
}
