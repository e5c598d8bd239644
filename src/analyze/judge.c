// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * judge.c - intervals beside bounds. Pure; each place is judged by itself, and p has no say.
 */
#include "analyze/judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "analyze/compare.h"
#include "base/err.h"

static enum judgement_status status_of(const struct bound *b, const struct stats_interval *i)
{
	const bool more = b->op == BOUND_MORE || b->op == BOUND_AT_LEAST;
	const bool equal = b->op == BOUND_AT_MOST || b->op == BOUND_AT_LEAST;
	/* mirrored, so that there is one side only */
	const double low = more ? i->low : -i->high, high = more ? i->high : -i->low,
		     bound = more ? b->value : -b->value;

	if (isnan(low) || isnan(high))
		return JUDGEMENT_NOT_MEASURED;
	if (low > bound || (equal && low >= bound))
		return JUDGEMENT_FAILED;
	if (high < bound || (!equal && high <= bound))
		return JUDGEMENT_PASSED;
	return JUDGEMENT_UNDECIDED;
}

static bool is_farther(const struct bound *b, double value, double than)
{
	if (isnan(value) || isnan(than))
		return isnan(than) && !isnan(value);
	return b->op == BOUND_MORE || b->op == BOUND_AT_LEAST ? value > than : value < than;
}

/* one more place; its bound, counts and status are still to be filled */
static void add_place(struct judgement *j, struct judgement place)
{
	if (!place.nr)
		return;
	place.bound = j->bound;
	place.status = place.no_reference ? JUDGEMENT_UNDECIDED : status_of(&j->bound, &place.of);
	place.nr_places = j->nr_places + 1;
	place.nr_same = place.status == j->status ? j->nr_same + 1 : 1;
	if (!j->nr_places || place.status > j->status ||
	    (place.status == j->status &&
	     is_farther(&j->bound, place.of.estimate, j->of.estimate))) {
		*j = place;
		return;
	}
	j->nr_places++;
	j->nr_same += place.status == j->status;
}

static struct judgement place_of(const char *arm, const char *reference, bool has_rate,
				 uint64_t rate_mhz)
{
	struct judgement place = { .has_rate = has_rate, .rate_mhz = rate_mhz };

	snprintf(place.arm, sizeof(place.arm), "%s", arm ? arm : "");
	snprintf(place.reference, sizeof(place.reference), "%s", reference ? reference : "");
	return place;
}

static void set_median(struct judgement *place, const struct comparison_median *m)
{
	place->of = m->of;
	place->nr = m->nr;
}

static void set_change(struct judgement *place, const struct comparison_line *l)
{
	place->nr = l->change.nr;
	place->no_reference = l->metric->relative && !l->change.relative;
	place->of = place->no_reference ? (struct stats_interval){ NAN, NAN, NAN }
					: l->change.change;
}

static const struct comparison_line *line_of(const struct comparison *c, const struct metric *m)
{
	for (size_t i = 0; i < c->nr_lines; i++)
		if (c->lines[i].metric == m)
			return &c->lines[i];
	return NULL;
}

static int begin(struct judgements *j, const char *const *exprs, size_t nr)
{
	int ret = 0;

	*j = (struct judgements){ .items = calloc(nr + 1, sizeof(*j->items)) };
	if (!j->items)
		return err_nomem();
	for (; !ret && j->nr < nr; j->nr++) {
		struct judgement *one = &j->items[j->nr];

		*one = (struct judgement){ .of = { NAN, NAN, NAN } };
		ret = bound_parse(&one->bound, exprs[j->nr]);
	}
	return ret;
}

static bool is_rated(const struct record *rec, const struct record_cell *cell)
{
	return cell->has_rate && !rec->plan.set.find_max;
}

static int judge_one(struct judgement *one, const struct experiment *e)
{
	for (size_t i = 0; !one->bound.change && i < e->nr_cells; i++) {
		const struct experiment_cell *c = &e->cells[i];
		struct judgement place = place_of(c->arm, NULL, is_rated(e->rec, c->cell),
						  c->cell->rate_mhz);

		set_median(&place, &c->medians[one->bound.metric - metrics]);
		add_place(one, place);
	}
	if (one->bound.change && !e->nr_pairs)
		return bound_refuse(
			&one->bound,
			"change() needs arms that are compared: --ab, or irqstorm compare");
	for (size_t i = 0; one->bound.change && i < e->nr_pairs; i++) {
		const struct experiment_pair *p = &e->pairs[i];
		const struct experiment_cell *of = &e->cells[p->of],
					     *reference = &e->cells[p->reference];
		const struct comparison_line *l = line_of(&p->comparison, one->bound.metric);
		struct judgement place = place_of(of->arm, reference->arm,
						  is_rated(e->rec, of->cell), of->cell->rate_mhz);

		if (!l)
			continue;
		set_change(&place, l);
		add_place(one, place);
	}
	return 0;
}

int judge_record(struct judgements *j, const char *const *exprs, size_t nr,
		 const struct record *rec, const struct experiment *e)
{
	struct experiment own = { 0 };
	int ret = begin(j, exprs, nr);

	/* a plain run is one block; what merge made of many has as many */
	if (!ret && !e) {
		ret = experiment_find(&own, rec);
		e = &own;
	}
	for (size_t i = 0; !ret && i < nr; i++)
		ret = judge_one(&j->items[i], e);
	experiment_fini(&own);
	return ret;
}

int judge_compare(struct judgements *j, const char *const *exprs, size_t nr,
		  const struct compare *c)
{
	int ret = begin(j, exprs, nr);

	for (size_t i = 0; !ret && i < nr; i++) {
		struct judgement *one = &j->items[i];

		for (size_t k = 0; k < c->nr_pairs; k++) {
			const struct compare_pair *p = &c->pairs[k];
			const struct comparison_line *l = line_of(&p->comparison,
								  one->bound.metric);
			struct judgement place = place_of(p->eoi, NULL, p->has_rate, p->rate_mhz);

			if (!l)
				continue;
			if (one->bound.change)
				set_change(&place, l);
			else
				set_median(&place, &l->of);
			add_place(one, place);
		}
	}
	return ret;
}

void judge_fini(struct judgements *j)
{
	free(j->items);
	*j = (struct judgements){ 0 };
}
