// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * experiment_json.c - the findings of an experiment as JSON, and the metrics of each block they are
 * of
 */
#include "output/experiment_json.h"

#include <math.h>
#include "output/value.h"

static json_t *median_json(const struct comparison_median *m)
{
	if (!m->nr)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "median", value_number(m->of.estimate), "low",
			 value_number(m->of.low), "high", value_number(m->of.high), "n",
			 value_count(m->nr), "lag1", value_number(m->lag1));
}

/* those that were measured, by their keys */
static json_t *medians_json(const struct experiment_cell *c)
{
	json_t *o = json_object();

	for (const struct metric *m = metrics; m->key; m++)
		if (c->medians[m - metrics].nr)
			json_object_set_new(o, m->key, median_json(&c->medians[m - metrics]));
	return o;
}

/* a cell is known by its index in the record, here and in blocks and comparisons */
static json_t *cell_json(const struct experiment *e, size_t i)
{
	const struct record_cell *cell = &e->rec->cells[i];
	json_t *o = json_pack("{s:b, s:o, s:b, s:o}", "idle", cell->idle, "eoi",
			      value_text(cell->eoi), "has_rate", cell->has_rate, "rate_hz",
			      cell->has_rate ? value_rate(cell->rate_mhz) : json_null());

	for (size_t k = 0; k < e->nr_cells; k++) {
		const struct experiment_cell *c = &e->cells[k];

		if (c->cell != cell)
			continue;
		json_object_set_new(o, "arm", value_text(*c->arm ? c->arm : NULL));
		json_object_set_new(o, "metrics", medians_json(c));
	}
	return o;
}

static json_t *block_json(const struct record *rec, const struct record_block *b)
{
	json_t *values = json_object();

	for (const struct metric *m = metrics; m->key; m++) {
		double value = metrics_value(m, rec, b);

		if (!isnan(value))
			json_object_set_new(values, m->key, value_number(value));
	}
	return json_pack("{s:i, s:i, s:o, s:o, s:o, s:o}", "cell", (int)b->cell, "repeat",
			 (int)b->repeat, "rate_hz",
			 rec->cells[b->cell].has_rate ? value_rate(b->rate_mhz) : json_null(),
			 "t_ns", value_count(b->t_ns), "elapsed_ns", value_count(b->elapsed_ns),
			 "metrics", values);
}

json_t *experiment_json_lines(const struct comparison *c)
{
	json_t *o = json_object();

	for (size_t i = 0; i < c->nr_lines; i++) {
		const struct comparison_line *l = &c->lines[i];
		const struct stats_change *change = &l->change;
		const bool none = isnan(change->change.low);

		json_object_set_new(o, l->metric->key,
				    json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}",
					      "of", median_json(&l->of), "reference",
					      median_json(&l->reference), "change",
					      value_number(change->change.estimate), "low",
					      value_number(change->change.low), "high",
					      value_number(change->change.high), "relative",
					      change->relative, "p", value_number(change->p), "n",
					      value_count(change->nr), "lag1",
					      value_number(change->lag1), "verdict",
					      value_text(none ? NULL : comparison_verdict(l))));
	}
	return o;
}

static json_t *pair_json(const struct experiment *e, const struct experiment_pair *p)
{
	return json_pack("{s:i, s:i, s:o, s:o, s:o}", "cell",
			 (int)(e->cells[p->of].cell - e->rec->cells), "reference",
			 (int)(e->cells[p->reference].cell - e->rec->cells), "tested",
			 value_count(p->comparison.nr_tested), "least_p",
			 value_number(p->comparison.least_p), "metrics",
			 experiment_json_lines(&p->comparison));
}

static json_t *hz(uint64_t mhz)
{
	return mhz ? value_rate(mhz) : json_null();
}

static json_t *knee_json(const struct experiment_knee *k)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "arm",
			 value_text(*k->arm ? k->arm : NULL), "held_hz", hz(k->held_mhz),
			 "not_held_hz", hz(k->lost_mhz), "not_held_share",
			 value_number(k->lost_share), "lowest_hz", hz(k->lowest_mhz), "slow_hz",
			 hz(k->slow_mhz));
}

static json_t *cost_json(const struct experiment *e, const struct experiment_cost *c)
{
	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:b}", "cell",
			 (int)(e->cells[c->cell].cell - e->rec->cells), "cost_ns",
			 median_json(&c->cost), "idle_ns", median_json(&c->idle), "noise_ns",
			 value_number(c->noise_ns), "steal_share", median_json(&c->steal), "usable",
			 c->usable);
}

static json_t *plan_json(const struct experiment *e)
{
	const struct settings *p = &e->rec->plan.set;

	return json_pack("{s:o, s:o, s:i, s:i, s:o, s:o, s:o, s:b, s:b}", "block_ns",
			 value_count(p->block_ns), "settle_ns", value_count(p->settle_ns),
			 "repeat_min", (int)p->repeat_min, "repeat_max", (int)p->repeat_max,
			 "until", p->until > 0 ? value_number(p->until) : json_null(),
			 "until_width", value_number(e->until_width), "margin",
			 value_number(p->margin), "soak", p->soak, "find_max", p->find_max);
}

json_t *experiment_json(const struct experiment *e)
{
	json_t *o, *cells, *blocks, *pairs, *knees, *costs;

	if (!e)
		return json_null();
	o = plan_json(e);
	cells = json_array();
	blocks = json_array();
	pairs = json_array();
	knees = json_array();
	costs = json_array();
	for (size_t i = 0; i < e->rec->nr_cells; i++)
		json_array_append_new(cells, cell_json(e, i));
	for (size_t i = 0; i < e->rec->nr_blocks; i++)
		json_array_append_new(blocks, block_json(e->rec, &e->rec->blocks[i]));
	for (size_t i = 0; i < e->nr_pairs; i++)
		json_array_append_new(pairs, pair_json(e, &e->pairs[i]));
	for (size_t i = 0; i < e->nr_knees; i++)
		json_array_append_new(knees, knee_json(&e->knees[i]));
	for (size_t i = 0; i < e->nr_costs; i++)
		json_array_append_new(costs, cost_json(e, &e->costs[i]));
	json_object_set_new(o, "repeats", json_integer(e->nr_repeats));
	json_object_set_new(o, "cells", cells);
	json_object_set_new(o, "blocks", blocks);
	json_object_set_new(o, "comparisons", pairs);
	json_object_set_new(o, "knees", knees);
	json_object_set_new(o, "costs", costs);
	return o;
}
