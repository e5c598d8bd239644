// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <errno.h>
#include "base/cpulist.h"

static void good(const char *text, const char *expected)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	char buf[128];

	assert_int_equal(cpulist_parse(text, set), 0);
	assert_string_equal(cpulist_format(set, buf, sizeof(buf)), expected);
	hwloc_bitmap_free(set);
}

static void lists(void **state)
{
	(void)state;
	good("0-3,8", "0-3,8");
	good("0, 1", "0-1");
	good("7\n", "7");
	good("3,1,2", "1-3");
	good("5-5", "5");
	good("", "");
	good("\n", "");
	good("199", "199");
	good("65535", "65535");
}

static void bad(void **state)
{
	static const char *const texts[] = { "x",    "0-",    "-1",  "1-0",
					     "1,,2", "1,",    ",1",  "0-3-5",
					     "1 2",  "65536", "0x3", "99999999999999999999",
					     "1\n2" };
	hwloc_bitmap_t set = hwloc_bitmap_alloc();

	(void)state;
	hwloc_bitmap_set(set, 4);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(cpulist_parse(texts[i], set), -EINVAL);
	assert_int_equal(hwloc_bitmap_weight(set), 1);
	hwloc_bitmap_free(set);
}

static const struct CMUnitTest tests[] = {
	TEST("the kernel's CPU lists are read, and blk-mq's with a blank", lists),
	TEST("anything else is refused, and leaves the set as it was", bad),
};

UNIT_MAIN(tests)
