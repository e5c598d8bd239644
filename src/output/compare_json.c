// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * compare_json.c - two groups of records beside each other, as one JSON document
 */
#include "output/output.h"

#include "analyze/compare.h"
#include "output/experiment_json.h"
#include "output/judge_json.h"
#include "output/value.h"

#define SCHEMA "irqstorm-compare/1"

static json_t *value_json(enum difference_kind kind, const struct difference_value *v)
{
	if (kind == DIFFERENCE_TEXT)
		return value_text(v->text);
	if (v->number == UINT64_MAX)
		return json_null();
	if (kind == DIFFERENCE_YES_NO)
		return json_boolean(v->number);
	return kind == DIFFERENCE_RATE ? value_rate(v->number) : value_count(v->number);
}

static json_t *values_json(enum difference_kind kind, const struct difference_values *values)
{
	json_t *array = json_array();

	for (size_t i = 0; i < values->nr; i++)
		json_array_append_new(array, value_json(kind, &values->items[i]));
	return array;
}

static json_t *difference_json(const struct difference *d)
{
	return json_pack("{s:s, s:o, s:o}", "what", d->key, "a", values_json(d->kind, &d->a), "b",
			 values_json(d->kind, &d->b));
}

static json_t *pair_json(const struct compare_pair *p)
{
	return json_pack("{s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "eoi", value_text(p->eoi),
			 "has_rate", p->has_rate, "rate_hz",
			 p->has_rate ? value_rate(p->rate_mhz) : json_null(), "blocks_a",
			 value_count(p->nr_a), "blocks_b", value_count(p->nr_b), "tested",
			 value_count(p->comparison.nr_tested), "least_p",
			 value_number(p->comparison.least_p), "metrics",
			 experiment_json_lines(&p->comparison));
}

int output_compare_json(FILE *out, const struct compare *c, double margin)
{
	json_t *differences = json_array(), *pairs = json_array();

	for (size_t i = 0; i < c->differences.nr; i++)
		json_array_append_new(differences, difference_json(&c->differences.items[i]));
	for (size_t i = 0; i < c->nr_pairs; i++)
		json_array_append_new(pairs, pair_json(&c->pairs[i]));
	return value_dump(out, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "schema",
					 SCHEMA, "version", PACKAGE_VERSION, "cut_short_a",
					 value_count(c->nr_cut_a), "cut_short_b",
					 value_count(c->nr_cut_b), "differences", differences,
					 "comparisons", pairs, "left_out", value_count(c->nr_alone),
					 "margin", value_number(margin), "fail_if",
					 judge_json(c->judgements.items ? &c->judgements : NULL)));
}
