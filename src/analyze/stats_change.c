// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stats_change.c - how much b differs from a, by pairs or by groups; knows no metric, and no
 * verdict.
 */
#include "analyze/stats_change.h"

#include <math.h>
#include <stdlib.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include "analyze/resample.h"
#include "base/err.h"

#define TRIM 0.2

/* values in rising order, and which unit each is of */
struct ranked {
	double *values;
	size_t *unit;
	size_t nr;
};

/* the two trimmed means that the change is made of: pairs have their differences and a, groups have
 * b and a */
struct means {
	struct ranked top, a;
	bool paired, relative;
	double mean_a;
};

static void ranked_fini(struct ranked *r)
{
	free(r->unit);
	free(r->values);
}

static int ranked_init(struct ranked *r, const double *values, size_t nr)
{
	size_t i;

	*r = (struct ranked){ .nr = nr };
	r->values = malloc((nr + 1) * sizeof(*r->values));
	r->unit = malloc((nr + 1) * sizeof(*r->unit));
	if (!r->values || !r->unit) {
		ranked_fini(r);
		*r = (struct ranked){ .nr = 0 };
		return err_nomem();
	}
	gsl_sort_index(r->unit, values, 1, nr);
	for (i = 0; i < nr; i++)
		r->values[i] = values[r->unit[i]];
	return 0;
}

/*
 * The trimmed mean of what was drawn, as gsl_stats_trmean_from_sorted_data() has it, without
 * writing it all out: a value weighs as much of its draws as lies between the cuts. Around the
 * median, so that equal values give just that.
 */
static double ranked_mean(const struct ranked *r, const unsigned int *drawn)
{
	size_t i, nr = 0, cut, upto = 0, kept, before;
	double around = r->values[r->nr / 2], sum = 0;

	for (i = 0; i < r->nr; i++)
		nr += drawn[i];
	cut = (size_t)(TRIM * (double)nr);
	for (before = cut, i = 0; i < r->nr; i++, before = kept) {
		upto += drawn[r->unit[i]];
		kept = upto < cut ? cut : upto > nr - cut ? nr - cut : upto;
		sum += (r->values[i] - around) * (double)(int)(kept - before);
	}
	return around + sum / (double)(nr - 2 * cut);
}

static double change_of(void *data, const unsigned int *drawn)
{
	struct means *m = data;
	double change, a = 0;

	if (!m->paired || m->relative)
		a = ranked_mean(&m->a, drawn);
	/* groups: a's units come first */
	change = m->paired ? ranked_mean(&m->top, drawn)
			   : ranked_mean(&m->top, drawn + m->a.nr) - a;
	if (!m->relative)
		return change;
	return a * copysign(1, m->mean_a) > 0 ? change / fabs(a) : NAN;
}

static int interval_of(struct means *m, size_t nr_resamples, gsl_rng *rng, struct stats_change *out)
{
	struct resample r = {
		.statistic = change_of,
		.data = m,
		.nr = { m->a.nr, m->paired ? 0 : m->top.nr },
		.nr_resamples = nr_resamples,
		.level = 0.95,
	};
	int err;

	m->mean_a = gsl_stats_trmean_from_sorted_data(TRIM, m->a.values, 1, m->a.nr);
	err = resample_interval(&r, rng, &out->change, NULL);
	if (!err && m->relative && isnan(out->change.estimate)) {
		m->relative = false;
		err = resample_interval(&r, rng, &out->change, NULL);
	}
	out->relative = m->relative;
	return err;
}

/* GSL's own gsl_rng_alloc() ends the program where there is no memory */
static int rng_init(gsl_rng *rng, uint64_t seed)
{
	rng->type = gsl_rng_mt19937;
	rng->state = malloc(rng->type->size);
	if (!rng->state)
		return err_nomem();
	gsl_rng_set(rng, (uint32_t)(seed ^ seed >> 32));
	return 0;
}

/* what both comparisons do with their sorted values; top and a are differences and a, or b and a */
static int change(struct means *m, const double *top, const double *a, size_t nr_top, size_t nr_a,
		  uint64_t seed, size_t nr_resamples, struct stats_change *out)
{
	gsl_rng rng = { NULL, NULL };
	int err = rng_init(&rng, seed);

	if (!err)
		err = ranked_init(&m->top, top, nr_top);
	if (!err)
		err = ranked_init(&m->a, a, nr_a);
	if (!err && m->paired)
		err = resample_flip_signs(top, nr_top, TRIM, nr_resamples, &rng, &out->p);
	else if (!err)
		err = resample_shuffle_labels(a, nr_a, top, nr_top, TRIM, nr_resamples, &rng,
					      &out->p);
	if (!err)
		err = interval_of(m, nr_resamples, &rng, out);
	ranked_fini(&m->a);
	ranked_fini(&m->top);
	free(rng.state);
	return err;
}

struct pair {
	double difference, a;
};

static int by_difference(const void *left, const void *right)
{
	const struct pair *l = left, *r = right;

	if (l->difference != r->difference)
		return l->difference < r->difference ? -1 : 1;
	return (l->a > r->a) - (l->a < r->a);
}

int stats_change_paired(const double *a, const double *b, size_t nr, bool relative, uint64_t seed,
			size_t nr_resamples, struct stats_change *out)
{
	struct means m = { .paired = true, .relative = relative };
	struct pair *pairs = malloc((nr + 1) * sizeof(*pairs));
	double *differences = malloc((2 * nr + 1) * sizeof(*differences)), *first;
	size_t i, used = 0;
	int err = 0;

	*out = (struct stats_change){ .change = { NAN, NAN, NAN }, .p = NAN, .lag1 = NAN };
	if (!pairs || !differences) {
		err = err_nomem();
		goto out;
	}
	first = differences + nr;
	for (i = 0; i < nr; i++) {
		struct pair p = { b[i] - a[i], a[i] };

		if (!isfinite(p.difference))
			continue;
		differences[used] = p.difference;
		pairs[used++] = p;
	}
	out->nr = used;
	if (!used)
		goto out;
	out->lag1 = stats_lag1(differences, used);
	/* one order for all that the caller may have them in: the same pairs give the same numbers
	 */
	qsort(pairs, used, sizeof(*pairs), by_difference);
	for (i = 0; i < used; i++) {
		differences[i] = pairs[i].difference;
		first[i] = pairs[i].a;
	}
	err = change(&m, differences, first, used, used, seed, nr_resamples, out);
out:
	free(differences);
	free(pairs);
	return err;
}

/* the finite ones, in their order */
static size_t keep_finite(const double *values, size_t nr, double *out)
{
	size_t i, used = 0;

	for (i = 0; i < nr; i++)
		if (isfinite(values[i]))
			out[used++] = values[i];
	return used;
}

/* of the residuals of both groups, none of which follows one of the other group */
static double pooled_lag1(const double *a, size_t nr_a, const double *b, size_t nr_b)
{
	double ss_a = gsl_stats_tss(a, 1, nr_a), ss_b = gsl_stats_tss(b, 1, nr_b);
	double lag_a = stats_lag1(a, nr_a), lag_b = stats_lag1(b, nr_b);

	/* a group without one has nothing that follows another */
	return ((isnan(lag_a) ? 0 : lag_a * ss_a) + (isnan(lag_b) ? 0 : lag_b * ss_b)) /
	       ((isnan(lag_a) ? 0 : ss_a) + (isnan(lag_b) ? 0 : ss_b));
}

int stats_change_unpaired(const double *a, size_t nr_a, const double *b, size_t nr_b, bool relative,
			  uint64_t seed, size_t nr_resamples, struct stats_change *out)
{
	struct means m = { .paired = false, .relative = relative };
	double *values = malloc((nr_a + nr_b + 1) * sizeof(*values)), *second;
	int err = 0;

	*out = (struct stats_change){ .change = { NAN, NAN, NAN }, .p = NAN, .lag1 = NAN };
	if (!values)
		return err_nomem();
	nr_a = keep_finite(a, nr_a, values);
	second = values + nr_a;
	nr_b = keep_finite(b, nr_b, second);
	out->nr = nr_a < nr_b ? nr_a : nr_b;
	if (out->nr) {
		out->lag1 = pooled_lag1(values, nr_a, second, nr_b);
		gsl_sort(values, 1, nr_a);
		gsl_sort(second, 1, nr_b);
		err = change(&m, second, values, nr_b, nr_a, seed, nr_resamples, out);
	}
	free(values);
	return err;
}

int stats_paired(const double *a, const double *b, size_t nr, bool relative, uint64_t seed,
		 struct stats_change *out)
{
	return stats_change_paired(a, b, nr, relative, seed, STATS_RESAMPLES, out);
}

int stats_unpaired(const double *a, size_t nr_a, const double *b, size_t nr_b, bool relative,
		   uint64_t seed, struct stats_change *out)
{
	return stats_change_unpaired(a, nr_a, b, nr_b, relative, seed, STATS_RESAMPLES, out);
}
