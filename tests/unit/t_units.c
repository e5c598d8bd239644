// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <errno.h>
#include "base/units.h"

static void rate(const char *text, int ret, uint64_t mhz)
{
	uint64_t got = 12345;

	assert_int_equal(units_parse_rate(text, &got), ret);
	assert_int_equal(got, ret ? 12345 : mhz);
}

static void rates(void **state)
{
	(void)state;
	rate("500", 0, 500000);
	rate("20k", 0, 20000000);
	rate("1.5M", 0, 1500000000);
	rate("1G", 0, 1000000000000);
	rate("0.5", 0, 500);
	rate("0000000000000000000000500", 0, 500000);
	rate("max", 0, UNITS_RATE_MAX);
}

static void bad_rates(void **state)
{
	static const char *const bad[] = {
		"",	 "-5", "+5", "1e99", "12q",  "k",   ".",   "5.",
		"1.2.3", "5 ", " 5", "5kk",  "0x10", "nan", "inf", "MAX"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		rate(bad[i], -EINVAL, 0);
	rate("0", -ERANGE, 0);
	rate("0.0001", -ERANGE, 0);
	rate("1.000001G", -ERANGE, 0);
	rate("99999999999999999999999999", -ERANGE, 0);
	rate("18446744073709551615G", -ERANGE, 0);
}

static void times(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {
		{ "5ns", 5 },		{ "250us", 250000 },
		{ "100ms", 100000000 }, { "10s", 10000000000 },
		{ "2m", 120000000000 }, { "1h", 3600000000000 },
		{ "3", 3000000000 },	{ "0.25s", 250000000 },
		{ "1.5ms", 1500000 },	{ "0", 0 },
	};
	uint64_t ns;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(units_parse_time(good[i].text, &ns), 0);
		assert_int_equal(ns, good[i].ns);
	}
	assert_int_equal(units_parse_time("1d", &ns), -EINVAL);
	assert_int_equal(units_parse_time("9000h", &ns), -ERANGE);
}

static void sizes(void **state)
{
	uint64_t bytes;

	(void)state;
	assert_int_equal(units_parse_size("4k", &bytes), 0);
	assert_int_equal(bytes, 4096);
	assert_int_equal(units_parse_size("1M", &bytes), 0);
	assert_int_equal(bytes, 1048576);
	assert_int_equal(units_parse_size("4kB", &bytes), -EINVAL);
	assert_int_equal(units_parse_u64("1.5", &bytes), -EINVAL);
	assert_int_equal(units_parse_u64("18446744073709551615", &bytes),
			 -ERANGE); /* 20 digits: one too many */
	assert_int_equal(units_parse_u64("9999999999999999999", &bytes), 0);
	assert_int_equal(bytes, 9999999999999999999u);
}

static void texts(void **state)
{
	char buf[UNITS_TEXT];

	(void)state;
	assert_string_equal(units_format_rate(500, buf), "500.0");
	assert_string_equal(units_format_rate(0.001, buf), "0.001");
	assert_string_equal(units_format_rate(9999, buf), "9999");
	assert_string_equal(units_format_rate(12345, buf), "12.3k");
	assert_string_equal(units_format_rate(1.5e6, buf), "1.50M");
	assert_string_equal(units_format_time(999, buf), "999 ns");
	assert_string_equal(units_format_time(85123, buf), "85.1 us");
	assert_string_equal(units_format_time(1500000000, buf), "1.50 s");
}

static const struct CMUnitTest tests[] = {
	TEST("a rate is digits, a point and one of k, M, G, exactly", rates),
	TEST("what is no rate is told from what is out of range, and nothing is written",
	     bad_rates),
	TEST("a time is a number and a unit; a bare number is seconds", times),
	TEST("sizes are powers of 1024, and a whole number has no point", sizes),
	TEST("texts have three significant digits and a unit", texts),
};

UNIT_MAIN(tests)
