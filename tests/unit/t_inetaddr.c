// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <errno.h>
#include "base/inetaddr.h"

static void addresses_are_read_and_written(void **state)
{
	static const struct {
		const char *text, *means;
	} good[] = {
		{ "192.0.2.1", "192.0.2.1:7" },
		{ "192.0.2.1:9", "192.0.2.1:9" },
		{ "0.0.0.0:65535", "0.0.0.0:65535" },
		{ "::1", "[::1]:7" },
		{ "[::1]", "[::1]:7" },
		{ "[2001:db8::5]:80", "[2001:db8::5]:80" },
		{ "fe80::1", "[fe80::1]:7" },
	};
	char text[INETADDR_TEXT];
	union inetaddr addr;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(inetaddr_parse(good[i].text, 7, &addr), 0);
		assert_string_equal(inetaddr_format(&addr, text), good[i].means);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		":",
		":7",
		"192.0.2",
		"192.0.2.1:",
		"192.0.2.1:0",
		"192.0.2.1:65536",
		"192.0.2.1:7x",
		"192.0.2.1:-7",
		"192.0.2.1 ",
		"host",
		"[::1",
		"[::1]7",
		"[::1]:",
		"[192.0.2.1]:7",
		"1:2:3",
		"[]:7",
		"::1%lo",
		"1111111111111111111111111111111111111111111111111111111111111"
	};
	union inetaddr addr;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(inetaddr_parse(bad[i], 7, &addr), -EINVAL);
}

static const struct CMUnitTest tests[] = {
	TEST("addresses with and without a port are read and written",
	     addresses_are_read_and_written),
	TEST("what is no address is refused", what_is_no_address_is_refused),
};

UNIT_MAIN(tests)
