// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The statistics against published numbers and against arithmetic by hand. Where a number was
 * printed by somebody, the data and the source stand beside it.
 */
#include "unit.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include "analyze/resample.h"
#include "analyze/stats_change.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))
#define near(x, expected, epsilon) near_(x, expected, epsilon, __LINE__)

static void near_(double x, double expected, double epsilon, int line)
{
	if (!(fabs(x - expected) <= epsilon))
		fail_msg("line %d: %.10g is not %.10g", line, x, expected);
}

static gsl_rng *rng(void)
{
	static gsl_rng *r;

	if (!r)
		r = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(r, 1);
	return r;
}

/* R's statpsych, ci.median, its example: 20.7, 10.8 to 30.9 (Snedecor & Cochran 1989);
 * dgbonett.github.io/statpsych */
static void median_published(void **state)
{
	const double y[] = { 30.2, 20.4, 15.1, 10.2, 10.5, 60.8, 20.8, 25.0, 20.7, 30.9,
			     10.8, 5.1,	 50.9, 40.0, 20.9, 10.8, 0,    20.5, 50.8 };
	struct stats_interval m;

	(void)state;
	assert_int_equal(stats_median(y, NR(y), &m), 0);
	near(m.estimate, 20.7, 0);
	near(m.low, 10.8, 0);
	near(m.high, 30.9, 0);
}

/*
 * The ranks of the usual table of intervals for a median (textbooks print it with the levels: n =
 * 6: 1 and 6, 96.9 %; 9: 2 and 8, 96.1 %; 12: 3 and 10, 96.1 %; 15: 4 and 12, 96.5 %; 17: 5 and 13,
 * 95.1 %; 18: 5 and 14, 96.9 %; 20: 6 and 15, 95.9 %): the narrowest of at least 95 %. n = 100, by
 * the binomial: 40 and 61, 96.5 %
 */
static void median_ranks(void **state)
{
	static const struct {
		size_t nr;
		double low;
	} table[] = {
		{ 6, 1 },  { 7, 1 },  { 8, 1 },	 { 9, 2 },  { 10, 2 },
		{ 11, 2 }, { 12, 3 }, { 13, 3 }, { 15, 4 }, { 16, 4 },
		{ 17, 5 }, { 18, 5 }, { 19, 5 }, { 20, 6 }, { 100, 40 },
	};
	double ranks[100];
	struct stats_interval m;
	size_t i, k;

	(void)state;
	for (i = 0; i < NR(table); i++) {
		size_t nr = table[i].nr;

		for (k = 0; k < nr; k++)
			ranks[k] = (double)(nr - k);
		assert_int_equal(stats_median(ranks, nr, &m), 0);
		near(m.estimate, (double)(nr + 1) / 2, 0);
		near(m.low, table[i].low, 0);
		near(m.high, (double)nr + 1 - table[i].low, 0);
		near(ranks[0], (double)nr, 0);
	}
}

static void median_of_few(void **state)
{
	const double y[] = { 5, NAN, 1, 4, INFINITY, 2, 3 };
	struct stats_interval m;

	(void)state;
	assert_int_equal(stats_median(y, NR(y), &m), 0);
	near(m.estimate, 3, 0);
	assert_true(isnan(m.low) && isnan(m.high));
	assert_int_equal(stats_median(y, 0, &m), 0);
	assert_true(isnan(m.estimate));
}

struct columns {
	const double *x, *y;
	size_t nr;
};

/* moments of what was drawn: mean of x, variances, correlation */
struct moments {
	double mean, variance, correlation;
};

static struct moments moments(const struct columns *c, const unsigned int *drawn)
{
	double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;

	for (size_t i = 0; i < c->nr; i++) {
		n += drawn[i];
		x += drawn[i] * c->x[i];
		y += drawn[i] * c->y[i];
		xx += drawn[i] * c->x[i] * c->x[i];
		yy += drawn[i] * c->y[i] * c->y[i];
		xy += drawn[i] * c->x[i] * c->y[i];
	}
	return (struct moments){ x / n, xx / n - x * x / n / n,
				 (n * xy - x * y) / sqrt((n * xx - x * x) * (n * yy - y * y)) };
}

static double mean(void *data, const unsigned int *drawn)
{
	return moments(data, drawn).mean;
}
static double variance(void *data, const unsigned int *drawn)
{
	return moments(data, drawn).variance;
}
static double correlation(void *data, const unsigned int *drawn)
{
	return moments(data, drawn).correlation;
}

/*
 * Efron & Tibshirani 1993, An Introduction to the Bootstrap: spatial test data A (table 14.1), 90 %
 * BCa interval of the variance 115.8 to 259.6 (table 14.2, 2000 resamples), with bias 0.146 and
 * acceleration 0.061. R's bootstrap::bcanon gives 115.8 to 260.6, boot::boot.ci 116.0 to 260.7 by
 * 19999 resamples (bootknife.m of Octave's statistics-resampling prints them). All are random, and
 * so are ours
 */
static void bca_of_variance(void **state)
{
	const double y[] = { 48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6,
			     0,	 33, 28, 34, 4,	 32, 24, 47, 41, 24, 26, 30, 41 };
	struct columns data = { y, y, NR(y) };
	struct resample r = { .statistic = variance,
			      .data = &data,
			      .nr = { NR(y) },
			      .nr_resamples = 19999,
			      .level = 0.9 };
	struct resample_bca c;
	struct stats_interval v;

	(void)state;
	assert_int_equal(resample_interval(&r, rng(), &v, &c), 0);
	near(v.estimate, 171.5, 0.05);
	near(c.acceleration, 0.061, 0.0005);
	near(c.bias, 0.146, 0.06);
	near(v.low, 115.9, 2);
	near(v.high, 260.6, 4);
}

/* likewise the law schools (table 3.1): correlation 0.776, 90 % BCa interval 0.410 to 0.923 (page
 * 266) */
static void bca_of_correlation(void **state)
{
	const double lsat[] = { 576, 635, 558, 578, 666, 580, 555, 661,
				651, 605, 653, 575, 545, 572, 594 };
	const double gpa[] = { 3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43,
			       3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96 };
	struct columns data = { lsat, gpa, NR(gpa) };
	struct resample r = { .statistic = correlation,
			      .data = &data,
			      .nr = { NR(gpa) },
			      .nr_resamples = 19999,
			      .level = 0.9 };
	struct stats_interval v;

	(void)state;
	assert_int_equal(resample_interval(&r, rng(), &v, NULL), 0);
	near(v.estimate, 0.776, 0.0005);
	near(v.low, 0.410, 0.03);
	near(v.high, 0.923, 0.01);
}

/*
 * Davison & Hinkley 1997, Bootstrap Methods and their Application: times between failures of air
 * conditioning (table 1.2), mean 108.083, acceleration 0.0938, lower end of the 95 % BCa interval
 * 55.33 (example 5.8, 999 resamples; the upper end, 243.5, was about the fifth largest of them and
 * is too rough to be compared with: 200000 give 227)
 */
static void bca_of_mean(void **state)
{
	const double y[] = { 3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487 };
	struct columns data = { y, y, NR(y) };
	struct resample r = { .statistic = mean,
			      .data = &data,
			      .nr = { NR(y) },
			      .nr_resamples = 19999,
			      .level = 0.95 };
	struct resample_bca c;
	struct stats_interval v;

	(void)state;
	assert_int_equal(resample_interval(&r, rng(), &v, &c), 0);
	near(v.estimate, 108.083, 0.0005);
	near(c.acceleration, 0.0938, 0.00005);
	near(v.low, 55.33, 4);
	near(v.high, 227, 3);
}

/* six of two values: means below and above the estimate are as many, and a third are equal to it */
static void bca_of_symmetric(void **state)
{
	const double y[] = { 0, 0, 0, 1, 1, 1 };
	struct columns data = { y, y, NR(y) };
	struct resample r = { .statistic = mean,
			      .data = &data,
			      .nr = { NR(y) },
			      .nr_resamples = 19999,
			      .level = 0.95 };
	struct resample_bca c;
	struct stats_interval v;

	(void)state;
	assert_int_equal(resample_interval(&r, rng(), &v, &c), 0);
	near(c.acceleration, 0, 1e-12);
	near(c.bias, 0, 0.025);
	/* of Binomial(6, 1/2) 1.6 % are 0 and 10.9 % at most 1 */
	near(v.low, 1 / 6.0, 1e-12);
	near(v.high, 5 / 6.0, 1e-12);
}

static double second_less_first(void *data, const unsigned int *drawn)
{
	const struct columns *c = data, first = { c->x, c->x, 6 }, second = { c->y, c->y, 5 };

	return moments(&second, drawn + 6).mean - moments(&first, drawn).mean;
}

/*
 * Of two groups' means the jackknife is the residuals themselves, so by hand: a has residuals -3 -2
 * -1 0 1 5 (squares 40, cubes 90), b 2 -2 0 4 -4 (squares 40, cubes 0): -90/6^3 / (6 (40/6^2 +
 * 40/5^2)^1.5)
 */
static void bca_of_two_groups(void **state)
{
	const double a[] = { 0, 1, 2, 3, 4, 8 }, b[] = { 12, 8, 10, 14, 6 };
	struct columns data = { a, b, 0 };
	struct resample r = { .statistic = second_less_first,
			      .data = &data,
			      .nr = { 6, 5 },
			      .nr_resamples = 999,
			      .level = 0.95 };
	struct resample_bca c;
	struct stats_interval v;

	(void)state;
	assert_int_equal(resample_interval(&r, rng(), &v, &c), 0);
	near(v.estimate, 7, 1e-12);
	near(c.acceleration, -90 / 216.0 / (6 * pow(40 / 36.0 + 40 / 25.0, 1.5)), 1e-12);
	assert_true(v.low > 0 && v.low < 7 && v.high > 7 && v.high < 14);
}

struct exact {
	double differences[13];
	size_t nr;
	double trim, p;
};

/*
 * Of signs: MacAnova's randsign, its example, 0.1875 one-sided, so 0.375
 * (stat.umn.edu/macanova/htmlhelp/node424.htm). R's `sleep`, 10 differences, none below 0 and one
 * 0: the mean is as large only with all the others positive or negative, 2 * 2 of 2^10. Without two
 * at each end, 1.0 to 1.8 stay in the mean whatever the signs of 0 and 0.8, the two smallest, and
 * only so; of these 2 * 4 again 2 * 2 have the whole mean too. Ten equal differences: all one sign.
 */
static void signs_exact(void **state)
{
	static const struct exact cases[] = {
		{ { 2, 1, 1, 2, -4, 6, 1 }, 7, 0, 0.375 },
		{ { 1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4 }, 10, 0, 4.0 / 1024 },
		{ { 1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4 }, 10, 0.2, 4.0 / 1024 },
		{ { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 10, 0.2, 2.0 / 1024 },
		{ { 3, -3 }, 2, 0.2, 1 },
		{ { 0.1, 0.2, -0.3, 0.4 },
		  4,
		  0.2,
		  10.0 / 16 }, /* by 0.4: |±1 ±2 ±3 ±4| is 4 or more 10 times */
		{ { 7 }, 1, 0.2, 1 },
		/* 58 have a larger trimmed mean, 12 of them a smaller mean; 6 the same, 2 of them
		   as large a mean */
		{ { -29, -9, -11, 15, 15, 4 }, 6, 0.2, 60.0 / 64 },
	};
	double p;

	(void)state;
	for (size_t i = 0; i < NR(cases); i++) {
		const struct exact *e = &cases[i];

		assert_int_equal(resample_flip_signs(e->differences, e->nr, e->trim, 99, rng(), &p),
				 0);
		near(p, e->p, DBL_EPSILON);
	}
}

/*
 * Drawn: the 13 observed temperatures less 56 of Manly 1997 (p. 91-97): 364 of 8192 changes of
 * signs, 0.04443, as apansharing.blogspot.com/2014 prints it; the error of 100000 draws is 0.00065
 */
static void signs_drawn(void **state)
{
	const double y[] = { 43, 67, 64, 64, 51, 53, 53, 26, 36, 48, 34, 48, 6 };
	double differences[NR(y)], p;

	(void)state;
	for (size_t i = 0; i < NR(y); i++)
		differences[i] = y[i] - 56;
	assert_int_equal(resample_flip_signs(differences, NR(y), 0, 100000, rng(), &p), 0);
	near(p, 0.04443359, 0.0025);
}

/* of 5 and 5 that do not overlap, 2 of the 252 choices are as far apart; of 4 and 2, 2 of 15 (by
 * hand) */
static void labels_drawn(void **state)
{
	const double a[] = { 1, 2, 3, 4, 5 }, b[] = { 15, 14, 13, 12, 11 }, c[] = { 1, 2, 3, 4 },
		     d[] = { 5, 6 };
	double p;

	(void)state;
	assert_int_equal(resample_shuffle_labels(a, 5, b, 5, 0, 100000, rng(), &p), 0);
	near(p, 2.0 / 252, 0.0012);
	assert_int_equal(resample_shuffle_labels(c, 4, d, 2, 0, 100000, rng(), &p), 0);
	near(p, 2.0 / 15, 0.0045);
	assert_int_equal(resample_shuffle_labels(a, 5, b, 0, 0, 100, rng(), &p), 0);
	assert_true(isnan(p));
}

/* R's sleep: hours of extra sleep by two drugs, ten patients; mean(difference, trim = 0.2)
 * is 1.333333 */
static const double sleep1[] = { 0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0 };
static const double sleep2[] = { 1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4 };

static void sleep_by_pairs(void **state)
{
	struct stats_change c;

	(void)state;
	assert_int_equal(stats_paired(sleep1, sleep2, 10, false, 7, &c), 0);
	near(c.change.estimate, 8.0 / 6, 1e-12);
	near(c.p, 4.0 / 1024, DBL_EPSILON);
	assert_int_equal(c.nr, 10);
	assert_false(c.relative);
	assert_true(c.change.low > 0.7 && c.change.low < 1.2 && c.change.high > 1.4 &&
		    c.change.high < 2.6);
	/* half of sleep1's ten values are at or about 0: 1.333 of -0.05 is no percentage */
	assert_int_equal(stats_paired(sleep1, sleep2, 10, true, 7, &c), 0);
	assert_false(c.relative);
	near(c.change.estimate, 8.0 / 6, 1e-12);
}

/* what GSL's own trimmed mean says of groups of odd sizes */
static void estimates_are_gsls(void **state)
{
	double a[23], b[17];
	struct stats_change c;

	(void)state;
	for (size_t i = 0; i < NR(a); i++)
		a[i] = 100 + 10 * sin((double)(i * i));
	for (size_t i = 0; i < NR(b); i++)
		b[i] = 103 + 10 * cos((double)(i * i));
	assert_int_equal(stats_unpaired(a, NR(a), b, NR(b), true, 7, &c), 0);
	gsl_sort(a, 1, NR(a));
	gsl_sort(b, 1, NR(b));
	near(c.change.estimate,
	     gsl_stats_trmean_from_sorted_data(0.2, b, 1, NR(b)) /
			     gsl_stats_trmean_from_sorted_data(0.2, a, 1, NR(a)) -
		     1,
	     1e-12);
	assert_true(c.relative);
	assert_int_equal(c.nr, NR(b));
}

/* whole numbers, so that sums and differences are exact */
static void some_blocks(double *a, double *b, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		a[i] = 1000 + (double)(i * 7919 % 101);
		b[i] = 1010 + (double)(i * 104729 % 97);
	}
}

static void same(const struct stats_change *c, const struct stats_change *d, double scale)
{
	near(d->change.estimate, scale * c->change.estimate, 0);
	near(d->change.low, scale * c->change.low, 0);
	near(d->change.high, scale * c->change.high, 0);
	near(d->p, c->p, 0);
	near(d->lag1, c->lag1, 1e-12);
}

static void scale_and_shift(void **state)
{
	double a[20], b[20], a4[20], b4[20], up_a[20], up_b[20];
	struct stats_change c, d;

	(void)state;
	some_blocks(a, b, 20);
	for (size_t i = 0; i < 20; i++) {
		a4[i] = 4 * a[i];
		b4[i] = 4 * b[i];
		up_a[i] = a[i] + 4096;
		up_b[i] = b[i] + 4096;
	}
	for (int relative = 0; relative < 2; relative++) {
		stats_paired(a, b, 20, relative, 3, &c);
		stats_paired(a4, b4, 20, relative, 3, &d);
		same(&c, &d, relative ? 1 : 4);
		stats_unpaired(a, 20, b, 20, relative, 3, &c);
		stats_unpaired(a4, 20, b4, 20, relative, 3, &d);
		same(&c, &d, relative ? 1 : 4);
	}
	stats_paired(a, b, 20, false, 3, &c);
	stats_paired(up_a, up_b, 20, false, 3, &d);
	same(&c, &d, 1);
	assert_true(c.change.low < c.change.estimate && c.change.estimate < c.change.high);
}

static void swapped(void **state)
{
	double a[20], b[20];
	struct stats_change c, d;

	(void)state;
	some_blocks(a, b, 20);
	stats_paired(a, b, 12, false, 3, &c);
	stats_paired(b, a, 12, false, 3, &d);
	near(d.change.estimate, -c.change.estimate, 1e-9);
	near(d.p, c.p, 0); /* all 2^12 of them */
	near(d.lag1, c.lag1, 1e-12);
	/* the resamples are others: the ends within what they leave open */
	near(d.change.low, -c.change.high, 0.05 * (c.change.high - c.change.low));
	near(d.change.high, -c.change.low, 0.05 * (c.change.high - c.change.low));
	stats_unpaired(a, 20, b, 15, false, 3, &c);
	stats_unpaired(b, 15, a, 20, false, 3, &d);
	near(d.change.estimate, -c.change.estimate, 1e-9);
	near(d.p, c.p, 0.02);
	near(d.change.low, -c.change.high, 0.05 * (c.change.high - c.change.low));
}

static void order_of_pairs(void **state)
{
	double a[20], b[20], other_a[20], other_b[20];
	struct stats_change c, d;

	(void)state;
	some_blocks(a, b, 20);
	for (size_t i = 0; i < 20; i++) {
		other_a[i] = a[i * 7 % 20];
		other_b[i] = b[i * 7 % 20];
	}
	stats_paired(a, b, 20, true, 3, &c);
	stats_paired(other_a, other_b, 20, true, 3, &d);
	assert_true(fabs(c.lag1 - d.lag1) > 0.01);
	d.lag1 = c.lag1;
	same(&c, &d, 1);
	stats_paired(a, b, 20, true, 4, &d);
	near(d.p, c.p, 0.02);
	near(d.change.low, c.change.low, 0.05 * (c.change.high - c.change.low));
	/* groups know no pairs */
	stats_unpaired(a, 20, b, 20, true, 3, &c);
	stats_unpaired(other_a, 20, b, 20, true, 3, &d);
	d.lag1 = c.lag1;
	same(&c, &d, 1);
}

static void outlier(void **state)
{
	double a[20], b[20];
	struct stats_change c;

	(void)state;
	some_blocks(a, b, 20);
	for (size_t i = 0; i < 20; i++)
		b[i] = a[i] + 10 + (double)(i % 3);
	b[11] = 1e9;
	stats_paired(a, b, 20, false, 3, &c);
	assert_true(c.change.low >= 10 && c.change.high <= 12 && c.p < 0.001);
}

static void degenerate(void **state)
{
	const double a[] = { 1, 2, 3, 4, 5, 6 }, same_a[] = { 1.1, 2.1, 3.1, 4.1, 5.1, 6.1 },
		     zero[6] = { 0 };
	const double below[] = { -1, -2, -3, -4, -5, -6 };
	const double quarter[] = { 1.25, 2.25, 3.25, 4.25, 5.25, 6.25 };
	struct stats_change c;

	(void)state;
	stats_paired(a, a, 6, true, 1, &c); /* all differences 0 */
	near(c.change.low, 0, 0);
	near(c.change.high, 0, 0);
	near(c.p, 1, 0);
	assert_true(c.relative && isnan(c.lag1));
	stats_paired(a, quarter, 6, false, 1, &c); /* all equal */
	near(c.change.estimate, 0.25, 0);
	near(c.change.low, 0.25, 0);
	near(c.change.high, 0.25, 0);
	near(c.p, 2.0 / 64, 0);
	stats_paired(below, a, 6, true, 1,
		     &c); /* from -1 .. -6 up to 1 .. 6: by twice as much, upwards */
	assert_true(c.relative);
	near(c.change.estimate, 2, 1e-12);
	near(c.change.high, 2, 1e-12);
	stats_paired(zero, a, 6, true, 1, &c); /* nothing to be relative to */
	assert_false(c.relative);
	near(c.change.estimate, 3.5, 1e-12);
	stats_paired(a, same_a, 4, false, 1, &c); /* too few for an interval, not for a p */
	near(c.change.estimate, 0.1, 1e-12);
	assert_true(isnan(c.change.low) && isnan(c.change.high));
	near(c.p, 2.0 / 16, 0);
	stats_paired(a, same_a, 1, true, 1, &c);
	near(c.p, 1, 0);
	near(c.change.estimate, 0.1, 1e-12);
	stats_paired(a, same_a, 0, true, 1, &c);
	assert_true(isnan(c.change.estimate) && isnan(c.p) && isnan(c.lag1) && c.nr == 0);
	stats_unpaired(a, 6, zero, 0, true, 1, &c);
	assert_true(isnan(c.change.estimate) && isnan(c.p) && isnan(c.lag1) && c.nr == 0);
	stats_unpaired(a, 6, zero, 1, true, 1, &c);
	assert_true(isnan(c.change.low) && c.p > 0.2 && c.nr == 1);
	near(c.change.estimate, -1, 1e-12);
}

static void not_finite(void **state)
{
	const double a[] = { 1, NAN, 2, 3, 4, 5, 6, 7 }, b[] = { 2, 5, INFINITY, 5, 7, 6, 9, 9 };
	const double used_a[] = { 1, 3, 4, 5, 6, 7 }, used_b[] = { 2, 5, 7, 6, 9, 9 };
	struct stats_change c, d;

	(void)state;
	stats_paired(a, b, 8, true, 1, &c);
	stats_paired(used_a, used_b, 6, true, 1, &d);
	assert_int_equal(c.nr, 6);
	same(&c, &d, 1);
}

/* pingouin's multicomp, its example for Holm: 0.64, 0.012, 0.64, 0.162, 0.0015 (pingouin-stats.org)
 */
static void holm(void **state)
{
	double p[] = { .50, .003, NAN, .32, .054, .0003 }, high[] = { 0, 0.6, 0.7, 0 };

	(void)state;
	stats_holm(p, NR(p));
	near(p[0], .64, 1e-12);
	near(p[1], .012, 1e-12);
	assert_true(isnan(p[2]));
	near(p[3], .64, 1e-12);
	near(p[4], .162, 1e-12);
	near(p[5], .0015, 1e-12);
	stats_holm(high, NR(high));
	near(high[0], 0, 0);
	near(high[1], 1, 0);
	near(high[2], 1, 0);
	near(high[3], 0, 0);
	stats_holm(NULL, 0);
}

/* R's acf(lh, plot = FALSE) prints 0.576 at lag 1; of 1 .. n it is 1 - 3/n */
static void lag1(void **state)
{
	const double lh[] = { 2.4, 2.4, 2.4, 2.2, 2.1, 1.5, 2.3, 2.3, 2.5, 2.0, 1.9, 1.7,
			      2.2, 1.8, 3.2, 3.2, 2.7, 2.2, 2.2, 1.9, 1.9, 1.8, 2.7, 3.0,
			      2.3, 2.0, 2.0, 2.9, 2.9, 2.7, 2.7, 2.3, 2.6, 2.4, 1.8, 1.7,
			      1.5, 1.4, 2.1, 3.3, 3.5, 3.5, 3.1, 2.6, 2.1, 3.4, 3.0, 2.9 };
	const double ramp[] = { 1, 2, 3, 4, 5, 6 }, flat[] = { 7, 7, 7, 7 },
		     turns[] = { 1, -1, 1, -1 };
	struct stats_change c;

	(void)state;
	near(stats_lag1(lh, NR(lh)), 0.576, 0.0005);
	near(stats_lag1(ramp, 6), 0.5, 1e-12);
	near(stats_lag1(turns, 4), -0.75, 1e-12);
	assert_true(isnan(stats_lag1(flat, 4)) && isnan(stats_lag1(ramp, 2)));
	/* pooled, squares 17.5 and 4: (8.75 - 3)/21.5 */
	stats_unpaired(ramp, 6, turns, 4, false, 1, &c);
	near(c.lag1, 5.75 / 21.5, 1e-12);
}

static void verdicts(void **state)
{
	static const struct {
		double low, high, p, margin;
		bool more;
		enum stats_verdict verdict;
	} cases[] = {
		{ 0.02, 0.04, 0.001, 0.01, true, STATS_BETTER },
		{ 0.02, 0.04, 0.001, 0.01, false, STATS_WORSE },
		{ -0.04, -0.02, 0.001, 0.01, true, STATS_WORSE },
		{ -0.04, -0.02, 0.001, 0.01, false, STATS_BETTER },
		{ 0.02, 0.04, 0.05, 0.01, true, STATS_NOT_SHOWN },
		{ -0.001, 0.04, 0.01, 0.01, true, STATS_NOT_SHOWN },
		{ 0.001, 0.009, 0.001, 0.01, true, STATS_EQUIVALENT },
		{ -0.01, 0.01, 1, 0.01, true, STATS_EQUIVALENT },
		{ 0, 0, 1, 0, true, STATS_EQUIVALENT },
		{ -0.02, 0.005, 0.5, 0.01, true, STATS_NOT_SHOWN },
		{ NAN, NAN, 0.03, 0.01, true, STATS_NOT_SHOWN },
		{ 0.02, 0.04, NAN, 0.01, true, STATS_NOT_SHOWN },
	};

	(void)state;
	for (size_t i = 0; i < NR(cases); i++) {
		struct stats_change c = { .change = { 0, cases[i].low, cases[i].high },
					  .p = cases[i].p };

		if (stats_judge(&c, cases[i].margin, cases[i].more) != cases[i].verdict)
			fail_msg("case %zu: not %d", i, cases[i].verdict);
	}
}

/*
 * Published intervals know no autocorrelation. Where x and y have one of opposite signs, all values
 * count: two members of each data set below changed places for that. R's cor.test, of 12
 * neighbourhoods (stackoverflow.com/questions/16097453): -0.8492663, -0.9568189 to -0.5371871
 */
static void pearson_published(void **state)
{
	const double x[] = { 11, 50, 2, 19, 26, 73, 81, 51, 11, 2, 19, 25 };
	const double y[] = { 35.9, 22.1, 57.9, 22.2, 42.4, 5.8, 3.6, 21.4, 55.2, 33.3, 32.4, 38.4 };
	struct stats_correlation c;

	(void)state;
	assert_int_equal(stats_correlate(x, y, NR(x), 0, &c), 0);
	near(c.nr_effective, 12, 0);
	near(c.pearson.estimate, -0.8492663, 5e-8);
	near(c.pearson.low, -0.9568189, 5e-8);
	near(c.pearson.high, -0.5371871, 5e-8);
	assert_false(c.hardly_varied);
}

/* R's statpsych, ci.spear (Bonett & Wright 2000), its example; dgbonett.github.io/statpsych */
static void spearman_published(void **state)
{
	const double x[] = { 52, 28, 30, 28, 67, 40, 25, 37, 44, 10, 14, 20, 28, 40, 51 };
	const double y[] = { 35, 4, 9, 12, 21, 18, 10, 22, 24, 1, 6, 8, 13, 16, 19 };
	struct stats_correlation c;

	(void)state;
	assert_int_equal(stats_correlate(x, y, NR(x), 0, &c), 0);
	near(c.nr_effective, 15, 0);
	near(c.spearman.estimate, 0.8699639, 5e-8);
	near(c.spearman.low, 0.5840951, 5e-8);
	near(c.spearman.high, 0.9638297, 5e-8);
}

/* R's confint(lm(y ~ x)): -4.491961 to 2.473935 (how-to-data.org, interval of a regression
 * coefficient) */
static void slope_published(void **state)
{
	const double x[] = { 9, 34, 78, 60, 22, 45, 83, 59, 25 },
		     y[] = { 347, 126, 298, 309, 450, 187, 266, 385, 400 };
	struct stats_correlation c;

	(void)state;
	assert_int_equal(stats_correlate(x, y, NR(x), 0, &c), 0);
	near(c.slope.low, -4.491961, 5e-7);
	near(c.slope.high, 2.473935, 5e-7);
	near(c.slope.estimate, (2.473935 - 4.491961) / 2, 5e-7);
}

/* four up, four down, four times: 17/32 at lag 1, so of 32 are left 32 (1 - (17/32)^2)/(1 +
 * (17/32)^2) */
static void fewer_values_count(void **state)
{
	double x[32], y[32], common = 17 / 32.0 * 17 / 32, half;
	struct stats_correlation c;

	(void)state;
	for (size_t i = 0; i < 32; i++)
		y[i] = 5 - 3 * (x[i] = i / 4 % 2 ? -1 : 1);
	stats_correlate(x, y, 32, 0, &c);
	near(c.nr_effective, 32 * (1 - common) / (1 + common), 1e-9);
	near(c.sd_x, sqrt(32 / 31.0), 1e-12);
	near(c.pearson.low, -1, 1e-9);
	near(c.pearson.high, -1, 1e-9);
	near(c.spearman.estimate, -1, 1e-9);
	near(c.slope.estimate, -3, 1e-9);
	/* one pair in each half-wave against it: r = 1/2, and the interval is that of the values
	 * left */
	for (size_t i = 0; i < 32; i++)
		y[i] = i % 4 == 3 ? -x[i] : x[i];
	stats_correlate(x, y, 32, 0, &c);
	assert_true(c.nr_effective < 25);
	near(c.pearson.estimate, 0.5, 1e-12);
	half = 1.959963985 / sqrt(c.nr_effective - 3);
	near(c.pearson.low, tanh(atanh(0.5) - half), 1e-8);
	near(c.pearson.high, tanh(atanh(0.5) + half), 1e-8);
	/* residuals 24 of 1/2 and 8 of 3/2: squares 24, of 30 degrees of freedom; x has squares 32
	 */
	half = gsl_cdf_tdist_Pinv(0.975, c.nr_effective - 2) *
	       sqrt(24 / 30.0 / 32 * 32 / c.nr_effective);
	near(c.slope.low, 0.5 - half, 1e-9);
	near(c.slope.high, 0.5 + half, 1e-9);
}

static void hardly_varied(void **state)
{
	double x[32], y[32];
	struct stats_correlation c;

	(void)state;
	for (size_t i = 0; i < 32; i++) {
		x[i] = i % 3 ? 1 : 1.5;
		y[i] = (double)(i * i % 7);
	}
	stats_correlate(x, y, 32, 0.1, &c);
	assert_false(c.hardly_varied);
	stats_correlate(x, y, 32, 0.3, &c);
	assert_true(c.hardly_varied && isnan(c.pearson.estimate) && isnan(c.slope.low) &&
		    isnan(c.nr_effective));
	assert_int_equal(c.nr, 32);
	near(c.sd_x, sqrt(11 * 21 / 32.0 / 31 / 4), 1e-12); /* 11 of 32 are 0.5 more */
	/* of two that only rise, three values count, however many there are */
	for (size_t i = 0; i < 32; i++)
		x[i] = y[i] = (double)i;
	stats_correlate(x, y, 32, 0, &c);
	assert_true(c.hardly_varied && isnan(c.spearman.high));
	stats_correlate(x, y, 0, 0, &c);
	assert_true(c.hardly_varied && c.nr == 0);
	for (size_t i = 0; i < 32; i++)
		y[i] = 3;
	y[31] = NAN;
	stats_correlate(x, y, 32, 0, &c);
	assert_int_equal(c.nr, 31);
	assert_true(!c.hardly_varied && isnan(c.pearson.estimate) && isnan(c.spearman.low));
	near(c.slope.estimate, 0, 0);
	near(c.slope.high, 0, 0);
}

static const struct CMUnitTest tests[] = {
	TEST("a median's interval is the published one", median_published),
	TEST("a median's interval has the ranks of the tables", median_ranks),
	TEST("a median of five has no interval, of none no value", median_of_few),
	TEST("BCa of a variance is Efron and Tibshirani's", bca_of_variance),
	TEST("BCa of a correlation is Efron and Tibshirani's", bca_of_correlation),
	TEST("BCa of a mean is Davison and Hinkley's", bca_of_mean),
	TEST("BCa of symmetric values is the percentile interval", bca_of_symmetric),
	TEST("the acceleration of two groups is that by hand", bca_of_two_groups),
	TEST("p of signs is exact where it is counted by hand, or published", signs_exact),
	TEST("p of drawn signs is near the exact one", signs_drawn),
	TEST("p of drawn labels is near the exact one", labels_drawn),
	TEST("R's sleep by pairs", sleep_by_pairs),
	TEST("the change is that of GSL's trimmed means", estimates_are_gsls),
	TEST("scaling scales, shifting changes nothing", scale_and_shift),
	TEST("swapping a and b changes the sign", swapped),
	TEST("the order of pairs changes nothing but lag1", order_of_pairs),
	TEST("an outlier moves nothing", outlier),
	TEST("equal, zero and few values", degenerate),
	TEST("what is not finite is left out with its pair", not_finite),
	TEST("Holm's adjustment is the published one, NANs apart", holm),
	TEST("autocorrelation is R's", lag1),
	TEST("a verdict needs an interval and a p", verdicts),
	TEST("Pearson's interval is R's", pearson_published),
	TEST("Spearman's interval is the published one", spearman_published),
	TEST("the slope's interval is R's", slope_published),
	TEST("autocorrelated values count for fewer", fewer_values_count),
	TEST("where x hardly varied there is no number", hardly_varied),
};

UNIT_MAIN(tests)
