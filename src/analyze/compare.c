// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * compare.c - cells of two groups of records are matched, and their blocks compared as unpaired
 * groups. Pure.
 *
 * Where only one of two cells has a mode of its own (the other run had no --ab), the other's is the
 * module's mode of that run; where neither has, both are what the run was, and the mode is a
 * difference of the plans. Likewise rates.
 */
#include "analyze/compare.h"

#include <stdlib.h>
#include <string.h>
#include "base/err.h"

#define SEED 1

/* a cell, and the record it is of */
struct kind {
	const struct record *rec;
	const struct record_cell *cell;
};

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_mode(const struct kind *a, const struct kind *b)
{
	if (!a->cell->eoi && !b->cell->eoi)
		return true;
	return same_text(a->cell->eoi ? a->cell->eoi : a->rec->eoi_mode,
			 b->cell->eoi ? b->cell->eoi : b->rec->eoi_mode);
}

static bool same_rate(const struct kind *a, const struct kind *b)
{
	if (!a->cell->has_rate && !b->cell->has_rate)
		return true;
	if (a->rec->plan.set.find_max || b->rec->plan.set.find_max)
		return a->rec->plan.set.find_max && b->rec->plan.set.find_max;
	return (a->cell->has_rate ? a->cell->rate_mhz : a->rec->plan.set.rate_mhz) ==
	       (b->cell->has_rate ? b->cell->rate_mhz : b->rec->plan.set.rate_mhz);
}

static bool same_kind(const struct kind *a, const struct kind *b)
{
	return !a->cell->idle && !b->cell->idle && !a->rec->program.argv == !b->rec->program.argv &&
	       same_mode(a, b) && same_rate(a, b);
}

/* all blocks in these records that are of this kind */
static int gather(struct comparison_samples *samples, const struct kind *kind,
		  const struct record *const *records, size_t nr)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < nr; i++)
		for (size_t k = 0; !ret && k < records[i]->nr_cells; k++)
			if (same_kind(kind, &(struct kind){ records[i], &records[i]->cells[k] }))
				ret = comparison_add_cell(samples, records[i], k);
	return ret;
}

/* an arm that is named twice, or a second record with the same: its blocks are in already */
static bool came_before(const struct kind *kind, const struct record *const *records, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		for (size_t k = 0; k < records[i]->nr_cells; k++) {
			if (&records[i]->cells[k] == kind->cell)
				return false;
			if (same_kind(kind, &(struct kind){ records[i], &records[i]->cells[k] }))
				return true;
		}
	return false;
}

/* by the mode and the rate that are a cell's own, on whichever side */
static void name(struct compare_pair *pair, const struct kind *kind)
{
	if (kind->cell->eoi)
		pair->eoi = kind->cell->eoi;
	if (kind->cell->has_rate && !kind->rec->plan.set.find_max) {
		pair->has_rate = true;
		pair->rate_mhz = kind->cell->rate_mhz;
	}
}

struct group {
	const struct record *const *records;
	size_t nr;
};

static int compare_kind(struct compare *c, const struct kind *kind, const struct group *a,
			const struct group *b, double margin)
{
	struct compare_pair *pair = &c->pairs[c->nr_pairs];
	struct comparison_samples of = { 0 }, reference = { 0 };
	int ret = gather(&reference, kind, a->records, a->nr);

	if (!ret)
		ret = gather(&of, kind, b->records, b->nr);
	*pair = (struct compare_pair){ .nr_a = reference.nr, .nr_b = of.nr };
	name(pair, kind);
	if (of.nr)
		name(pair, &(struct kind){ of.items[0].rec,
					   &of.items[0].rec->cells[of.items[0].block->cell] });
	if (!ret && of.nr && reference.nr)
		ret = comparison_make(&pair->comparison, &of, &reference, false, SEED, margin);
	if (!ret && pair->comparison.nr_lines) {
		c->few |= pair->nr_a < COMPARE_LEAST || pair->nr_b < COMPARE_LEAST;
		c->nr_pairs++;
	} else if (reference.nr) {
		c->nr_alone++;
	}
	comparison_samples_fini(&of);
	comparison_samples_fini(&reference);
	return ret;
}

/* the kinds that B has and A has not */
static size_t nr_only_in(const struct group *b, const struct group *a)
{
	size_t nr = 0;

	for (size_t i = 0; i < b->nr; i++)
		for (size_t k = 0; k < b->records[i]->nr_cells; k++) {
			const struct kind kind = { b->records[i], &b->records[i]->cells[k] };
			bool there = kind.cell->idle || came_before(&kind, b->records, b->nr);

			for (size_t m = 0; !there && m < a->nr; m++)
				for (size_t n = 0; n < a->records[m]->nr_cells; n++)
					there |= same_kind(&kind,
							   &(struct kind){
								   a->records[m],
								   &a->records[m]->cells[n] });
			nr += !there;
		}
	return nr;
}

static size_t nr_cut(const struct record *const *records, size_t nr)
{
	size_t cut = 0;

	for (size_t i = 0; i < nr; i++)
		cut += records[i]->interrupted || records[i]->failed;
	return cut;
}

int compare_find(struct compare *c, const struct record *const *a, size_t nr_a,
		 const struct record *const *b, size_t nr_b, double margin)
{
	const struct group group_a = { a, nr_a }, group_b = { b, nr_b };
	size_t max = 1;
	int ret;

	*c = (struct compare){ .nr_cut_a = nr_cut(a, nr_a), .nr_cut_b = nr_cut(b, nr_b) };
	ret = differences_find(&c->differences, a, nr_a, b, nr_b);
	for (size_t i = 0; i < nr_a; i++)
		max += a[i]->nr_cells;
	c->pairs = calloc(max, sizeof(*c->pairs));
	if (!ret && !c->pairs)
		ret = err_nomem();
	for (size_t i = 0; !ret && i < nr_a; i++)
		for (size_t k = 0; !ret && k < a[i]->nr_cells; k++) {
			const struct kind kind = { a[i], &a[i]->cells[k] };

			if (!kind.cell->idle && !came_before(&kind, a, nr_a))
				ret = compare_kind(c, &kind, &group_a, &group_b, margin);
		}
	c->nr_alone += nr_only_in(&group_b, &group_a);
	return ret;
}

void compare_fini(struct compare *c)
{
	differences_fini(&c->differences);
	free(c->pairs);
	judge_fini(&c->judgements);
	*c = (struct compare){ 0 };
}
