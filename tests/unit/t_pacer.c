// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <math.h>
#include "run/pacer.h"

/* rates that do not divide 1e12: the n-th due time is the exact fraction, rounded down, for any n
 */
static void no_drift(void **state)
{
	static const uint64_t rates[] = { 1,	   333,		 500000,       3000000,
					  7777777, 999999999999, 1000000000000 };

	(void)state;
	for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++) {
		struct pacer p;

		assert_int_equal(pacer_init(&p, rates[r], 0, 1, 0), 0);
		pacer_start(&p, 1000, 0);
		for (uint64_t n = 0; n < 100000; n++) {
			uint64_t exact = 1000 + (uint64_t)((unsigned __int128)n * 1000000000000u /
							   rates[r]);

			assert_int_equal(pacer_take(&p), exact);
		}
		assert_int_equal(p.nr, 100000);
		pacer_fini(&p);
	}
}

static void counts(void **state)
{
	static const uint64_t rates[] = { 100000, 200000, 333333, 7777777 };

	(void)state;
	for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++)
		for (uint64_t taken = 0; taken < 50; taken += 7) {
			struct pacer p, walk;
			uint64_t n = 0;

			pacer_init(&p, rates[r], 0, 1, 0);
			pacer_init(&walk, rates[r], 0, 1, 0);
			pacer_start(&p, 5, 0);
			pacer_start(&walk, 5, 0);
			for (uint64_t i = 0; i < taken; i++)
				pacer_take(&p);
			while (pacer_take(&walk) < 1000000005)
				n++;
			assert_int_equal(pacer_count_until(&p, 1000000005), n > taken ? n : taken);
			pacer_fini(&p);
			pacer_fini(&walk);
		}
}

/* the n-th event of a burst is due with its first, which is due when it would be by itself; counted
 * as by walking */
static void bursts(void **state)
{
	static const unsigned int sizes[] = { 2, 7, 64 };

	(void)state;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
		for (uint64_t taken = 0; taken < 200; taken += 13) {
			struct pacer p, walk;
			uint64_t n = 0;

			pacer_init(&p, 333333, 0, 1,
				   0); /* 333.333 a second: three never make a whole time */
			pacer_set_burst(&p, sizes[s]);
			pacer_start(&p, 5, 0);
			for (uint64_t i = 0; i < taken; i++)
				assert_int_equal(pacer_take(&p),
						 5 + (uint64_t)((unsigned __int128)(i -
										    i % sizes[s]) *
								1000000000000u / 333333));
			pacer_init(&walk, 333333, 0, 1, 0);
			pacer_set_burst(&walk, sizes[s]);
			pacer_start(&walk, 5, 0);
			while (pacer_take(&walk) < 1000000005)
				n++;
			assert_int_equal(pacer_count_until(&p, 1000000005), n > taken ? n : taken);
			pacer_fini(&p);
			pacer_fini(&walk);
		}
}

/* mean and variance of 200000 exponential gaps: the standard errors are mean / sqrt(n) and about 2
 * mean^2 sqrt(2 / n) */
static void poisson(void **state)
{
	enum { N = 200000 };
	const double mean = 1e6; /* of 1000 a second */
	double sum = 0, squares = 0, var;
	uint64_t last = 0;
	struct pacer p;

	(void)state;
	assert_int_equal(pacer_init(&p, 1000000, 1, 42, 0), 0);
	pacer_start(&p, 0, 0);
	for (int i = 0; i < N; i++) {
		uint64_t due = pacer_take(&p);
		double gap = (double)(due - last);

		assert_true(due >= last);
		last = due;
		sum += gap;
		squares += gap * gap;
	}
	var = squares / N - (sum / N) * (sum / N);
	assert_true(fabs(sum / N - mean) < 5 * mean / sqrt(N));
	assert_true(fabs(var - mean * mean) < 5 * 2 * mean * mean * sqrt(2.0 / N));
	pacer_fini(&p);
}

static void seeds(void **state)
{
	struct pacer p, q, other, later;
	int differ = 0, phases_differ = 0;

	(void)state;
	pacer_init(&p, 1000000, 1, 7, 0);
	pacer_init(&q, 1000000, 1, 7, 0);
	pacer_init(&other, 1000000, 1, 8, 0);
	pacer_start(&p, 0, 0);
	pacer_start(&q, 0, 0);
	pacer_start(&other, 0, 0);
	pacer_init(&later, 1000000, 1, 7, 0);
	pacer_take(&q); /* what was taken before a start is no matter */
	pacer_start(&q, 0, 0);
	pacer_start(&later, 0, 1);
	for (int i = 0; i < 100; i++) {
		uint64_t due = pacer_take(&p);

		assert_int_equal(due, pacer_take(&q));
		differ += due != pacer_take(&other);
		phases_differ += due != pacer_take(&later);
	}
	assert_true(differ > 90 && phases_differ > 90);
	pacer_fini(&later);
	pacer_fini(&p);
	pacer_fini(&q);
	pacer_fini(&other);
}

/* the next event's time is known, so one that is due and was not taken is never overlooked */
static void late_poisson(void **state)
{
	uint64_t count = 0;
	struct pacer p;

	(void)state;
	pacer_init(&p, 1000, 1, 3, 0); /* one a second */
	for (uint64_t phase = 0; phase < 50; phase++) {
		pacer_start(&p, 0, phase);
		assert_int_equal(pacer_count_until(&p, p.next_ns), 0);
		assert_int_equal(pacer_count_until(&p, p.next_ns + 1), 1);
	}
	for (uint64_t taken = 0; taken < 200;
	     taken += 50) { /* the count is that of the same arrivals, late or not */
		pacer_start(&p, 0, 7);
		for (uint64_t i = 0; i < taken; i++)
			pacer_take(&p);
		if (!taken)
			count = pacer_count_until(&p, 200000000000);
		else
			assert_int_equal(pacer_count_until(&p, 200000000000), count);
	}
	pacer_fini(&p);
}

/* beyond a million, walked through, it is the next one and as many as the mean gap fits in */
static void many_poisson(void **state)
{
	const uint64_t end_ns = 3000000000;
	struct pacer p;
	uint64_t count;

	(void)state;
	pacer_init(&p, 1000000000, 1, 5, 0); /* one each us */
	pacer_start(&p, 0, 0);
	count = pacer_count_until(&p, end_ns);
	assert_in_range(p.next_ns, 990000000, 1010000000);
	assert_int_equal(count, 1000000 + 1 + (end_ns - p.next_ns) / 1000);
	pacer_fini(&p);
}

static const struct CMUnitTest tests[] = {
	TEST("const due times are the exact fractions rounded down: no drift at any rate",
	     no_drift),
	TEST("the count of due times is that of walking through them", counts),
	TEST("the events of a burst are due together, at the same rate", bursts),
	TEST("poisson gaps have the mean and the variance of the exponential distribution",
	     poisson),
	TEST("a poisson event that is due and was not taken is counted", late_poisson),
	TEST("of more than a million poisson events the rest is counted by their mean",
	     many_poisson),
	TEST("the same seed gives the same due times; another seed or phase gives others", seeds),
};

UNIT_MAIN(tests)
