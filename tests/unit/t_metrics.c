// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <math.h>
#include "blocks.h"
#include "analyze/metrics.h"

static double value(const struct record *rec, const char *key, size_t block)
{
	const struct metric *m = metrics_find(key);

	assert_non_null(m);
	return metrics_value(m, rec, &rec->blocks[block]);
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9 * fabs(b);
}

static void storm(void **state)
{
	const struct record_cell one = { 0 };
	struct record rec;

	(void)state;
	blocks_init(&rec, &one, 1);
	blocks_add(&rec, 0, 0, 0,
		   (struct made){ .events = 90,
				  .due = 100,
				  .interrupts = 45,
				  .latency_ns = 100,
				  .fast = 60,
				  .msr = 20,
				  .steal_ns = 10000000 });
	rec.blocks[0].rows[1].events = 95;
	rec.blocks[0].cycles[0].count = 30;
	rec.blocks[0].cycles[0].sum = 3000;
	rec.blocks[0].cycles[1].count = 10;
	rec.blocks[0].cycles[1].sum = 20000;
	assert_true(value(&rec, "rate_hz", 0) == 185);
	assert_true(value(&rec, "held_share", 0) == 0.9); /* of the worst row */
	assert_true(value(&rec, "interrupts_hz", 0) == 90);
	assert_true(near(value(&rec, "interrupts_per_event", 0), 90.0 / 185));
	assert_true(value(&rec, "p50_ns", 0) == 100 && value(&rec, "p99_ns", 0) == 100);
	for (int i = 0; i < 10; i++)
		hist_record(rec.blocks[0].latency, 127);
	assert_true(value(&rec, "p50_ns", 0) == 100 && value(&rec, "p99_ns", 0) == 127);
	assert_true(value(&rec, "fast_share", 0) == 0.75);
	assert_true(near(value(&rec, "register_writes_per_interrupt", 0), 40.0 / 90));
	assert_true(value(&rec, "eoi_cycles", 0) == 575);   /* 23000 of 40 */
	assert_true(value(&rec, "steal_share", 0) == 0.01); /* 20 ms of two seconds of CPU */
	rec.blocks[0].interrupts_elsewhere = 10;
	assert_true(value(&rec, "interrupts_hz", 0) == 100);
	assert_true(isnan(value(&rec, "time_ns", 0)) && isnan(value(&rec, "register_writes", 0)));
	assert_true(isnan(value(&rec, "cost_ns", 0)) && isnan(value(&rec, "max_rate_hz", 0)));
	record_fini(&rec);
}

static void one_counter(void **state)
{
	const struct record_cell one = { 0 };
	struct record rec;

	(void)state;
	blocks_init(&rec, &one, 1);
	rec.rows[0].counter = rec.rows[1].counter = "CAL";
	rec.rows[0].irq_cpu = rec.rows[1].irq_cpu = 4;
	blocks_add(&rec, 0, 0, 0, (struct made){ .events = 100, .interrupts = 200 });
	assert_true(value(&rec, "interrupts_hz", 0) == 200);
	assert_true(value(&rec, "interrupts_per_event", 0) == 1);
	record_fini(&rec);
}

static void not_measured(void **state)
{
	const struct record_cell one = { 0 };
	struct record rec;

	(void)state;
	blocks_init(&rec, &one, 1);
	rec.workloads[0].has_vectors = false;
	blocks_add(&rec, 0, 0, 0, (struct made){ .events = 100 });
	for (const struct metric *m = metrics; m->key; m++)
		if (strcmp(m->key, "rate_hz") && strcmp(m->key, "steal_share"))
			assert_true(isnan(metrics_value(m, &rec, &rec.blocks[0])));
	record_fini(&rec);
}

static void program(void **state)
{
	const struct record_cell one = { 0 };
	struct record rec, part = { 0 };

	(void)state;
	assert_int_equal(record_init(&rec, 0, 0, 2), 0);
	assert_int_equal(record_set_cells(&rec, &one, 1), 0);
	assert_int_equal(record_set_program(&rec, (const char *[]){ "true", NULL }), 0);
	assert_int_equal(record_init_part(&part, &rec), 0);
	part.elapsed_ns = 250000000;
	part.program.user_ns = 7000000;
	part.program.system_ns = 3000000;
	part.cpus[0] = (struct record_cpu){
		.has_eoi = true, .fast = 30, .msr = 10, .reschedule = 5
	};
	part.cpus[1] = (struct record_cpu){
		.has_eoi = true, .fast = 20, .msr = 20, .reschedule = 6
	};
	assert_int_equal(record_fold(&rec, &part, &(struct record_block){ 0 }), 0);
	assert_true(value(&rec, "time_ns", 0) == 250000000);
	assert_true(value(&rec, "user_ns", 0) == 7000000 && value(&rec, "system_ns", 0) == 3000000);
	assert_true(value(&rec, "fast_share", 0) == 0.625);
	assert_true(value(&rec, "eois", 0) == 80 && value(&rec, "register_writes", 0) == 30);
	assert_true(value(&rec, "reschedule_ipis", 0) == 11);
	assert_true(isnan(value(&rec, "rate_hz", 0)) && isnan(value(&rec, "interrupts_hz", 0)));
	assert_true(isnan(value(&rec, "register_writes_per_interrupt", 0)));
	record_fini(&part);
	record_fini(&rec);
}

static void cost(void **state)
{
	const struct record_cell cells[] = { { .eoi = "pv" }, { .idle = true } };
	struct record rec;

	(void)state;
	blocks_init(&rec, cells, 2);
	blocks_add(&rec, 0, 0, 0,
		   (struct made){ .events = 1000, .interrupts = 1000, .soak_loops = 980000 });
	blocks_add(&rec, 1, 0, 0, (struct made){ .soak_loops = 1000000 });
	blocks_add(&rec, 1, 1, 0, (struct made){ .soak_loops = 2000000 });
	/* 2 % of each of two CPUs, for 2000 interrupts in one second: 40 ms of CPU / 2000 = 20 us
	 */
	assert_true(near(value(&rec, "cost_ns", 0), 20000));
	assert_true(near(metrics_lost_cpus(&rec, &rec.blocks[0], &rec.blocks[2]), 2 * 0.51));
	assert_true(isnan(value(&rec, "cost_ns", 1)) && isnan(value(&rec, "rate_hz", 1)));
	/* a CPU of twice the speed, and one without a soaker */
	rec.blocks[0].cpus[0].soak_loops = 1960000;
	rec.blocks[1].cpus[0].soak_loops = 2000000;
	assert_true(near(value(&rec, "cost_ns", 0), 20000));
	rec.blocks[0].cpus[0].soak_loops = rec.blocks[1].cpus[0].soak_loops = 0;
	assert_true(near(value(&rec, "cost_ns", 0), 10000));
	record_fini(&rec);
}

static void search(void **state)
{
	const struct record_cell one = { .eoi = "pv", .has_rate = true };
	struct record rec;

	(void)state;
	blocks_init(&rec, &one, 1);
	rec.plan.set.find_max = true;
	blocks_add(&rec, 0, 0, 1000000,
		   (struct made){ .events = 1000, .due = 1000, .interrupts = 1 });
	blocks_add(&rec, 0, 0, 4000000, (struct made){ .events = 3000, .due = 4000 });
	blocks_add(&rec, 0, 0, 2000000, (struct made){ .events = 1980, .due = 2000 });
	blocks_add(&rec, 0, 1, 3000000, (struct made){ .events = 3000, .due = 3000 });
	blocks_add(&rec, 0, 2, 3000000, (struct made){ .events = 2969, .due = 3000 });
	for (size_t i = 0; i < 3; i++)
		assert_true(value(&rec, "max_rate_hz", i) == 2000);
	assert_true(value(&rec, "max_rate_hz", 3) == 3000);
	assert_true(isnan(value(&rec, "max_rate_hz", 4)));
	assert_true(isnan(value(&rec, "rate_hz", 0))); /* of no one rate */
	rec.blocks[3].rows[1].events = 2900;	       /* one vCPU did not hold it */
	assert_true(isnan(value(&rec, "max_rate_hz", 3)));
	record_fini(&rec);
}

static void keys(void **state)
{
	size_t nr = 0;

	(void)state;
	for (const struct metric *m = metrics; m->key; m++, nr++)
		assert_ptr_equal(metrics_find(m->key), m);
	assert_int_equal(nr, METRICS_NR);
	assert_null(metrics_find("p99"));
}

static const struct CMUnitTest tests[] = {
	TEST("a block of a storm gives rates, shares and quantiles of its own counts", storm),
	TEST("interrupts that two rows are counted by are in a metric once", one_counter),
	TEST("what a block has not measured is NAN", not_measured),
	TEST("a block of a program gives its time, and counts of its run", program),
	TEST("the cost of an interrupt is capacity that the soakers lost, CPU by CPU", cost),
	TEST("the highest rate held is that of the probes which every vCPU held within 1 %",
	     search),
	TEST("each metric is found by its key", keys),
};

UNIT_MAIN(tests)
