// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <string.h>
#include "base/nearest.h"

static const char *const words[] = { "run",	"plan",	   "list",	 "show", "merge", "compare",
				     "reflect", "restore", "virtio-blk", "pv",	 NULL };

static struct nearest found;

static const char *nearest(const char *word)
{
	nearest_begin(&found, word, strlen(word));
	nearest_try_all(&found, words);
	return found.best;
}

static void misspelt(void **state)
{
	static const struct {
		const char *word, *best;
		unsigned int distance;
	} near[] = {
		{ "shw", "show", 1 },
		{ "shoow", "show", 1 },
		{ "shiw", "show", 1 },
		{ "shwo", "show", 1 },
		{ "hsow", "show", 1 },
		{ "comprae", "compare", 1 },
		{ "komprae", "compare", 2 },
		{ "reflcet", "reflect", 1 },
		{ "virtioblk", "virtio-blk", 1 },
		{ "virtoiblk", "virtio-blk", 2 },
		{ "RUN", "run", 0 },
		{ "pb", "pv", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++) {
		assert_non_null(nearest(near[i].word));
		assert_string_equal(found.best, near[i].best);
		assert_int_equal(found.distance, near[i].distance);
	}
}

static void abbreviated(void **state)
{
	(void)state;
	assert_string_equal(nearest("comp"), "compare");
	assert_string_equal(nearest("virt"), "virtio-blk");
	assert_string_equal(nearest("re"), "reflect"); /* the first of two */
}

static void strange(void **state)
{
	static const char *const far[] = { "",	 "r",	  "x",		"true",
					   "on", "xyzzy", "frobnicate", "ru n d" };
	char longer[NEAREST_LONGEST + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++)
		assert_null(nearest(far[i]));
	memset(longer, 'r', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_null(nearest(longer));
	longer[NEAREST_LONGEST] = '\0';
	assert_null(nearest(longer));
}

static void hints(void **state)
{
	struct nearest n;

	(void)state;
	nearest_begin(&n, "rat=5", 3);
	nearest_try(&n, "rate");
	assert_string_equal(nearest_hint(&n, "--", "see --help"), " (did you mean '--rate'?)");
	nearest_begin(&n, "xyz", 3);
	nearest_try(&n, "rate");
	assert_string_equal(nearest_hint(&n, "--", "see --help"), " (see --help)");
	nearest_begin(&n, "xyz", 3);
	assert_string_equal(nearest_hint(&n, "--", NULL), "");
}

static const struct CMUnitTest tests[] = {
	TEST("a letter too many, missing, wrong or swapped is near, whatever the case", misspelt),
	TEST("the beginning of a word is near", abbreviated),
	TEST("another word is not near, nor is one that is too long", strange),
	TEST("the hint names the nearest word, or says what else to do", hints),
};

UNIT_MAIN(tests)
