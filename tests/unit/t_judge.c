// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <errno.h>
#include <math.h>
#include "blocks.h"
#include "analyze/compare.h"
#include "analyze/findings.h"
#include "analyze/judge.h"
#include "base/err.h"
#include "output/output.h"

static const struct record_cell plain[] = { { 0 } };
static const struct record_cell arms[] = { { .eoi = "pv" }, { .arm = 1, .eoi = "msr" } };
static const struct record_cell rates[] = { { .has_rate = true, .rate_mhz = 1000000 },
					    { .has_rate = true, .rate_mhz = 2000000 } };

/*
 * 20 blocks of two vCPUs with 1001 to 1020 events each: 2002 to 2040 a second, the median is 2021,
 * and its 95 % interval is from the 6th to the 15th (the binomial's, in every table of it): 2012 to
 * 2030
 */
static void make(struct record *rec)
{
	blocks_init(rec, plain, 1);
	for (unsigned int r = 0; r < 20; r++)
		blocks_add(rec, 0, r, 0, (struct made){ .events = 1001 + (r * 7) % 20 });
}

static void judge(struct judgements *j, const struct record *rec, const char *expr)
{
	struct experiment e;

	assert_int_equal(experiment_find(&e, rec), 0);
	err_clear();
	assert_int_equal(judge_record(j, &expr, 1, rec, &e), 0);
	experiment_fini(&e);
}

static void sides(void **state)
{
	static const struct {
		const char *expr;
		enum judgement_status status;
	} cases[] = {
		{ "rate_hz > 2011", JUDGEMENT_FAILED },
		{ "rate_hz > 2012", JUDGEMENT_UNDECIDED },
		{ "rate_hz >= 2012", JUDGEMENT_FAILED },
		{ "rate_hz >= 2013", JUDGEMENT_UNDECIDED },
		{ "rate_hz > 2021", JUDGEMENT_UNDECIDED },
		{ "rate_hz > 2029", JUDGEMENT_UNDECIDED },
		{ "rate_hz > 2030", JUDGEMENT_PASSED },
		{ "rate_hz >= 2030", JUDGEMENT_UNDECIDED },
		{ "rate_hz >= 2031", JUDGEMENT_PASSED },
		{ "rate_hz < 2031", JUDGEMENT_FAILED },
		{ "rate_hz < 2030", JUDGEMENT_UNDECIDED },
		{ "rate_hz <= 2030", JUDGEMENT_FAILED },
		{ "rate_hz <= 2029", JUDGEMENT_UNDECIDED },
		{ "rate_hz < 2012", JUDGEMENT_PASSED },
		{ "rate_hz <= 2012", JUDGEMENT_UNDECIDED },
		{ "rate_hz <= 2011", JUDGEMENT_PASSED },
		{ "fast_share < 90%", JUDGEMENT_NOT_MEASURED },
		{ "time_ns > 1s", JUDGEMENT_NOT_MEASURED },
	};
	struct judgements j;
	struct record rec;

	(void)state;
	make(&rec);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		judge(&j, &rec, cases[i].expr);
		if (j.items[0].status != cases[i].status)
			fail_msg("%s: %d", cases[i].expr, j.items[0].status);
		if (cases[i].status != JUDGEMENT_NOT_MEASURED)
			assert_true(j.items[0].of.estimate == 2021 && j.items[0].of.low == 2012 &&
				    j.items[0].of.high == 2030);
		judge_fini(&j);
	}
	record_fini(&rec);
}

static void few_blocks(void **state)
{
	const char *expr = "rate_hz > 1";
	struct judgements j;
	struct record rec;

	(void)state;
	blocks_init(&rec, plain, 1);
	blocks_add(&rec, 0, 0, 0, (struct made){ .events = 1000 });
	rec.plan.set.experiment = false;
	assert_int_equal(judge_record(&j, &expr, 1, &rec, NULL), 0);
	assert_int_equal(j.items[0].status, JUDGEMENT_NOT_MEASURED);
	assert_int_equal(j.items[0].nr, 1);
	judge_fini(&j);
	record_fini(&rec);
}

/* of two rates one is so: it is the one that is named, though the other stands first */
static void places(void **state)
{
	struct judgements j;
	struct record rec;

	(void)state;
	blocks_init(&rec, rates, 2);
	for (unsigned int r = 0; r < 6; r++)
		for (unsigned int k = 0; k < 2; k++)
			blocks_add(&rec, k, r, rates[k].rate_mhz,
				   (struct made){ .events = k ? 400 : 100,
						  .due = k ? 800 : 100,
						  .latency_ns = k ? 50000 : 1000 });
	judge(&j, &rec, "p99_ns > 40us");
	assert_int_equal(j.items[0].status, JUDGEMENT_FAILED);
	assert_true(j.items[0].has_rate && j.items[0].rate_mhz == 2000000);
	assert_true(j.items[0].nr_places == 2 && j.items[0].nr_same == 1);
	judge_fini(&j);
	judge(&j, &rec, "held_share < 90%");
	assert_int_equal(j.items[0].status, JUDGEMENT_FAILED);
	assert_true(j.items[0].of.estimate == 0.5);
	judge_fini(&j);
	judge(&j, &rec, "p99_ns > 100us");
	assert_int_equal(j.items[0].status, JUDGEMENT_PASSED);
	assert_true(j.items[0].rate_mhz == 2000000 &&
		    j.items[0].nr_same == 2); /* the one nearer to it */
	judge_fini(&j);
	judge(&j, &rec, "p99_ns < 10us");
	assert_true(j.items[0].status == JUDGEMENT_FAILED && j.items[0].rate_mhz == 1000000);
	judge_fini(&j);
	record_fini(&rec);
}

static void make_arms(struct record *rec)
{
	blocks_init(rec, arms, 2);
	for (unsigned int r = 0; r < 10; r++)
		for (unsigned int k = 0; k < 2;
		     k++) /* pv makes 10 % more events, and no register write in most repeats */
			blocks_add(rec, k, r, 0,
				   (struct made){ .events = (1000 + r) * (k ? 10 : 11) / 10,
						  .interrupts = 100,
						  .fast = k ? 0 : 80,
						  .msr = k ? 100 : 20 });
}

static void changes(void **state)
{
	static const struct {
		const char *expr;
		enum judgement_status status;
	} cases[] = {
		{ "change(rate_hz) < 5%", JUDGEMENT_PASSED },
		{ "change(rate_hz) > 5%", JUDGEMENT_FAILED },
		{ "change(rate_hz) > 15%", JUDGEMENT_PASSED },
		{ "change(rate_hz) < -2%", JUDGEMENT_PASSED },
		{ "change(fast_share) > 79%", JUDGEMENT_FAILED },
		{ "change(fast_share) > 0.81", JUDGEMENT_PASSED },
		{ "change(register_writes_per_interrupt) > -70%", JUDGEMENT_PASSED },
		{ "change(p99_ns) > 1%", JUDGEMENT_NOT_MEASURED },
	};
	struct judgements j;
	struct record rec;

	(void)state;
	make_arms(&rec);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		judge(&j, &rec, cases[i].expr);
		if (j.items[0].status != cases[i].status)
			fail_msg("%s: %d", cases[i].expr, j.items[0].status);
		if (cases[i].status != JUDGEMENT_NOT_MEASURED) {
			assert_string_equal(j.items[0].arm, "pv");
			assert_string_equal(j.items[0].reference, "msr");
		}
		judge_fini(&j);
	}
	judge(&j, &rec, "fast_share < 90%"); /* of either arm: msr is farther below */
	assert_true(j.items[0].status == JUDGEMENT_FAILED && j.items[0].nr_same == 2);
	assert_string_equal(j.items[0].arm, "msr");
	judge_fini(&j);
	record_fini(&rec);
}

static void from_nothing(void **state)
{
	struct judgements j;
	struct record rec;

	(void)state;
	blocks_init(&rec, arms, 2);
	for (unsigned int r = 0; r < 10; r++)
		for (unsigned int k = 0; k < 2; k++)
			blocks_add(&rec, k, r, 0,
				   (struct made){ .events = 100,
						  .interrupts = 100,
						  .fast = k ? 100 : 50,
						  .msr = k ? 0 : 50 });
	judge(&j, &rec, "change(register_writes_per_interrupt) > 5%");
	assert_int_equal(j.items[0].status, JUDGEMENT_UNDECIDED);
	assert_true(j.items[0].no_reference);
	judge_fini(&j);
	record_fini(&rec);
}

static void nothing_compared(void **state)
{
	const char *expr = "change(rate_hz) < -2%";
	struct judgements j;
	struct record rec;

	(void)state;
	make(&rec);
	err_clear();
	assert_int_equal(judge_record(&j, &expr, 1, &rec, NULL), -EINVAL);
	assert_non_null(strstr(err_sentence(), "column 1: change() needs arms that are compared"));
	judge_fini(&j);
	record_fini(&rec);
}

static void of_two_records(void **state)
{
	const char *const exprs[] = { "change(rate_hz) < -2%", "rate_hz < 1900", "rate_hz < 1800" };
	const struct record *group_a, *group_b;
	struct record a, b;
	struct compare c;

	(void)state;
	make(&a);
	blocks_init(&b, plain, 1);
	for (unsigned int r = 0; r < 20; r++)
		blocks_add(&b, 0, r, 0, (struct made){ .events = 901 + (r * 7) % 20 });
	group_a = &a;
	group_b = &b;
	assert_int_equal(compare_find(&c, &group_a, 1, &group_b, 1, 0.01), 0);
	assert_int_equal(judge_compare(&c.judgements, exprs, 3, &c), 0);
	assert_int_equal(c.judgements.items[0].status, JUDGEMENT_FAILED);
	assert_int_equal(c.judgements.items[1].status, JUDGEMENT_FAILED); /* B's, which is 1821 */
	assert_int_equal(c.judgements.items[2].status, JUDGEMENT_PASSED);
	compare_fini(&c);
	assert_int_equal(compare_find(&c, &group_b, 1, &group_a, 1, 0.01), 0);
	assert_int_equal(judge_compare(&c.judgements, exprs, 3, &c), 0);
	assert_int_equal(c.judgements.items[0].status, JUDGEMENT_PASSED);
	assert_int_equal(c.judgements.items[1].status, JUDGEMENT_PASSED);
	compare_fini(&c);
	record_fini(&a);
	record_fini(&b);
}

static void rates_need_not_be_held(void **state)
{
	struct findings f;
	struct record rec;

	(void)state;
	blocks_init(&rec, rates, 2);
	for (unsigned int k = 0; k < 2; k++)
		blocks_add(&rec, k, 0, rates[k].rate_mhz,
			   (struct made){ .events = 100, .due = k ? 1000 : 100 });
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_true(f.totals.rate_held);
	findings_fini(&f);
	rec.failed = "the disk went away";
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_false(f.totals.rate_held);
	findings_fini(&f);
	record_fini(&rec);
	blocks_init(&rec, arms, 2);
	for (unsigned int k = 0; k < 2; k++)
		blocks_add(&rec, k, 0, 0, (struct made){ .events = 100, .due = k ? 1000 : 100 });
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_false(f.totals.rate_held);
	findings_fini(&f);
	record_fini(&rec);
}

static void as_text(void **state)
{
	static const char *const exprs[] = { "change(rate_hz) > 5%", "fast_share > 90%",
					     "rate_hz > 2210", "p99_ns > 1us",
					     "change(fast_share) > 79%" };
	struct findings f;
	struct record rec;
	char *text = NULL;
	size_t size;
	FILE *out;

	(void)state;
	make_arms(&rec);
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_int_equal(analyze_bounds(&f, exprs, 5), 0);
	out = open_memstream(&text, &size);
	output_judgements_text(out, f.judgements);
	fclose(out);
	/* 200 more than 2009 in the middle; what the bootstrap makes of its interval is not this
	 * test's */
	assert_int_equal(strncmp(text, "--fail-if 'change(rate_hz) > 5%': it is so: +9.96 % [+9.",
				 55),
			 0);
	assert_string_equal(strchr(text, '\n') + 1,
			    "--fail-if 'fast_share > 90%': it is not so: 80.00 % [80.00 % .. 80.00 "
			    "%], under pv (in 2 of 2).\n"
			    "--fail-if 'rate_hz > 2210': not shown: 2209 [2202 .. 2216], under pv "
			    "(in 1 of 2): the interval reaches over the bound.\n"
			    "--fail-if 'p99_ns > 1us': it was not measured.\n"
			    "--fail-if 'change(fast_share) > 79%': it is so: +80.00 pp [+80.00 pp "
			    ".. +80.00 pp], pv compared with msr.\n");
	free(text);
	findings_fini(&f);
	record_fini(&rec);
}

static const struct CMUnitTest tests[] = {
	TEST("a bound is broken where the whole interval is beyond it, and kept where it is wholly "
	     "this side",
	     sides),
	TEST("fewer blocks than an interval takes are no measurement", few_blocks),
	TEST("of several rates or arms the one decides that is farthest beyond the bound", places),
	TEST("a change is that of the first arm, relative or in points", changes),
	TEST("a change from 0 is no percentage, and shows nothing", from_nothing),
	TEST("a change of what was not compared is refused", nothing_compared),
	TEST("of two records bounds are of B, and its change against A", of_two_records),
	TEST("rates of a sweep need not be held, that of an experiment is to be",
	     rates_need_not_be_held),
	TEST("each bound is a sentence", as_text),
};

UNIT_MAIN(tests)
