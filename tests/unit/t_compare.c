// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <math.h>
#include "blocks.h"
#include "analyze/compare.h"
#include "output/output.h"

static const struct record_cell plain[] = { { 0 } };
static const struct record_cell arms[] = { { .eoi = "pv" }, { .arm = 1, .eoi = "msr" } };
static const struct record_cell rates[] = { { .has_rate = true, .rate_mhz = 1000000 },
					    { .has_rate = true, .rate_mhz = 2000000 } };

/* so many blocks of each cell, the events of which go up by one from block to block */
static void make(struct record *rec, const struct record_cell *cells, size_t nr_cells,
		 unsigned int repeats, uint64_t events)
{
	blocks_init(rec, cells, nr_cells);
	for (unsigned int r = 0; r < repeats; r++)
		for (unsigned int k = 0; k < nr_cells; k++)
			blocks_add(rec, k, r, cells[k].rate_mhz,
				   (struct made){ .events = events + r });
}

static void find(struct compare *c, const struct record *a, const struct record *b)
{
	assert_int_equal(compare_find(c, &a, 1, &b, 1, 0.01), 0);
}

static const struct comparison_line *line_of(const struct compare_pair *p, const char *key)
{
	for (size_t i = 0; i < p->comparison.nr_lines; i++)
		if (!strcmp(p->comparison.lines[i].metric->key, key))
			return &p->comparison.lines[i];
	return NULL;
}

static const struct difference *difference_of(const struct compare *c, const char *key)
{
	for (size_t i = 0; i < c->differences.nr; i++)
		if (!strcmp(c->differences.items[i].key, key))
			return &c->differences.items[i];
	return NULL;
}

static void change(void **state)
{
	const struct comparison_line *l;
	struct record a, b;
	struct compare c;

	(void)state;
	make(&a, plain, 1, 11, 1000);
	make(&b, plain, 1, 21, 1100);
	find(&c, &a, &b);
	assert_int_equal(c.nr_pairs, 1);
	assert_false(c.few);
	assert_int_equal(c.differences.nr, 0);
	l = line_of(&c.pairs[0], "rate_hz");
	/* medians of two vCPUs' 1000 to 1010 and 1100 to 1120 events; means that are trimmed alike
	 */
	assert_true(l->reference.of.estimate == 2010 && l->of.of.estimate == 2220);
	assert_true(fabs(l->change.change.estimate - 210.0 / 2010) < 1e-9);
	assert_true(l->change.change.low > 0.09 && l->change.change.high < 0.12);
	assert_string_equal(comparison_verdict(l), "better");
	assert_int_equal(l->reference.nr, 11);
	assert_int_equal(l->of.nr, 21);
	assert_int_equal(c.pairs[0].comparison.nr_tested, 1);
	assert_true(fabs(c.pairs[0].comparison.least_p / (2.0 / 129024480) - 1) <
		    1e-9); /* 32 over 11 */
	compare_fini(&c);
	find(&c, &b, &a);
	assert_string_equal(comparison_verdict(line_of(&c.pairs[0], "rate_hz")), "worse");
	compare_fini(&c);
	record_fini(&a);
	record_fini(&b);
}

static void plans(void **state)
{
	const struct difference *d;
	struct record a, b;
	struct compare c;

	(void)state;
	make(&a, plain, 1, 5, 1000);
	make(&b, plain, 1, 5, 1000);
	a.plan.set.rate_mhz = 500000;
	b.plan.set.rate_mhz = 0;
	b.machine.cpu_model = "another one";
	b.machine.pv_eoi_offered = -1;
	a.eoi_mode = "pv";
	b.eoi_mode = "msr";
	find(&c, &a, &b);
	assert_int_equal(c.differences.nr, 4);
	d = difference_of(&c, "cpu_model");
	assert_true(d && !d->a.items[0].text && !strcmp(d->b.items[0].text, "another one"));
	d = difference_of(&c, "pv_eoi_offered");
	assert_true(d && d->a.items[0].number == 1 && d->b.items[0].number == UINT64_MAX);
	d = difference_of(&c, "rate_hz");
	assert_true(d && d->a.items[0].number == 500000 && d->b.items[0].number == 0);
	assert_non_null(difference_of(&c, "eoi_mode"));
	assert_int_equal(c.nr_pairs, 1); /* and all the same they are compared */
	compare_fini(&c);
	record_fini(&a);
	record_fini(&b);
}

/* a group in which something differs is told, even where the other has one of the two */
static void groups(void **state)
{
	struct record recs[3];
	const struct record *a[] = { &recs[0], &recs[1] }, *b[] = { &recs[2] };
	struct compare c;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		make(&recs[i], plain, 1, i == 2 ? 6 : 3, 1000 + i);
	strcpy(recs[1].machine.kernel, "6.12.0");
	assert_int_equal(compare_find(&c, a, 2, b, 1, 0.01), 0);
	assert_int_equal(c.differences.nr, 1);
	assert_int_equal(c.differences.items[0].a.nr, 2);
	assert_int_equal(c.differences.items[0].b.nr, 1);
	assert_int_equal(c.nr_pairs, 1);
	assert_int_equal(c.pairs[0].nr_a, 6); /* of both */
	assert_int_equal(c.pairs[0].nr_b, 6);
	/* 1000 1001 1002 and 1001 1002 1003, of two vCPUs */
	assert_true(line_of(&c.pairs[0], "rate_hz")->reference.of.estimate == 2003);
	compare_fini(&c);
	for (size_t i = 0; i < 3; i++)
		record_fini(&recs[i]);
}

static void matching(void **state)
{
	struct record a, b;
	struct compare c;

	(void)state;
	make(&a, arms, 2, 5, 1000);
	make(&b, arms, 1, 5, 1000);
	find(&c, &a, &b);
	assert_int_equal(c.nr_pairs, 1);
	assert_string_equal(c.pairs[0].eoi, "pv");
	assert_int_equal(c.nr_alone, 1);
	compare_fini(&c);
	find(&c, &b, &a);
	assert_int_equal(c.nr_alone, 1);
	compare_fini(&c);
	record_fini(&b);
	make(&b, plain, 1, 5, 1000); /* a run without arms, in one of their modes */
	b.eoi_mode = "msr";
	find(&c, &a, &b);
	assert_int_equal(c.nr_pairs, 1);
	assert_string_equal(c.pairs[0].eoi, "msr");
	compare_fini(&c);
	record_fini(&a);
	make(&a, rates, 2, 5, 1000);
	b.plan.set.rate_mhz = 2000000; /* and one at a rate of a sweep */
	find(&c, &a, &b);
	assert_int_equal(c.nr_pairs, 1);
	assert_true(c.pairs[0].has_rate && c.pairs[0].rate_mhz == 2000000);
	compare_fini(&c);
	b.plan.set.rate_mhz = 3000000;
	find(&c, &a, &b);
	assert_int_equal(c.nr_pairs, 0);
	assert_int_equal(c.nr_alone, 3);
	compare_fini(&c);
	record_fini(&a);
	record_fini(&b);
}

static char *text_of(const struct record *a, const struct record *b)
{
	struct compare c;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	find(&c, a, b);
	assert_int_equal(output_compare_text(out, &c, 0.01), 0);
	fclose(out);
	compare_fini(&c);
	return text;
}

static void as_text(void **state)
{
	struct record a, b;
	char *text;

	(void)state;
	make(&a, plain, 1, 4, 1000);
	make(&b, rates, 2, 9, 1000);
	a.plan.set.rate_mhz = 1000000;
	text = text_of(&a, &b);
	assert_non_null(strstr(text, "Fewer than 5 blocks on a side have no interval"));
	assert_non_null(strstr(text, "at 1k a second on each vCPU (4 and 9 blocks)"));
	assert_non_null(strstr(text, "1 kind of block"));
	free(text);
	a.plan.set.rate_mhz = 0;
	text = text_of(&a, &b);
	assert_non_null(strstr(text, "there is nothing to compare"));
	free(text);
	text = text_of(&b, &b);
	assert_true(!strncmp(text, "Machine and plan are the same.\n", 31));
	assert_non_null(strstr(text, "equivalent within 1 %"));
	assert_null(strstr(text, "Fewer than"));
	free(text);
	record_fini(&a);
	record_fini(&b);
}

static const struct CMUnitTest tests[] = {
	TEST("a change is of B against A, and better or worse by that", change),
	TEST("what differs in machine and plan is told, and compared all the same", plans),
	TEST("a group is all blocks of its records, and tells where they differ", groups),
	TEST("cells are matched by mode and rate, of the run where they have none of their own",
	     matching),
	TEST("few blocks, none in common and the same are each said", as_text),
};

UNIT_MAIN(tests)
