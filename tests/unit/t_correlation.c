// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <math.h>
#include "blocks.h"
#include "analyze/correlation.h"
#include "analyze/findings.h"
#include "output/output.h"

#define NR 41 /* intervals of a block, of 100 ms each but for the last */
#define MS 1000000ull

static const struct record_cell plain[] = { { 0 } };
static const struct record_cell soaked[] = { { 0 }, { .idle = true } };
static const struct record_cell arms[] = { { .eoi = "pv" }, { .arm = 1, .eoi = "msr" } };

/* what an interval of a vCPU has: 1000 EOIs, 500 of them fast and as many points more, and what
 * goes with each */
struct law {
	int points; /* the share goes up to so many points above 50 % */
	int64_t hz_per_point, ns_per_point;
};

/* of one block; its last interval is shorter and contradicts all others */
static void add_intervals(struct record *rec, unsigned int block, size_t nr,
			  const struct law law[2])
{
	for (size_t i = 0; i < nr; i++) {
		const bool last = i + 1 == nr;

		for (unsigned int c = 0; c < 2; c++) {
			/* 0, 7, 4, 1, 8, …: each of ten as often as the others, and neighbours are
			 * not alike */
			const int64_t points = law[c].points * (int64_t)(i * 7 % 10) / 9;
			const uint64_t events =
				last ? 5000 : (uint64_t)(2000 + law[c].hz_per_point * points) / 10;
			const uint64_t fast = last ? 1 : (uint64_t)(500 + 10 * points);

			assert_int_equal(record_add_interval(
						 rec,
						 &(struct record_interval){
							 .t_ns = last ? (nr - 1) * 100 * MS + 3 * MS
								      : (i + 1) * 100 * MS,
							 .block = block,
							 .cpu = 4 * c,
							 .has_eoi = true,
							 .events = events,
							 .fast = fast,
							 .msr = 1000 - fast,
							 .latency_sum_ns =
								 events *
								 (uint64_t)(90000 +
									    law[c].ns_per_point *
										    points) }),
					 0);
		}
	}
}

static void add_block(struct record *rec, unsigned int cell, unsigned int repeat, struct made made)
{
	made.fast = 700;
	made.msr = 300;
	if (!made.events && !rec->cells[cell].idle)
		made.events = 1000;
	blocks_add(rec, cell, repeat, 0, made);
}

static void make(struct record *rec, const struct law law[2], struct made made)
{
	blocks_init(rec, plain, 1);
	rec->plan.set.experiment = false;
	add_block(rec, 0, 0, made);
	add_intervals(rec, 0, NR, law);
}

static const struct correlation *of(const struct correlations *c, size_t cell, int cpu,
				    enum correlation_with with)
{
	for (size_t i = 0; i < c->nr; i++)
		if (c->items[i].cell == cell && c->items[i].cpu == cpu && c->items[i].with == with)
			return &c->items[i];
	return NULL;
}

static void expect(const struct correlations *c, size_t cell, int cpu, enum correlation_with with,
		   double r, double slope)
{
	const struct correlation *one = of(c, cell, cpu, with);

	assert_non_null(one);
	assert_int_equal(one->status, CORRELATION_FOUND);
	if (fabs(one->of.pearson.estimate - r) > 1e-9 ||
	    fabs(one->of.slope.estimate - slope) > 1e-6)
		fail_msg("CPU %d: r %g, slope %g", cpu, one->of.pearson.estimate,
			 one->of.slope.estimate);
}

/* lines without noise: r is 1 or -1 and the slope that of the law */
static void slopes(void **state)
{
	static const struct law law[2] = { { 9, 20, -100 }, { 9, -30, 500 } };
	struct correlations c;
	struct record rec;

	(void)state;
	make(&rec, law, (struct made){ 0 });
	assert_int_equal(correlation_find(&c, &rec), 0);
	assert_int_equal(c.nr, 6);
	expect(&c, 0, 0, CORRELATION_RATE, 1, 20);
	expect(&c, 0, 0, CORRELATION_LATENCY, -1, -100);
	expect(&c, 0, 4, CORRELATION_RATE, -1, -30);
	expect(&c, 0, 4, CORRELATION_LATENCY, 1, 500);
	/* both have the same share in each interval: it is theirs, and the events add up */
	expect(&c, 0, -1, CORRELATION_RATE, -1, -10);
	assert_int_equal(of(&c, 0, 0, CORRELATION_RATE)->of.nr, NR - 1);
	assert_true(fabs(of(&c, 0, 0, CORRELATION_RATE)->of.spearman.estimate - 1) < 1e-9);
	correlation_fini(&c);
	record_fini(&rec);
}

/* the blocks of an arm one behind the other, without their last intervals; nothing of an idle one
 */
static void blocks_apart(void **state)
{
	static const struct law up[2] = { { 9, 20, -100 }, { 9, 20, -100 } },
				down[2] = { { 9, -40, 300 }, { 9, -40, 300 } };
	struct correlations c;
	struct record rec;

	(void)state;
	blocks_init(&rec, arms, 2);
	for (unsigned int r = 0; r < 4; r++)
		for (unsigned int k = 0; k < 2; k++) {
			add_block(&rec, k, r, (struct made){ 0 });
			add_intervals(&rec, 2 * r + k, 6, k ? down : up);
		}
	assert_int_equal(correlation_find(&c, &rec), 0);
	expect(&c, 0, -1, CORRELATION_RATE, 1, 40);
	expect(&c, 1, -1, CORRELATION_RATE, -1, -80);
	expect(&c, 0, -1, CORRELATION_LATENCY, -1, -100);
	assert_int_equal(of(&c, 1, 4, CORRELATION_RATE)->of.nr, 4 * 5);
	correlation_fini(&c);
	record_fini(&rec);

	blocks_init(&rec, soaked, 2);
	for (unsigned int k = 0; k < 2; k++) {
		add_block(&rec, k, 0, (struct made){ .soak_loops = 1 });
		add_intervals(&rec, k, NR, k ? down : up);
	}
	assert_int_equal(correlation_find(&c, &rec), 0);
	assert_int_equal(c.nr, 6);
	expect(&c, 0, -1, CORRELATION_RATE, 1, 40);
	correlation_fini(&c);
	record_fini(&rec);
}

static enum correlation_status status_with(const struct record *rec, enum correlation_with with)
{
	enum correlation_status status;
	struct correlations c;

	assert_int_equal(correlation_find(&c, rec), 0);
	assert_non_null(of(&c, 0, -1, with));
	status = of(&c, 0, -1, with)->status;
	if (status < CORRELATION_CONSTANT)
		assert_true(isnan(of(&c, 0, -1, with)->of.pearson.estimate) &&
			    isnan(of(&c, 0, -1, with)->of.slope.estimate));
	correlation_fini(&c);
	return status;
}

static void no_number(void **state)
{
	static const struct law law[2] = { { 9, 20, -100 }, { 9, 20, -100 } },
				flat[2] = { { 1, 20, -100 }, { 1, 20, -100 } },
				constant[2] = { { 9, 0, -100 }, { 9, 0, -100 } };
	struct record rec;

	(void)state;
	make(&rec, flat, (struct made){ 0 }); /* one interval of ten has a point more: sd 0.3 */
	assert_int_equal(status_with(&rec, CORRELATION_LATENCY), CORRELATION_HARDLY_VARIED);
	record_fini(&rec);
	make(&rec, law, (struct made){ 0 });
	rec.nr_intervals = 2 * 6;
	assert_int_equal(status_with(&rec, CORRELATION_LATENCY), CORRELATION_FEW);
	rec.nr_intervals = 2 * 16;
	assert_int_equal(status_with(&rec, CORRELATION_LATENCY), CORRELATION_FOUND);
	rec.nr_intervals = 0;
	assert_int_equal(status_with(&rec, CORRELATION_LATENCY), CORRELATION_FEW);
	record_fini(&rec);
	make(&rec, constant, (struct made){ 0 });
	assert_int_equal(status_with(&rec, CORRELATION_RATE), CORRELATION_CONSTANT);
	record_fini(&rec);
	make(&rec, law, (struct made){ 0 });
	rec.plan.set.find_max = true;
	assert_int_equal(status_with(&rec, CORRELATION_RATE), CORRELATION_RATES_TRIED);
	record_fini(&rec);
}

static void set_rate(void **state)
{
	static const struct law law[2] = { { 9, 20, -100 }, { 9, 20, -100 } };
	struct record rec;

	(void)state;
	make(&rec, law, (struct made){ .events = 995, .due = 1000 });
	assert_int_equal(status_with(&rec, CORRELATION_RATE), CORRELATION_RATE_SET);
	assert_int_equal(status_with(&rec, CORRELATION_LATENCY), CORRELATION_FOUND);
	rec.plan.set.arrivals = ARRIVALS_POISSON; /* events/s is drawn, and the share may follow */
	assert_int_equal(status_with(&rec, CORRELATION_RATE), CORRELATION_FOUND);
	record_fini(&rec);
	make(&rec, law,
	     (struct made){ .events = 500, .due = 1000 }); /* what was asked for is not what came */
	assert_int_equal(status_with(&rec, CORRELATION_RATE), CORRELATION_FOUND);
	record_fini(&rec);
}

static void not_counted(void **state)
{
	static const struct law law[2] = { { 9, 20, -100 }, { 9, 20, -100 } };
	struct correlations c;
	struct record rec;

	(void)state;
	make(&rec, law, (struct made){ 0 });
	for (size_t i = 0; i < rec.nr_intervals; i++)
		rec.intervals[i].latency_sum_ns = 0;
	assert_int_equal(correlation_find(&c, &rec), 0);
	assert_true(of(&c, 0, -1, CORRELATION_RATE) && !of(&c, 0, -1, CORRELATION_LATENCY));
	correlation_fini(&c);
	for (unsigned int i = 0; i < 2; i++)
		rec.cpus[i].has_eoi = false;
	assert_int_equal(correlation_find(&c, &rec), 0);
	assert_int_equal(c.nr, 0);
	correlation_fini(&c);
	record_fini(&rec);
}

static char *text_of(const struct record *rec, int (*write)(FILE *, const struct findings *))
{
	struct findings f;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(analyze_record(&f, rec), 0);
	assert_int_equal(write(out, &f), 0);
	fclose(out);
	findings_fini(&f);
	if (getenv("T_SHOW"))
		puts(text);
	return text;
}

static void has(const struct record *rec, int (*write)(FILE *, const struct findings *),
		const char *what, bool wanted)
{
	char *text = text_of(rec, write);

	if (!strstr(text, what) != !wanted)
		fail_msg("\"%s\" is%s in:\n%s", what, wanted ? " not" : "", text);
	free(text);
}

static void as_text(void **state)
{
	static const struct law law[2] = { { 9, 20, -100 }, { 9, 20, -100 } },
				flat[2] = { { 1, 20, -100 }, { 1, 20, -100 } },
				steep[2] = { { 9, 20, 14300000 }, { 9, 20, 14300000 } };
	struct record rec;

	(void)state;
	make(&rec, steep, (struct made){ 0 });
	has(&rec, output_text, "  +14.3 [+14.3 .. +14.3] ms per percentage point", true);
	record_fini(&rec);
	make(&rec, law, (struct made){ 0 });
	has(&rec, output_text, "Fast share and events/s, 40 intervals (worth ", true);
	has(&rec, output_text,
	    " independent ones): r 1.00 [1.00 .. 1.00], by ranks 1.00 [1.00 .. 1.00];\n  +40.0 "
	    "[+40.0 .. +40.0] events/s per percentage point; single vCPUs: r 1.00 to 1.00.\n",
	    true);
	has(&rec, output_text, "Fast share and mean latency", true);
	has(&rec, output_text,
	    "-100 [-100 .. -100] ns per percentage point; single vCPUs: r -1.00 to -1.00.\n", true);
	has(&rec, output_json, "\"slope_per_point\": {", true);
	has(&rec, output_json, "\"status\": \"found\"", true);
	for (unsigned int i = 0; i < 2; i++) /* what was held off has no share to speak of */
		rec.cpus[i].fast = 0;
	has(&rec, output_text, "Fast share and", false);
	record_fini(&rec);
	make(&rec, flat, (struct made){ 0 });
	has(&rec, output_text,
	    "The fast share hardly varied from interval to interval (standard deviation 0.30 "
	    "percentage points): --ab "
	    "or --sweep vary it.\n",
	    true);
	has(&rec, output_text, "mean latency", false);
	has(&rec, output_json, "\"status\": \"share-hardly-varied\"", true);
	rec.nr_intervals = 2 * 3;
	has(&rec, output_text,
	    "cannot be told from 2 intervals: take a longer run, --ab or --sweep.\n", true);
	record_fini(&rec);
	make(&rec, law, (struct made){ .events = 1000, .due = 1000 });
	has(&rec, output_text, "as --rate set it", true);
	has(&rec, output_text, "Fast share and mean latency", true);
	record_fini(&rec);
}

static const struct CMUnitTest tests[] = {
	TEST("a line without noise has its slope, for each vCPU and together", slopes),
	TEST("arms are kept apart, and idle blocks and the last interval of a block left out",
	     blocks_apart),
	TEST("too few intervals, or a share that hardly varied, give no number", no_number),
	TEST("a rate that was asked for and held says nothing; one that was drawn or missed does",
	     set_rate),
	TEST("what was not counted is not there", not_counted),
	TEST("a few lines say it, with units, and where to turn to", as_text),
};

UNIT_MAIN(tests)
