// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <math.h>
#include "blocks.h"
#include "analyze/experiment.h"
#include "analyze/findings.h"
#include "analyze/until.h"
#include "output/output.h"

static const struct comparison_line *line_of(const struct comparison *c, const char *key)
{
	for (size_t i = 0; i < c->nr_lines; i++)
		if (!strcmp(c->lines[i].metric->key, key))
			return &c->lines[i];
	return NULL;
}

static double median(const struct experiment *e, size_t cell, const char *key)
{
	return experiment_median(&e->cells[cell], key)->of.estimate;
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9 * fabs(b);
}

/* fast EOIs of 1000 in the repeat, around 900: its own in every repeat, their median 900.5 */
static uint64_t fast_of(unsigned int repeat)
{
	return 891 + repeat;
}

static const struct record_cell two_arms[] = { { .eoi = "pv" }, { .arm = 1, .eoi = "msr" } };

/* 20 repeats, the order turned in each second; what is drawn and noise is the same in both arms */
static void make_ab(struct record *rec, unsigned int repeats)
{
	blocks_init(rec, two_arms, 2);
	rec->plan.set.repeat_min = rec->plan.set.repeat_max = repeats;
	for (unsigned int r = 0; r < repeats; r++) {
		for (unsigned int k = 0; k < 2; k++) {
			const bool pv = (r + k) % 2;
			const uint64_t fast = pv ? fast_of(r) : 0;

			blocks_add(rec, !pv, r, 0,
				   (struct made){ .events = 200,
						  .due = 200,
						  .interrupts = 200,
						  .latency_ns = 90 + (r * 7) % 5,
						  .fast = fast,
						  .msr = 1000 - fast });
		}
	}
}

static void arms(void **state)
{
	const struct comparison_line *l;
	struct experiment e;
	struct record rec;

	(void)state;
	make_ab(&rec, 20);
	assert_int_equal(experiment_find(&e, &rec), 0);
	assert_int_equal(e.nr_repeats, 20);
	assert_int_equal(e.nr_cells, 2);
	assert_int_equal(e.nr_pairs, 1);
	assert_true(e.has_arms && !e.has_rates);
	assert_string_equal(e.cells[e.pairs[0].of].arm, "pv");
	assert_string_equal(e.cells[e.pairs[0].reference].arm, "msr");
	assert_true(near(median(&e, 0, "fast_share"), 0.9005) && median(&e, 1, "fast_share") == 0);
	assert_true(near(median(&e, 0, "register_writes_per_interrupt"), (1000 - 900.5) / 200));
	assert_true(median(&e, 1, "register_writes_per_interrupt") == 5);
	/* each repeat's change of 5 to (1000 - fast) / 200: symmetrical around its median */
	l = line_of(&e.pairs[0].comparison, "register_writes_per_interrupt");
	assert_non_null(l);
	assert_true(l->change.relative && near(l->change.change.estimate, (0.4975 - 5) / 5));
	assert_true(l->change.change.low >= -0.91 && l->change.change.high <= -0.89);
	assert_true(l->of.nr == 20 && l->change.nr == 20);
	assert_string_equal(comparison_verdict(l), "better");
	l = line_of(&e.pairs[0].comparison, "fast_share");
	assert_true(!l->change.relative && near(l->change.change.estimate, 0.9005));
	assert_string_equal(comparison_verdict(l), "better");
	assert_true(comparison_autocorrelated(l)); /* it rises from repeat to repeat */
	l = line_of(&e.pairs[0].comparison, "p50_ns");
	assert_true(l->change.change.estimate == 0);
	assert_string_equal(comparison_verdict(l), "equivalent");
	assert_null(line_of(&e.pairs[0].comparison, "cost_ns"));
	assert_null(line_of(&e.pairs[0].comparison, "eoi_cycles"));
	experiment_fini(&e);
	record_fini(&rec);
}

/* the other way round it is worse; more interrupts are neither */
static void senses(void **state)
{
	const struct record_cell cells[] = { { .eoi = "msr" }, { .arm = 1, .eoi = "pv" } };
	struct experiment e;
	struct record rec;

	(void)state;
	blocks_init(&rec, cells, 2);
	for (unsigned int r = 0; r < 20; r++) {
		blocks_add(&rec, 0, r, 0,
			   (struct made){ .events = 200, .interrupts = 200 + r % 7, .msr = 1000 });
		blocks_add(&rec, 1, r, 0,
			   (struct made){ .events = 200,
					  .interrupts = 100 + r,
					  .fast = 900 + r,
					  .msr = 100 - r });
	}
	assert_int_equal(experiment_find(&e, &rec), 0);
	assert_string_equal(comparison_verdict(line_of(&e.pairs[0].comparison, "fast_share")),
			    "worse");
	assert_string_equal(comparison_verdict(line_of(&e.pairs[0].comparison, "interrupts_hz")),
			    "more");
	experiment_fini(&e);
	record_fini(&rec);
}

/* 6 pairs: p is 2 of 2^6 ways at the least, times two metrics that differ in a pair; the others are
 * not tested */
static void few_pairs(void **state)
{
	const struct comparison *c;
	struct experiment e;
	struct record rec;

	(void)state;
	make_ab(&rec, 6);
	assert_int_equal(experiment_find(&e, &rec), 0);
	c = &e.pairs[0].comparison;
	assert_int_equal(c->nr_tested, 2);
	assert_true(near(c->least_p, 2 * 2.0 / 64));
	assert_true(near(line_of(c, "fast_share")->change.p, c->least_p));
	assert_string_equal(comparison_verdict(line_of(c, "fast_share")), "no difference shown");
	assert_true(line_of(c, "p50_ns")->change.p == 1 && !line_of(c, "p50_ns")->varied);
	experiment_fini(&e);
	record_fini(&rec);
}

static void interrupted(void **state)
{
	struct experiment e;
	struct record rec;

	(void)state;
	make_ab(&rec, 8);
	blocks_add(&rec, 0, 8, 0, (struct made){ .events = 1, .interrupts = 1, .msr = 1000 });
	assert_int_equal(experiment_find(&e, &rec), 0);
	assert_int_equal(e.nr_repeats, 8);
	assert_int_equal(e.cells[0].samples.nr, 8);
	assert_true(median(&e, 0, "rate_hz") == 400);
	experiment_fini(&e);
	record_fini(&rec);
	blocks_init(&rec, two_arms, 2);
	blocks_add(&rec, 1, 0, 0, (struct made){ .events = 100 }); /* not even one repeat */
	assert_int_equal(experiment_find(&e, &rec), 0);
	assert_int_equal(e.nr_repeats, 0);
	assert_true(median(&e, 1, "rate_hz") == 200);
	assert_int_equal(e.pairs[0].comparison.nr_lines, 0);
	experiment_fini(&e);
	record_fini(&rec);
}

/* two runs of the same repeats, the first of which a signal has ended: their pairs are not mixed */
static void merged(void **state)
{
	struct experiment e;
	struct record rec;

	(void)state;
	make_ab(&rec, 1);
	blocks_add(&rec, 0, 1, 0, (struct made){ .events = 1 });
	for (unsigned int r = 0; r < 2; r++) {
		blocks_add(&rec, 0, r, 0, (struct made){ .events = 200 });
		blocks_add(&rec, 1, r, 0, (struct made){ .events = 100 });
	}
	rec.blocks[3].t_ns = 0;
	assert_int_equal(experiment_find(&e, &rec), 0);
	assert_int_equal(e.nr_repeats, 3);
	assert_int_equal(e.cells[0].samples.nr, 3);
	assert_ptr_equal(e.cells[0].samples.items[1].block, &rec.blocks[3]);
	assert_int_equal(line_of(&e.pairs[0].comparison, "rate_hz")->change.nr, 3);
	assert_true(median(&e, 0, "rate_hz") == 400 && median(&e, 1, "rate_hz") == 200);
	experiment_fini(&e);
	record_fini(&rec);
}

static void one_mode_twice(void **state)
{
	const struct record_cell cells[] = { { .eoi = "pv", .has_rate = true, .rate_mhz = 1000 },
					     { .arm = 1, .eoi = "msr" },
					     { .arm = 2, .eoi = "pv" },
					     { .arm = 3, .eoi = "pv" },
					     { .idle = true },
					     { .has_rate = true } };
	char buf[EXPERIMENT_ARM];
	struct record rec;

	(void)state;
	blocks_init(&rec, cells, 6);
	assert_string_equal(experiment_arm(&rec, &rec.cells[0], buf), "pv");
	assert_string_equal(experiment_arm(&rec, &rec.cells[1], buf), "msr");
	assert_string_equal(experiment_arm(&rec, &rec.cells[2], buf), "pv#2");
	assert_string_equal(experiment_arm(&rec, &rec.cells[3], buf), "pv#3");
	assert_string_equal(experiment_arm(&rec, &rec.cells[5], buf), "");
	record_fini(&rec);
}

/* rates in the order they were given: 4k, 1k, 2k, 8k, max; 4k is held in most blocks, 8k in none,
 * p99 bends at 2k */
static void knee(void **state)
{
	const struct record_cell cells[] = { { .has_rate = true, .rate_mhz = 4000000 },
					     { .has_rate = true, .rate_mhz = 1000000 },
					     { .has_rate = true, .rate_mhz = 2000000 },
					     { .has_rate = true, .rate_mhz = 8000000 },
					     { .has_rate = true } };
	struct experiment e;
	struct record rec;

	(void)state;
	blocks_init(&rec, cells, 5);
	for (unsigned int r = 0; r < 3; r++) {
		blocks_add(&rec, 0, r, 4000000,
			   (struct made){
				   .events = r ? 4000 : 3900, .due = 4000, .latency_ns = 100 });
		blocks_add(&rec, 1, r, 1000000,
			   (struct made){ .events = 990, .due = 1000, .latency_ns = 40 });
		blocks_add(&rec, 2, r, 2000000,
			   (struct made){ .events = 2000, .due = 2000, .latency_ns = 81 });
		blocks_add(&rec, 3, r, 8000000,
			   (struct made){ .events = 6000, .due = 8000, .latency_ns = 120 });
		blocks_add(&rec, 4, r, 0, (struct made){ .events = 7000, .latency_ns = 10 });
	}
	assert_int_equal(experiment_find(&e, &rec), 0);
	assert_true(e.has_rates);
	assert_int_equal(e.nr_pairs, 0);
	assert_int_equal(e.nr_knees, 1);
	assert_int_equal(e.knees[0].held_mhz, 4000000);
	assert_int_equal(e.knees[0].lost_mhz, 8000000);
	assert_true(e.knees[0].lost_share == 0.75);
	assert_int_equal(e.knees[0].lowest_mhz, 1000000);
	assert_int_equal(e.knees[0].slow_mhz, 2000000);
	experiment_fini(&e);
	for (size_t i = 0; i < rec.nr_blocks; i++) /* 2k is not held: 4k above it does not count */
		if (rec.blocks[i].cell == 2)
			rec.blocks[i].rows[1].events = 1979;
	assert_int_equal(experiment_find(&e, &rec), 0);
	assert_int_equal(e.knees[0].held_mhz, 1000000);
	assert_int_equal(e.knees[0].lost_mhz, 2000000);
	experiment_fini(&e);
	record_fini(&rec);
}

static const struct record_cell soaked[] = { { .eoi = "pv" },
					     { .arm = 1, .eoi = "msr" },
					     { .idle = true } };

/* pv loses 2 %, msr about 3 %; the idle blocks differ by noise of so many loops of a million, to
 * and fro */
static void make_soaked(struct record *rec, uint64_t noise)
{
	static const int waves[] = { 0, 1,  -1, 2, -2, 1,  0, -1, 2, -1,
				     0, -2, 1,	2, 0,  -1, 1, -2, 2, 0 };

	blocks_init(rec, soaked, 3);
	rec->plan.set.soak = true;
	for (unsigned int r = 0; r < 20; r++) {
		uint64_t full = 1000000 + (uint64_t)waves[r] * noise;

		blocks_add(rec, 0, r, 0,
			   (struct made){ .events = 1000,
					  .interrupts = 1000,
					  .soak_loops = 980000,
					  .steal_ns = 10000000 });
		blocks_add(rec, 1, r, 0,
			   (struct made){ .events = 1000,
					  .interrupts = 1000,
					  .soak_loops = 969050 + 100 * r });
		blocks_add(rec, 2, r, 0, (struct made){ .soak_loops = full });
	}
}

static void cost(void **state)
{
	struct experiment e;
	struct record rec;

	(void)state;
	make_soaked(&rec, 0);
	assert_int_equal(experiment_find(&e, &rec), 0);
	assert_int_equal(e.nr_costs, 2);
	/* 2 % of two CPUs for a second, 2000 interrupts: 20 us; the idle blocks are all the same */
	assert_true(near(e.costs[0].cost.of.estimate, 20000) &&
		    near(e.costs[1].cost.of.estimate, 30000));
	assert_true(e.costs[0].noise_ns == 0 && e.costs[0].usable && e.costs[1].usable);
	assert_true(near(e.costs[0].steal.of.estimate, 0.01));
	assert_int_equal(e.costs[0].idle.nr, 19);
	assert_string_equal(comparison_verdict(line_of(&e.pairs[0].comparison, "cost_ns")),
			    "better");
	experiment_fini(&e);
	record_fini(&rec);
	make_soaked(&rec, 50000); /* 5 % and more between idle blocks hide 2 % */
	assert_int_equal(experiment_find(&e, &rec), 0);
	assert_true(e.costs[0].noise_ns > 20000);
	assert_false(e.costs[0].usable);
	experiment_fini(&e);
	record_fini(&rec);
}

static void until(void **state)
{
	struct record rec;
	double width;

	(void)state;
	make_ab(&rec, 20);
	rec.plan.set.rate_mhz = 200000;
	assert_string_equal(until_metric(&rec)->key, "p50_ns");
	assert_int_equal(until_width(&rec, &width), 0);
	assert_true(width == 0);
	rec.plan.set.rate_mhz = 0;
	assert_string_equal(until_metric(&rec)->key, "rate_hz");
	record_fini(&rec);
	make_ab(&rec, 3);
	assert_int_equal(until_width(&rec, &width), 0);
	assert_true(isnan(width)); /* too few for an interval */
	record_fini(&rec);
	blocks_init(&rec,
		    (const struct record_cell[]){ { .has_rate = true, .rate_mhz = 1000000 },
						  { .has_rate = true, .rate_mhz = 2000000 },
						  { .idle = true } },
		    3);
	for (unsigned int r = 0; r < 6; r++) {
		blocks_add(&rec, 0, r, 1000000, (struct made){ .events = 100, .latency_ns = 50 });
		blocks_add(&rec, 1, r, 2000000,
			   (struct made){ .events = 100, .latency_ns = 50 + r });
		blocks_add(&rec, 2, r, 0, (struct made){ 0 });
	}
	/* of six values the interval is from the least to the greatest: 50 to 55 around 52.5, in
	 * the worse of two cells */
	assert_int_equal(until_width(&rec, &width), 0);
	assert_true(near(width, 5 / 52.5));
	record_fini(&rec);
}

static char *text_of(const struct record *rec, int (*form)(FILE *out, const struct findings *f))
{
	struct findings f;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(analyze_record(&f, rec), 0);
	assert_int_equal(form(out, &f), 0);
	fclose(out);
	findings_fini(&f);
	return text;
}

static void has(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("\"%s\" is not in:\n%s", what, text);
}

static void as_text(void **state)
{
	struct record rec;
	char *text;

	(void)state;
	make_soaked(&rec, 0);
	rec.plan.set.repeat_min = rec.plan.set.repeat_max = 20;
	text = text_of(&rec, output_text);
	has(text, "20 repeats of 1.00 s blocks");
	has(text, "order (seed 1): pv msr idle | pv msr idle |");
	has(text, "pv compared with msr:");
	has(text, "CPU lost/interrupt");
	has(text, "-33.3 %");
	has(text, "better");
	has(text, "equivalent within 1 %");
	has(text, "20.0 us");
	if (getenv("T_SHOW"))
		puts(text);
	free(text);
	rec.plan.set.until = 0.01;
	for (size_t i = 0; i < rec.nr_blocks; i++)
		rec.blocks[i].elapsed_ns += i * 10000000 * (i % 3);
	text = text_of(&rec, output_text);
	has(text, "NOT REACHED: the interval of events/s was to be 1 % wide");
	free(text);
	text = text_of(&rec, output_json);
	has(text, "\"verdict\": \"better\"");
	if (getenv("T_SHOW"))
		puts(text);
	free(text);
	record_fini(&rec);
}

static const struct CMUnitTest tests[] = {
	TEST("the first arm is compared with the other by pairs of one repeat", arms),
	TEST("what is better depends on the metric; of some neither is", senses),
	TEST("p is adjusted for the metrics that differ at all, and few pairs cannot make it small",
	     few_pairs),
	TEST("a repeat that was not completed is left out", interrupted),
	TEST("the repeats of runs that were merged are each of their own run", merged),
	TEST("a second arm of one mode has a number", one_mode_twice),
	TEST("the knee is the highest rate that is held with every lower one, and where p99 "
	     "doubles",
	     knee),
	TEST("a cost is usable where it stands clear of what the idle blocks differ by", cost),
	TEST("--until judges the widest interval, and none is no interval", until),
	TEST("tables, sentences and JSON say what was found", as_text),
};

UNIT_MAIN(tests)
