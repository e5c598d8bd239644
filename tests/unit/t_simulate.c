// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The comparisons on blocks whose truth is known: how often is a change shown where there is none,
 * how often is one found, and how often does the interval hold it?
 *
 * The unit: SIGMA is the standard deviation of the difference between the two blocks of a
 * repetition, drift and all. It is what an effect is measured in. Were it the standard deviation s
 * of a block's own noise, the difference would have sqrt(2) s, and no test could find an effect of
 * s by 20 pairs in 95 % of experiments: the t-test, which is the best there is for normal noise,
 * finds it in 98.9 % and 85.1 % respectively (noncentral t, 19 degrees of freedom, 4.47 and 3.16).
 * The second is printed, not asserted.
 *
 * 999 resamples here instead of stats.h's 9999, for the time: the intervals are a little rougher,
 * if anything.
 */
#include "unit.h"

#include <math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include "analyze/stats_change.h"

#define PAIRS 20
#define EXPERIMENTS 2000
#define RESAMPLES 999

/* blocks in the order of time: what a host does to all of them, and a noise of each block's own */
#define SLOPE 0.3 /* a block; over a run it is 7 SIGMA */
#define RHO 0.6	  /* AR(1), standard deviation 1 */
#define NOISE 1.0
#define LEVEL 10
#define SIGMA sqrt(SLOPE *SLOPE + 2 * (1 - RHO) + 2 * NOISE * NOISE)

struct experiment {
	double effect;
	bool drifts; /* else the blocks are independent */
	bool apart;  /* all of a, then all of b, instead of both in each repetition in a drawn order
		      */
	bool paired, relative;
	int nr;
};

struct outcome {
	int better, worse, covered, follow;
}; /* follow: lag1 says that a block goes by the one before */

static void blocks(gsl_rng *rng, const struct experiment *e, double *a, double *b)
{
	double host[2 * PAIRS], ar = gsl_ran_gaussian_ziggurat(rng, 1);
	size_t i, first;

	for (i = 0; i < 2 * PAIRS; i++) {
		host[i] = e->drifts ? SLOPE * (double)i + ar : 0;
		ar = RHO * ar + gsl_ran_gaussian_ziggurat(rng, sqrt(1 - RHO * RHO));
	}
	for (i = 0; i < PAIRS; i++) {
		first = gsl_rng_uniform_int(rng, 2);
		a[i] = LEVEL + host[e->apart ? i : 2 * i + first] +
		       gsl_ran_gaussian_ziggurat(rng, NOISE);
		b[i] = LEVEL + host[e->apart ? PAIRS + i : 2 * i + 1 - first] +
		       gsl_ran_gaussian_ziggurat(rng, NOISE);
		b[i] += e->effect;
	}
}

static struct outcome simulate(const char *what, const struct experiment *e)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	struct outcome o = { 0, 0, 0, 0 };
	double truth = e->relative ? e->effect / LEVEL : e->effect;
	double a[PAIRS], b[PAIRS];
	struct stats_change c;
	int i;

	for (i = 0; i < e->nr; i++) {
		blocks(rng, e, a, b);
		if (e->paired)
			assert_int_equal(stats_change_paired(a, b, PAIRS, e->relative, (uint64_t)i,
							     RESAMPLES, &c),
					 0);
		else
			assert_int_equal(stats_change_unpaired(a, PAIRS, b, PAIRS, e->relative,
							       (uint64_t)i, RESAMPLES, &c),
					 0);
		o.better += stats_judge(&c, 0, true) == STATS_BETTER;
		o.worse += stats_judge(&c, 0, true) == STATS_WORSE;
		o.covered += c.change.low <= truth && truth <= c.change.high;
		o.follow += c.lag1 > 2 / sqrt(2 * PAIRS);
		assert_true(c.relative == e->relative);
	}
	gsl_rng_free(rng);
	printf("# %s: better %.1f %%, worse %.1f %%, interval holds the truth %.1f %%\n", what,
	       100.0 * o.better / e->nr, 100.0 * o.worse / e->nr, 100.0 * o.covered / e->nr);
	return o;
}

static void no_change_paired(void **state)
{
	struct experiment e = { .drifts = true, .paired = true, .nr = EXPERIMENTS };
	struct outcome o = simulate("A/A, pairs, drift", &e);

	(void)state;
	assert_in_range(o.better + o.worse, 1, EXPERIMENTS * 6 / 100);
	assert_true(o.covered >= EXPERIMENTS * 93 / 100);
}

static void change_paired(void **state)
{
	struct experiment e = {
		.effect = SIGMA, .drifts = true, .paired = true, .nr = EXPERIMENTS
	};
	struct outcome o = simulate("one sigma, pairs, drift", &e);

	(void)state;
	assert_true(o.better >= EXPERIMENTS * 95 / 100);
	assert_int_equal(o.worse, 0);
	assert_true(o.covered >= EXPERIMENTS * 93 / 100);
}

static void no_change_unpaired(void **state)
{
	struct experiment e = { .apart = true, .nr = EXPERIMENTS };
	struct outcome o = simulate("A/A, groups, independent", &e);

	(void)state;
	assert_in_range(o.better + o.worse, 1, EXPERIMENTS * 6 / 100);
	assert_true(o.covered >= EXPERIMENTS * 93 / 100);
}

/* the difference of two independent blocks has sqrt(2) NOISE: the same unit as for pairs */
static void change_unpaired(void **state)
{
	struct experiment e = { .effect = M_SQRT2 * NOISE, .apart = true, .nr = EXPERIMENTS };
	struct outcome o = simulate("one sigma, groups, independent", &e);

	(void)state;
	assert_true(o.better >= EXPERIMENTS * 95 / 100);
	assert_int_equal(o.worse, 0);
	assert_true(o.covered >= EXPERIMENTS * 93 / 100);
}

static void relative(void **state)
{
	struct experiment e = {
		.effect = 0.05 * LEVEL, .relative = true, .paired = true, .nr = EXPERIMENTS / 4
	};
	struct outcome pairs = simulate("5 %, pairs, relative", &e), groups;

	(void)state;
	e.paired = false;
	groups = simulate("5 %, groups, relative", &e);
	/* of 500, less three standard errors */
	assert_true(pairs.covered >= e.nr * 91 / 100);
	assert_true(groups.covered >= e.nr * 91 / 100);
}

/* blocks that share the drift lose only what the pairs would have found; two runs apart, each with
 * its own, mislead */
static void groups_and_drift(void **state)
{
	struct experiment e = { .drifts = true, .nr = EXPERIMENTS / 10 };
	struct outcome together = simulate("A/A, groups, drift, in turns", &e), apart;

	(void)state;
	e.apart = true;
	apart = simulate("A/A, groups, drift, apart", &e);
	assert_in_range(together.better + together.worse, 0, e.nr * 6 / 100);
	assert_true(apart.better + apart.worse > e.nr / 2);
	assert_true(apart.follow > e.nr * 9 / 10);
}

static void noise_of_a_block(void **state)
{
	struct experiment e = { .effect = NOISE, .paired = true, .nr = EXPERIMENTS / 4 };

	(void)state;
	/* not to be had: see above */
	assert_true(simulate("a block's own noise, pairs, no drift", &e).better < e.nr * 85 / 100);
}

static const struct CMUnitTest tests[] = {
	TEST("of pairs without a change, at most 6 % are said to differ, with drift and "
	     "autocorrelation",
	     no_change_paired),
	TEST("a change of one sigma of the pairs is found by 20 of them in 95 %", change_paired),
	TEST("of groups without a change, at most 6 % are said to differ", no_change_unpaired),
	TEST("a change of one sigma is found by two groups of 20 in 95 %", change_unpaired),
	TEST("the interval of a relative change holds it as often", relative),
	TEST("groups that drift apart are told by lag1", groups_and_drift),
	TEST("a change of a block's own noise is found less often than by the best test",
	     noise_of_a_block),
};

UNIT_MAIN(tests)
