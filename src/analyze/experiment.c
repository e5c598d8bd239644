// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * experiment.c - a record of many blocks becomes findings. Pure.
 */
#include "analyze/experiment.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/cost.h"
#include "analyze/knee.h"
#include "analyze/repeats.h"
#include "analyze/until.h"
#include "base/err.h"

const char *experiment_arm(const struct record *rec, const struct record_cell *cell, char *buf)
{
	unsigned int nr = 1;

	buf[0] = '\0';
	if (!cell->eoi)
		return buf;
	/* the arms of one mode before this one; each has a cell at every rate */
	for (unsigned int arm = 0; arm < cell->arm; arm++)
		for (size_t i = 0; i < rec->nr_cells; i++) {
			const struct record_cell *c = &rec->cells[i];

			if (c->idle || c->arm != arm || !c->eoi || strcmp(c->eoi, cell->eoi))
				continue;
			nr++;
			break;
		}
	snprintf(buf, EXPERIMENT_ARM, nr > 1 ? "%s#%u" : "%s", cell->eoi, nr);
	return buf;
}

const struct comparison_median *experiment_median(const struct experiment_cell *c, const char *key)
{
	return &c->medians[metrics_find(key) - metrics];
}

static int find_cells(struct experiment *e)
{
	const struct record *rec = e->rec;
	int ret = 0;

	e->cells = calloc(rec->nr_cells + 1, sizeof(*e->cells));
	if (!e->cells)
		return err_nomem();
	for (size_t i = 0; !ret && i < rec->nr_cells; i++) {
		struct experiment_cell *c = &e->cells[e->nr_cells];

		if (rec->cells[i].idle)
			continue;
		e->nr_cells++;
		c->cell = &rec->cells[i];
		experiment_arm(rec, c->cell, c->arm);
		e->has_arms |= c->cell->arm > 0;
		e->has_rates |= c->cell->has_rate && !rec->plan.set.find_max;
		ret = comparison_add_cell(&c->samples, rec, i);
		for (const struct metric *m = metrics; !ret && m->key; m++)
			ret = comparison_median(m, &c->samples, &c->medians[m - metrics]);
	}
	return ret;
}

static int find_pairs(struct experiment *e)
{
	int ret = 0;

	e->pairs = calloc(e->nr_cells + 1, sizeof(*e->pairs));
	if (!e->pairs)
		return err_nomem();
	for (size_t of = 0; of < e->nr_cells; of++) {
		for (size_t i = 0; !ret && !e->cells[of].cell->arm && i < e->nr_cells; i++) {
			struct experiment_pair *pair = &e->pairs[e->nr_pairs];

			if (!e->cells[i].cell->arm ||
			    !comparison_same_rate(e->cells[of].cell, e->cells[i].cell))
				continue;
			e->nr_pairs++;
			pair->of = of;
			pair->reference = i;
			ret = comparison_make(&pair->comparison, &e->cells[of].samples,
					      &e->cells[i].samples, true, e->rec->plan.set.seed,
					      e->rec->plan.set.margin);
		}
	}
	return ret;
}

int experiment_find(struct experiment *e, const struct record *rec)
{
	int ret;

	*e = (struct experiment){ .rec = rec,
				  .nr_repeats = repeats_nr_complete(rec),
				  .until_width = NAN };
	ret = find_cells(e);
	if (!ret)
		ret = find_pairs(e);
	if (!ret && e->has_rates)
		ret = knee_find(e);
	if (!ret && rec->plan.set.soak)
		ret = cost_find(e);
	if (!ret && rec->plan.set.until > 0)
		ret = until_width(rec, &e->until_width);
	return ret;
}

void experiment_fini(struct experiment *e)
{
	for (size_t i = 0; i < e->nr_cells; i++)
		comparison_samples_fini(&e->cells[i].samples);
	free(e->cells);
	free(e->pairs);
	free(e->knees);
	free(e->costs);
	*e = (struct experiment){ 0 };
}
