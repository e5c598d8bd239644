// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * resample.c - the loops of bootstrap and permutation; knows no comparison. What a loop needs is
 * allocated and sorted before it: a resample is a list of counts, flipped and shuffled values come
 * out of sorted ones sorted.
 */
#include "analyze/resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include "base/err.h"

/*
 * Where the time goes: a number below n takes log2(n) bits of a random word, and what is left of
 * the word is as good for the next one. A word is left when fewer than 16 bits would be, so a
 * number is uneven by 1/65536 at most.
 */
struct dice {
	gsl_rng *rng;
	uint32_t word;
	int bits;
};

static size_t below(struct dice *d, size_t n)
{
	int width = 64 - __builtin_clzl(n);
	uint64_t product;

	if (d->bits < 16 + width) {
		d->word = (uint32_t)gsl_rng_get(d->rng);
		d->bits = 32;
	}
	product = d->word * (uint64_t)n;
	d->word = (uint32_t)product;
	d->bits -= width;
	return (size_t)(product >> 32);
}

static void draw(const struct resample *r, struct dice *dice, unsigned int *drawn)
{
	size_t g, i;

	memset(drawn, 0, (r->nr[0] + r->nr[1]) * sizeof(*drawn));
	for (g = 0; g < 2; drawn += r->nr[g++])
		for (i = 0; i < r->nr[g]; i++)
			drawn[below(dice, r->nr[g])]++;
}

/* by the jackknife: each unit left out once; NAN where the statistic needs them all */
static double acceleration(const struct resample *r, unsigned int *drawn, double *without)
{
	double cubes = 0, squares = 0, mean, u;
	size_t g, i, first = 0;

	for (i = 0; i < r->nr[0] + r->nr[1]; i++)
		drawn[i] = 1;
	for (g = 0; g < 2 && r->nr[g]; first += r->nr[g++]) {
		for (i = 0; i < r->nr[g]; i++) {
			drawn[first + i] = 0;
			without[i] = r->statistic(r->data, drawn);
			drawn[first + i] = 1;
		}
		mean = gsl_stats_mean(without, 1, r->nr[g]);
		for (i = 0; i < r->nr[g]; i++) {
			u = (double)(r->nr[g] - 1) / (double)r->nr[g] * (mean - without[i]);
			squares += u * u;
			cubes += u * u * u;
		}
	}
	return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : squares;
}

/* how much of the bootstrap distribution is below the estimate, as a normal quantile; what is equal
 * counts half */
static double bias(const double *replicates, size_t nr, double estimate)
{
	double lower = 0;
	size_t i;

	for (i = 0; i < nr; i++)
		lower += replicates[i] < estimate ? 1 : replicates[i] == estimate ? 0.5 : 0;
	return gsl_cdf_ugaussian_Pinv(fmin(fmax(lower, 0.5), (double)nr - 0.5) / (double)nr);
}

/* the replicate that BCa takes for the quantile alpha; orders the replicates anew */
static double endpoint(double *replicates, size_t nr, const struct resample_bca *c, double alpha)
{
	double z = c->bias + gsl_cdf_ugaussian_Pinv(alpha), stretch = 1 - c->acceleration * z,
	       corrected, rank;

	/* beyond the pole there is no quantile left but the last */
	corrected = stretch > 0 ? gsl_cdf_ugaussian_P(c->bias + z / stretch) : z > 0;
	rank = round(corrected * (double)(nr + 1));
	return gsl_stats_select(replicates, 1, nr, (size_t)fmin(fmax(rank, 1), (double)nr) - 1);
}

static void interval(const struct resample *r, gsl_rng *rng, double *replicates,
		     unsigned int *drawn, struct stats_interval *out, struct resample_bca *c)
{
	struct dice dice = { .rng = rng };
	bool defined;
	size_t i;

	for (i = 0; i < r->nr[0] + r->nr[1]; i++)
		drawn[i] = 1;
	out->estimate = r->statistic(r->data, drawn);
	defined = !isnan(out->estimate);
	if (r->nr[0] < RESAMPLE_LEAST || (r->nr[1] && r->nr[1] < RESAMPLE_LEAST))
		return;
	for (i = 0; defined && i < r->nr_resamples; i++) {
		draw(r, &dice, drawn);
		replicates[i] = r->statistic(r->data, drawn);
		defined = !isnan(replicates[i]);
	}
	/* the jackknife's values go behind the replicates */
	if (defined)
		c->acceleration = acceleration(r, drawn, replicates + r->nr_resamples);
	if (!defined || isnan(c->acceleration)) {
		out->estimate = NAN;
		return;
	}
	c->bias = bias(replicates, r->nr_resamples, out->estimate);
	out->low = endpoint(replicates, r->nr_resamples, c, (1 - r->level) / 2);
	out->high = endpoint(replicates, r->nr_resamples, c, (1 + r->level) / 2);
}

int resample_interval(const struct resample *r, gsl_rng *rng, struct stats_interval *out,
		      struct resample_bca *corrections)
{
	size_t nr = r->nr[0] + r->nr[1];
	double *replicates = malloc((r->nr_resamples + nr) * sizeof(*replicates));
	unsigned int *drawn = malloc((nr + 1) * sizeof(*drawn));
	struct resample_bca c = { 0, 0 };
	int err = replicates && drawn ? 0 : err_nomem();

	*out = (struct stats_interval){ NAN, NAN, NAN };
	if (!err)
		interval(r, rng, replicates, drawn, out, &c);
	if (corrections)
		*corrections = c;
	free(drawn);
	free(replicates);
	return err;
}

/* how far from 0: by the trimmed mean, and where that is the same by the mean */
struct extent {
	double trimmed, mean;
};

/* gsl_stats_trmean_from_sorted_data() divides once for each value, which is most of a permutation's
 * time */
static struct extent extent(const double *sorted, size_t nr, double trim)
{
	size_t i, cut = (size_t)(trim * (double)nr);
	double inside = 0, outside = 0;

	for (i = cut; i < nr - cut; i++)
		inside += sorted[i];
	for (i = 0; i < cut; i++)
		outside += sorted[i] + sorted[nr - 1 - i];
	return (struct extent){ inside / (double)(nr - 2 * cut), (inside + outside) / (double)nr };
}

static struct extent difference(struct extent b, struct extent a)
{
	return (struct extent){ b.trimmed - a.trimmed, b.mean - a.mean };
}

/* as far as observed, in whichever direction; rounding is what sums of values up to largest have */
static bool as_far(struct extent e, struct extent observed, double largest)
{
	double rounding = 1e-12 * largest, further = fabs(e.trimmed) - fabs(observed.trimmed);

	return further > rounding ||
	       (further >= -rounding && fabs(e.mean) - fabs(observed.mean) >= -rounding);
}

/* the values with these signs, sorted: the largest go to the ends first, the negative ones to the
 * front; no branches */
static void with_signs(const double *size, size_t nr, const uint32_t *negative, double *sorted)
{
	size_t front = 0, back = nr;

	while (nr--) {
		uint32_t minus = negative[nr / 32] >> (nr % 32) & 1;

		back -= 1 - minus;
		sorted[minus ? front : back] = minus ? -size[nr] : size[nr];
		front += minus;
	}
}

/* how many of nr_flips changes of signs give as much as was observed; nr_flips 0: all there are, of
 * 2^nr */
static double count_flips(const double *size, size_t nr, double trim, struct extent observed,
			  size_t nr_flips, gsl_rng *rng, uint32_t *negative, double *sorted)
{
	size_t flip, word, words = (nr + 31) / 32, all = nr_flips ? nr_flips : (size_t)1 << nr,
			   count = 0;

	for (flip = 0; flip < all; flip++) {
		for (word = 0; word < words; word++)
			negative[word] = nr_flips ? (uint32_t)gsl_rng_get(rng) : (uint32_t)flip;
		with_signs(size, nr, negative, sorted);
		count += as_far(extent(sorted, nr, trim), observed, size[nr - 1]);
	}
	return (double)count;
}

int resample_flip_signs(const double *differences, size_t nr, double trim, size_t nr_resamples,
			gsl_rng *rng, double *p)
{
	double *size = malloc((2 * nr + 1) * sizeof(*size)), *sorted = size + nr;
	uint32_t *negative = malloc((nr / 32 + 1) * sizeof(*negative));
	struct extent observed;
	size_t i;

	*p = NAN;
	if (size && negative && nr) {
		memcpy(sorted, differences, nr * sizeof(*sorted));
		gsl_sort(sorted, 1, nr);
		observed = extent(sorted, nr, trim);
		for (i = 0; i < nr; i++)
			size[i] = fabs(differences[i]);
		gsl_sort(size, 1, nr);
		if (nr <= RESAMPLE_ENUMERATED)
			*p = count_flips(size, nr, trim, observed, 0, rng, negative, sorted) /
			     ldexp(1, (int)nr);
		else
			*p = (count_flips(size, nr, trim, observed, nr_resamples, rng, negative,
					  sorted) +
			      1) /
			     (double)(nr_resamples + 1);
	}
	i = size && negative;
	free(negative);
	free(size);
	return i ? 0 : err_nomem();
}

/* Knuth's selection sampling: each value goes to a with the chance that a still has room, and both
 * stay sorted */
static struct extent shuffled(const double *pooled, size_t nr_a, size_t nr_b, double trim,
			      struct dice *dice, double *a, double *b)
{
	size_t i, nr = nr_a + nr_b, in_a = 0;

	/* into both, and one counts: no branches; a and b have room for one more */
	for (i = 0; i < nr; i++) {
		a[in_a] = b[i - in_a] = pooled[i];
		in_a += below(dice, nr - i) < nr_a - in_a;
	}
	return difference(extent(b, nr_b, trim), extent(a, nr_a, trim));
}

int resample_shuffle_labels(const double *a, size_t nr_a, const double *b, size_t nr_b, double trim,
			    size_t nr_resamples, gsl_rng *rng, double *p)
{
	size_t nr = nr_a + nr_b, i, count = 0;
	double *pooled = malloc((2 * nr + 2) * sizeof(*pooled)), *some_a, *some_b;
	struct dice dice = { .rng = rng };
	struct extent observed;
	double largest;

	*p = NAN;
	if (!pooled)
		return err_nomem();
	some_a = pooled + nr;
	some_b = some_a + nr_a + 1;
	if (nr_a && nr_b) {
		memcpy(pooled, a, nr_a * sizeof(*a));
		memcpy(pooled + nr_a, b, nr_b * sizeof(*b));
		memcpy(some_a, a, nr_a * sizeof(*a));
		memcpy(some_b, b, nr_b * sizeof(*b));
		gsl_sort(some_a, 1, nr_a);
		gsl_sort(some_b, 1, nr_b);
		gsl_sort(pooled, 1, nr);
		observed = difference(extent(some_b, nr_b, trim), extent(some_a, nr_a, trim));
		largest = fmax(fabs(pooled[0]), fabs(pooled[nr - 1]));
		for (i = 0; i < nr_resamples; i++)
			count += as_far(shuffled(pooled, nr_a, nr_b, trim, &dice, some_a, some_b),
					observed, largest);
		*p = (double)(count + 1) / (double)(nr_resamples + 1);
	}
	free(pooled);
	return 0;
}
