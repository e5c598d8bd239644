// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "record/hist.h"

static struct hist a, b, c;

static void buckets(void **state)
{
	unsigned int last = 0;

	(void)state;
	for (unsigned int i = 1; i < HIST_BUCKETS; i++)
		assert_true(hist_upper_edge(i) > hist_upper_edge(i - 1));
	assert_true(hist_bucket(UINT64_MAX) < HIST_BUCKETS);
	for (unsigned int shift = 0; shift < 64; shift++)
		for (int d = -1; d <= 1; d++) {
			uint64_t v = (1ull << shift) + (uint64_t)d;
			unsigned int at = hist_bucket(v);

			if (!v || !(v + 1))
				continue;
			assert_true(hist_upper_edge(at) >= v);
			assert_true(hist_upper_edge(at) - v <= v / HIST_HALF);
			if (at)
				assert_true(hist_upper_edge(at - 1) < v);
			if (d == 1) {
				assert_true(at >= last);
				last = at;
			}
		}
}

static int by_value(const void *x, const void *y)
{
	uint64_t p = *(const uint64_t *)x, q = *(const uint64_t *)y;

	return p < q ? -1 : p > q;
}

/* against the definition: the ceil(q n)-th of the sorted values */
static void quantiles(void **state)
{
	enum { N = 10000 };
	static const double qs[] = { 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1 };
	static uint64_t values[N];

	(void)state;
	srand48(1);
	hist_init(&a);
	for (size_t i = 0; i < N; i++) {
		values[i] = (uint64_t)exp(drand48() * 30);
		hist_record(&a, values[i]);
	}
	qsort(values, N, sizeof(values[0]), by_value);
	for (size_t i = 0; i < sizeof(qs) / sizeof(qs[0]); i++) {
		uint64_t truth = values[(size_t)ceil(qs[i] * N) - 1],
			 got = hist_quantile(&a, qs[i]);

		assert_true(got >= truth);
		assert_true(got - truth <= truth / HIST_HALF);
	}
	assert_int_equal(hist_quantile(&a, 1), values[N - 1]);
	assert_int_equal(a.min, values[0]);
}

/* of every size and number, with many alike and few: the stated bound holds for each histogram and
 * quantile */
static void bound(void **state)
{
	enum { N = 300 };
	uint64_t values[N];

	(void)state;
	srand48(2);
	for (int round = 0; round < 400; round++) {
		const size_t n = 1 + (size_t)lrand48() % N;
		const unsigned int shift = (unsigned int)lrand48() % 64,
				   spread = (unsigned int)lrand48() % 64;
		const double q = drand48();
		uint64_t truth, got;

		hist_init(&a);
		for (size_t i = 0; i < n; i++) {
			uint64_t v = (uint64_t)lrand48() << 33 ^ (uint64_t)lrand48() << 10 ^
				     (uint64_t)lrand48();

			values[i] = (v >> spread) + (1ull << shift);
			hist_record(&a, values[i]);
		}
		qsort(values, n, sizeof(values[0]), by_value);
		truth = values[q * (double)n > 1 ? (size_t)ceil(q * (double)n) - 1 : 0];
		got = hist_quantile(&a, q);
		assert_true(got >= truth && got <= values[n - 1]);
		assert_true((double)(got - truth) <= (double)truth / 64);
	}
}

static void empty(void **state)
{
	(void)state;
	hist_init(&a);
	assert_int_equal(hist_quantile(&a, 0.5), 0);
	hist_record(&a, 42);
	assert_int_equal(hist_quantile(&a, 0), 42);
	assert_int_equal(hist_quantile(&a, 1), 42);
}

static void merges(void **state)
{
	(void)state;
	hist_init(&a);
	hist_init(&b);
	hist_init(&c);
	for (uint64_t i = 0; i < 1000; i++) {
		hist_record(i % 3 ? &a : &b, i * i * i);
		hist_record(&c, i * i * i);
	}
	hist_merge(&a, &b);
	assert_memory_equal(&a, &c, sizeof(a));
}

static const struct CMUnitTest tests[] = {
	TEST("every value is in a bucket at most 1/64 of it wide, and buckets ascend", buckets),
	TEST("a quantile is never below the sorted values' own, and at most 1/64 above", quantiles),
	TEST("that bound holds for 400 random histograms of every size", bound),
	TEST("no value gives 0, one value gives itself", empty),
	TEST("merging adds exactly", merges),
};

UNIT_MAIN(tests)
