// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <errno.h>
#include <math.h>
#include <string.h>
#include "analyze/bound.h"
#include "base/err.h"

static const struct {
	const char *text, *key;
	bool change;
	enum bound_op op;
	double value;
} good[] = {
	{ "p99_ns > 80us", "p99_ns", false, BOUND_MORE, 80000 },
	{ "p99_ns>80us", "p99_ns", false, BOUND_MORE, 80000 },
	{ " \t p50_ns  >=  1.5ms\t ", "p50_ns", false, BOUND_AT_LEAST, 1500000 },
	{ "time_ns<=2s", "time_ns", false, BOUND_AT_MOST, 2e9 },
	{ "cost_ns < 750ns", "cost_ns", false, BOUND_LESS, 750 },
	{ "rate_hz < 500", "rate_hz", false, BOUND_LESS, 500 },
	{ "rate_hz < 1.5M", "rate_hz", false, BOUND_LESS, 1500000 },
	{ "max_rate_hz<=20k", "max_rate_hz", false, BOUND_AT_MOST, 20000 },
	{ "fast_share < 0.9", "fast_share", false, BOUND_LESS, 0.9 },
	{ "fast_share < 90%", "fast_share", false, BOUND_LESS, 0.9 },
	{ "steal_share > 7%", "steal_share", false, BOUND_MORE, 0.07 },
	{ "steal_share > 12.5%", "steal_share", false, BOUND_MORE, 0.125 },
	{ "fast_share >= 1", "fast_share", false, BOUND_AT_LEAST, 1 },
	{ "interrupts_per_event > 1.05", "interrupts_per_event", false, BOUND_MORE, 1.05 },
	{ "eoi_cycles > 3000", "eoi_cycles", false, BOUND_MORE, 3000 },
	{ "register_writes > 0", "register_writes", false, BOUND_MORE, 0 },
	{ "change(rate_hz) < -2%", "rate_hz", true, BOUND_LESS, -0.02 },
	{ " change ( p99_ns ) >= +10% ", "p99_ns", true, BOUND_AT_LEAST, 0.1 },
	{ "change(rate_hz)>150%", "rate_hz", true, BOUND_MORE, 1.5 },
	{ "change(fast_share) < -5%", "fast_share", true, BOUND_LESS, -0.05 },
	{ "change(fast_share) < -0.05", "fast_share", true, BOUND_LESS, -0.05 },
};

static void understood(void **state)
{
	struct bound b;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		err_clear();
		if (bound_parse(&b, good[i].text))
			fail_msg("%s: %s", good[i].text, err_sentence());
		assert_string_equal(b.metric->key, good[i].key);
		assert_int_equal(b.change, good[i].change);
		assert_int_equal(b.op, good[i].op);
		if (b.value !=
		    good[i].value) /* to the last bit: what is at the bound is to be at it */
			fail_msg("%s: %.17g", good[i].text, b.value);
		assert_int_equal(b.column, 0);
	}
}

#define ALL                                                                                        \
	"rate_hz, held_share, max_rate_hz, time_ns, user_ns, system_ns, interrupts_hz, "           \
	"interrupts_per_event, p50_ns, "                                                           \
	"p99_ns, fast_share, register_writes_per_interrupt, eois, register_writes, "               \
	"reschedule_ipis, eoi_cycles, cost_ns, steal_share"

static const struct {
	const char *text, *sentence;
} bad[] = {
	{ "p99 > 80us", "column 1: unknown metric 'p99' (did you mean 'p99_ns'?)" },
	{ "  p99_nss > 80us", "column 3: unknown metric 'p99_nss' (did you mean 'p99_ns'?)" },
	{ "change(p99) > 8%", "column 8: unknown metric 'p99' (did you mean 'p99_ns'?)" },
	{ "change() > 8%", "column 8: expected a metric or change(METRIC); there are " ALL },
	{ "", "column 1: expected a metric or change(METRIC); there are " ALL },
	{ "80us < p99_ns", "column 1: unknown metric '80us'; there are " ALL },
	{ "Rate_hz > 1", "column 1: expected a metric or change(METRIC); there are " ALL },
	{ "p99_ns > 80xs", "column 10: 80xs is no time (ns, us, ms, s)" },
	{ "p99_ns>80xs", "column 8: 80xs is no time (ns, us, ms, s)" },
	{ "p99_ns > 80", "column 10: 80 is no time (ns, us, ms, s)" },
	{ "p99_ns > 80us 1", "column 10: 80us 1 is no time (ns, us, ms, s)" },
	{ "p99_ns > 8.us", "column 10: 8.us is no time (ns, us, ms, s)" },
	{ "p99_ns > 1.2.3us", "column 10: 1.2.3us is no time (ns, us, ms, s)" },
	{ "p99_ns > us", "column 10: us is no time (ns, us, ms, s)" },
	{ "p99_ns > 1e3us", "column 10: 1e3us is no time (ns, us, ms, s)" },
	{ "p99_ns >", "column 9: expected a time (ns, us, ms, s)" },
	{ "p99_ns > ", "column 10: expected a time (ns, us, ms, s)" },
	{ "p99_ns", "column 7: expected <, <=, > or >=" },
	{ "p99_ns 80us", "column 8: expected <, <=, > or >=" },
	{ "p99_ns = 80us", "column 8: expected <, <=, > or >=" },
	{ "p99_ns => 80us", "column 8: expected <, <=, > or >=" },
	{ "p99_ns > = 80us", "column 10: = 80us is no time (ns, us, ms, s)" },
	{ "p99_ns) > 80us", "column 7: expected <, <=, > or >=" },
	{ "p99_ns > -80us", "column 10: -80us has a sign, which is for change() only" },
	{ "rate_hz < 5kHz", "column 11: 5kHz is no rate (500, 20k, 1.5M, 1G)" },
	{ "rate_hz < max", "column 11: max is no rate (500, 20k, 1.5M, 1G)" },
	{ "fast_share < 90", "column 14: 90 is more than the whole: 90% or 0.9 is a share" },
	{ "fast_share < 101%", "column 14: 101% is more than the whole: 90% or 0.9 is a share" },
	{ "fast_share < 90us", "column 14: 90us is no share (90%, 0.9)" },
	{ "eoi_cycles > 3k", "column 14: 3k is no plain number" },
	{ "change(rate_hz < -2%", "column 16: expected )" },
	{ "change rate_hz < -2%", "column 1: unknown metric 'change'; there are " ALL },
	{ "delta(rate_hz) < -2%", "column 1: expected change before the parenthesis" },
	{ "(rate_hz) < -2%", "column 1: expected change before the parenthesis" },
	{ "change(rate_hz) < -0.02", "column 19: -0.02 is no change in percent (2%, -2%)" },
	{ "change(rate_hz) < - 2%", "column 19: - 2% is no change in percent (2%, -2%)" },
	{ "change(rate_hz) < --2%", "column 19: --2% is no change in percent (2%, -2%)" },
	{ "change(p99_ns) > 5us", "column 18: 5us is no change in percent (2%, -2%)" },
	{ "change(fast_share) < -5pp",
	  "column 22: -5pp is no difference of shares (2% are two points, or 0.02)" },
	{ "change(fast_share) < -5",
	  "column 22: -5 is more than the whole: 90% or 0.9 is a share" },
};

static void refused(void **state)
{
	char sentence[1000];
	struct bound b;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err_clear();
		assert_int_equal(bound_parse(&b, bad[i].text), -EINVAL);
		assert_int_equal(err_class(), ERR_USAGE);
		snprintf(sentence, sizeof(sentence), "--fail-if='%s': %s", bad[i].text,
			 bad[i].sentence);
		assert_string_equal(err_sentence(), sentence);
	}
}

static void too_long(void **state)
{
	char text[BOUND_LONGEST + 2];
	struct bound b;

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "rate_hz<1", 9);
	text[BOUND_LONGEST] = '\0';
	err_clear();
	assert_int_equal(bound_parse(&b, text), 0);
	text[BOUND_LONGEST] = ' ';
	text[BOUND_LONGEST + 1] = '\0';
	assert_int_equal(bound_parse(&b, text), -EINVAL);
	assert_int_equal(b.column, 101);
	assert_non_null(strstr(err_sentence(), "column 101: longer than 100 characters"));
}

static uint64_t draw(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

/* words of the grammar in any order, and every other time any byte among them */
static void garble(char *text, size_t size, uint64_t *seed)
{
	static const char *const words[] = {
		"change",   "(",       ")",	 " ",	       "\t",
		"<",	    "<=",      ">",	 ">=",	       "=",
		"-",	    "+",       "%",	 ".",	       "0",
		"9",	    "80",      "us",	 "ns",	       "k",
		"G",	    "rate_hz", "p99_ns", "fast_share", "99999999999999999999999999999",
		"\xc3\xa4", "_"
	};
	const size_t nr = sizeof(words) / sizeof(words[0]);
	size_t n = 0;

	for (uint64_t left = draw(seed) % 9; left; left--) {
		const char *word = words[draw(seed) % nr];

		if (n + strlen(word) + 2 > size)
			break;
		memcpy(text + n, word, strlen(word));
		n += strlen(word);
		if (draw(seed) % 16 == 0)
			text[n++] = (char)(1 + draw(seed) % 255);
	}
	text[n] = '\0';
}

static void fuzzed(void **state)
{
	uint64_t seed = 1, nr_understood = 0;
	struct bound b;
	char text[240];

	(void)state;
	for (int i = 0; i < 50000; i++) {
		garble(text, sizeof(text), &seed);
		err_clear();
		if (!bound_parse(&b, text)) {
			nr_understood++;
			assert_true(b.metric && !b.column && isfinite(b.value));
			continue;
		}
		assert_int_equal(err_class(), ERR_USAGE);
		if (b.column < 1 || b.column > strlen(text) + 1)
			fail_msg("column %u of '%s'", b.column, text);
	}
	assert_true(nr_understood > 10);
}

static const struct CMUnitTest tests[] = {
	TEST("bounds are understood, with the units of their metric", understood),
	TEST("what is wrong is said with its column, in one sentence", refused),
	TEST("an expression may have 100 characters", too_long),
	TEST("of 50000 garbled expressions each is understood or has a column within it", fuzzed),
};

UNIT_MAIN(tests)
