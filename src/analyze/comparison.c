// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * comparison.c - groups of blocks, metric by metric. Pure; the statistics are stats.c's.
 */
#include "analyze/comparison.h"

#include <math.h>
#include <stdlib.h>
#include "analyze/repeats.h"
#include "base/err.h"

static int add_sample(struct comparison_samples *to, const struct record *rec,
		      const struct record_block *block)
{
	if (to->nr == to->max) {
		size_t max = to->max ? 2 * to->max : 32;
		struct comparison_sample *grown = realloc(to->items, max * sizeof(*grown));

		if (!grown)
			return err_nomem();
		to->items = grown;
		to->max = max;
	}
	to->items[to->nr++] = (struct comparison_sample){ rec, block };
	return 0;
}

int comparison_add_cell(struct comparison_samples *to, const struct record *rec, size_t cell)
{
	const bool complete = repeats_nr_complete(rec) > 0;
	size_t end;
	int ret = 0;

	for (size_t i = 0; !ret && i < rec->nr_blocks; i = end) {
		end = repeats_end(rec, i);
		if (complete && !repeats_complete(rec, i))
			continue;
		while (i < end && rec->blocks[i].cell != cell)
			i++;
		if (i < end)
			ret = add_sample(to, rec, &rec->blocks[i]);
	}
	return ret;
}

bool comparison_same_rate(const struct record_cell *a, const struct record_cell *b)
{
	return a->has_rate == b->has_rate && a->rate_mhz == b->rate_mhz;
}

void comparison_samples_fini(struct comparison_samples *samples)
{
	free(samples->items);
	*samples = (struct comparison_samples){ 0 };
}

static double value_of(const struct metric *m, const struct comparison_sample *sample)
{
	return metrics_value(m, sample->rec, sample->block);
}

/* what was measured of m, in values (room for all); returns how many */
static size_t values_of(const struct metric *m, const struct comparison_samples *samples,
			double *values)
{
	size_t nr = 0;

	for (size_t i = 0; i < samples->nr; i++) {
		double value = value_of(m, &samples->items[i]);

		if (!isnan(value))
			values[nr++] = value;
	}
	return nr;
}

static int median_of(const double *values, size_t nr, struct comparison_median *out)
{
	*out = (struct comparison_median){ { NAN, NAN, NAN }, nr, NAN };
	if (!nr)
		return 0;
	out->lag1 = stats_lag1(values, nr);
	return stats_median(values, nr, &out->of);
}

int comparison_median(const struct metric *m, const struct comparison_samples *samples,
		      struct comparison_median *out)
{
	double *values = calloc(samples->nr + 1, sizeof(*values));
	int ret;

	if (!values)
		return err_nomem();
	ret = median_of(values, values_of(m, samples, values), out);
	free(values);
	return ret;
}

/* those repeats in which both have a value */
static size_t pairs_of(const struct metric *m, const struct comparison_samples *of,
		       const struct comparison_samples *reference, double *a, double *b)
{
	size_t nr = 0;

	for (size_t i = 0; i < of->nr && i < reference->nr; i++) {
		a[nr] = value_of(m, &reference->items[i]);
		b[nr] = value_of(m, &of->items[i]);
		nr += !isnan(a[nr]) && !isnan(b[nr]) &&
		      of->items[i].block->repeat == reference->items[i].block->repeat;
	}
	return nr;
}

/* what shuffling cannot change is no test, and needs no adjustment (Tarone 1990): pairs without a
 * difference, or one value */
static bool varies(const double *a, size_t nr_a, const double *b, size_t nr_b, bool paired)
{
	for (size_t i = 0; i < nr_a; i++)
		if (paired ? a[i] != b[i] : a[i] != a[0])
			return true;
	for (size_t i = 0; i < nr_b && nr_a && !paired; i++)
		if (b[i] != a[0])
			return true;
	return false;
}

int comparison_make_line(struct comparison_line *line, const struct metric *m,
			 const struct comparison_samples *of,
			 const struct comparison_samples *reference, bool paired, uint64_t seed)
{
	double *a = calloc(reference->nr + 1, sizeof(*a)), *b = calloc(of->nr + 1, sizeof(*b));
	size_t nr_a = 0, nr_b = 0;
	int ret = a && b ? 0 : err_nomem();

	line->metric = m;
	if (!ret && paired) {
		nr_a = nr_b = pairs_of(m, of, reference, a, b);
	} else if (!ret) {
		nr_a = values_of(m, reference, a);
		nr_b = values_of(m, of, b);
	}
	if (!ret)
		ret = median_of(a, nr_a, &line->reference);
	if (!ret)
		ret = median_of(b, nr_b, &line->of);
	if (!ret && nr_a && nr_b)
		ret = paired ? stats_paired(a, b, nr_a, m->relative, seed, &line->change)
			     : stats_unpaired(a, nr_a, b, nr_b, m->relative, seed, &line->change);
	if (!ret)
		line->varied = varies(a, nr_a, b, nr_b, paired);
	free(a);
	free(b);
	return ret;
}

/* the two-sided p of the most extreme of all ways to flip the signs of so many pairs, or to shuffle
 * two groups */
static double extreme_p(const struct comparison_line *line, bool paired)
{
	double ways = 1;

	if (paired)
		return 2 / pow(2, (double)line->change.nr);
	for (size_t i = 1; i <= line->of.nr; i++)
		ways *= (double)(line->reference.nr + i) / (double)i;
	return fmin(1, 2 / ways);
}

static void judge(struct comparison *c, bool paired, double margin)
{
	double p[METRICS_NR];

	c->least_p = NAN;
	for (size_t i = 0; i < c->nr_lines; i++) {
		p[i] = c->lines[i].varied ? c->lines[i].change.p : NAN;
		c->nr_tested += !isnan(p[i]);
		if (!isnan(p[i]))
			c->least_p = fmin(c->least_p, extreme_p(&c->lines[i], paired));
	}
	c->least_p = fmin(1, c->least_p * (double)c->nr_tested);
	if (!c->nr_tested)
		c->least_p = NAN;
	stats_holm(p, c->nr_lines);
	for (size_t i = 0; i < c->nr_lines; i++) {
		struct comparison_line *line = &c->lines[i];
		/* a share of a reference that is 0 is none: the change is in the metric's unit
		 * then, and so no margin's */
		const bool shares = line->change.relative == line->metric->relative;

		if (!isnan(p[i]))
			line->change.p = p[i];
		line->verdict = stats_judge(&line->change, shares ? margin : 0,
					    line->metric->sense != METRIC_LESS);
	}
}

int comparison_make(struct comparison *c, const struct comparison_samples *of,
		    const struct comparison_samples *reference, bool paired, uint64_t seed,
		    double margin)
{
	int ret = 0;

	*c = (struct comparison){ .nr_lines = 0 };
	for (const struct metric *m = metrics; !ret && m->key; m++) {
		struct comparison_line *line = &c->lines[c->nr_lines];

		ret = comparison_make_line(line, m, of, reference, paired, seed);
		c->nr_lines += line->of.nr && line->reference.nr;
	}
	judge(c, paired, margin);
	return ret;
}

const char *comparison_verdict(const struct comparison_line *line)
{
	const bool neither = line->metric->sense == METRIC_NEITHER;

	switch (line->verdict) {
	case STATS_BETTER:
		return neither ? "more" : "better";
	case STATS_WORSE:
		return neither ? "less" : "worse";
	case STATS_EQUIVALENT:
		return "equivalent";
	case STATS_NOT_SHOWN:
		break;
	}
	return "no difference shown";
}

bool comparison_autocorrelated(const struct comparison_line *line)
{
	return fabs(line->change.lag1) * sqrt((double)line->change.nr) > 2;
}
