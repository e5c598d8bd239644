// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/findings.h"
#include "analyze/stats.h"

/* two vCPUs, one workload, 10 s at 100 a second */
static void make(struct record *rec)
{
	assert_int_equal(record_init(rec, 1, 2, 2), 0);
	rec->workloads[0].name = "virtio-blk";
	rec->workloads[0].device = "virtio1";
	rec->workloads[0].has_vectors = true;
	rec->workloads[0].depth = 1;
	rec->machine.apic_mode = "x2apic";
	rec->workloads[0].rate_mhz = 100000;
	rec->elapsed_ns = 10000000000;
	for (unsigned int i = 0; i < 2; i++) {
		rec->rows[i].cpu = rec->cpus[i].cpu = 4 * i;
		rec->rows[i].events = rec->rows[i].events_due = 1000;
		rec->rows[i].interrupts = 1000;
		rec->cpus[i].has_eoi = true;
		rec->cpus[i].fast = 1900;
		rec->cpus[i].msr = 100;
		for (uint64_t e = 0; e < 1000; e++)
			hist_record(rec->rows[i].latency, 50 + i);
	}
	rec->eoi_mode = "pv";
}

static void totals(void **state)
{
	struct findings f;
	struct record rec;

	(void)state;
	make(&rec);
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_int_equal(f.totals.events, 2000);
	assert_true(f.totals.rate_hz == 200);
	assert_true(f.totals.asked_hz == 200);
	assert_true(f.totals.rate_held);
	assert_true(f.totals.interrupts_per_event == 1);
	assert_int_equal(f.totals.eoi.fast, 3800);
	assert_true(f.totals.eoi.fast_share == 0.95);
	assert_true(f.totals.register_writes_per_interrupt == 0.1);
	assert_int_equal(f.totals.latency.p50, 50);
	assert_int_equal(f.totals.latency.max, 51);
	assert_int_equal(f.verdict, VERDICT_FAST);
	assert_string_equal(f.register_path, "msr");
	findings_fini(&f);
	record_fini(&rec);
}

/* 1000 of 50 ns; and 1000 of 51 ns, 15 of 60 and one of 70 */
static void quantiles(void **state)
{
	struct findings f;
	struct record rec;

	(void)state;
	make(&rec);
	for (int i = 0; i < 15; i++)
		hist_record(rec.rows[1].latency, 60);
	hist_record(rec.rows[1].latency, 70);
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_int_equal(f.totals.latency.p50, 51);
	assert_int_equal(f.totals.latency.p99, 51);
	assert_int_equal(f.totals.latency.p999, 60);
	assert_int_equal(f.totals.latency.max, 70);
	assert_int_equal(f.rows[0].latency.p999, 50);
	assert_int_equal(f.rows[1].latency.p99, 60);
	assert_int_equal(f.rows[1].latency.p999, 60);
	findings_fini(&f);
	record_fini(&rec);
}

static void cpu_counts_once(void **state)
{
	struct findings f;
	struct record rec;

	(void)state;
	make(&rec);
	rec.rows[1].cpu = rec.rows[0].cpu; /* two workloads on one vCPU */
	rec.nr_cpus = 1;
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_int_equal(f.totals.eoi.fast, 1900);
	assert_int_equal(f.rows[1].eoi.fast, 1900);
	findings_fini(&f);
	rec.nr_cpus = 2;
	record_fini(&rec);
}

/* the vCPUs of one run have a workload each, one of them without a rate */
static void shares(void **state)
{
	struct findings f;
	struct record rec;

	(void)state;
	assert_int_equal(record_init(&rec, 2, 2, 2), 0);
	rec.elapsed_ns = 10000000000;
	for (unsigned int i = 0; i < 2; i++) {
		rec.workloads[i].name = "null";
		rec.rows[i].workload = rec.rows[i].cpu = rec.cpus[i].cpu = i;
		rec.rows[i].events = 990;
		rec.rows[i].events_due = 1000;
	}
	rec.workloads[0].spec = "null,rate=100";
	rec.workloads[1].spec = "null,rate=50";
	rec.workloads[0].rate_mhz = 100000;
	rec.workloads[1].rate_mhz = 50000;
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_true(f.rows[0].asked_hz == 100 && f.rows[1].asked_hz == 50 &&
		    f.totals.asked_hz == 150);
	assert_int_equal(f.totals.events_due, 2000);
	assert_string_equal(f.rows[0].label, "null,rate=100");
	assert_string_equal(f.rows[1].label, "null,rate=50");
	findings_fini(&f);
	rec.workloads[1].rate_mhz = 0;
	rec.rows[1].events_due = UINT64_MAX;
	rec.rows[1].events = 77777;
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_true(isnan(f.rows[1].asked_hz) && isnan(f.rows[1].held_share) &&
		    isnan(f.totals.asked_hz));
	assert_int_equal(f.totals.events_due, 1000);
	assert_true(f.totals.held_share ==
		    0.99); /* the events without a due time hold nobody's rate */
	assert_false(f.totals.rate_held);
	findings_fini(&f);
	record_fini(&rec);
}

/* both vCPUs send to CPU 4, a third workload is counted elsewhere: no interrupt is counted twice */
static void one_counter(void **state)
{
	struct findings f;
	struct record rec;

	(void)state;
	make(&rec);
	rec.rows[0].counter = rec.rows[1].counter = "CAL";
	rec.rows[0].irq_cpu = rec.rows[1].irq_cpu = 4;
	rec.rows[0].interrupts = rec.rows[1].interrupts = 2000;
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_false(f.rows[0].has_interrupts || f.rows[1].has_interrupts);
	assert_true(f.totals.has_interrupts);
	assert_int_equal(f.totals.interrupts, 2000);
	assert_true(f.totals.interrupts_per_event == 1);
	findings_fini(&f);
	rec.rows[1].irq_cpu = 0;
	rec.rows[0].interrupts = rec.rows[1].interrupts = 1000;
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_true(f.rows[0].interrupts_per_event == 1 && f.rows[1].interrupts_per_event == 1);
	assert_int_equal(f.totals.interrupts, 2000);
	findings_fini(&f);
	record_fini(&rec);
}

static void not_held(void **state)
{
	struct findings f;
	struct record rec;

	(void)state;
	make(&rec);
	rec.rows[1].events = 994; /* 99.4 % there, 99.7 % in all */
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_false(f.totals.rate_held);
	assert_true(fabs(f.totals.worst_share - 0.994) < 1e-12);
	findings_fini(&f);
	rec.rows[1].events = 995;
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_true(f.totals.rate_held);
	findings_fini(&f);
	rec.failed = "the disk is gone";
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_false(f.totals.rate_held);
	findings_fini(&f);
	record_fini(&rec);
}

static void nothing_measured(void **state)
{
	struct findings f;
	struct record rec;

	(void)state;
	make(&rec);
	rec.workloads[0].has_vectors = false;
	for (int i = 0; i < 2; i++) {
		rec.rows[i].events = 0;
		rec.rows[i].events_due = UINT64_MAX;
		rec.cpus[i].has_eoi = false;
		hist_init(rec.rows[i].latency);
	}
	rec.workloads[0].rate_mhz = 0;
	rec.machine.apic_mode = NULL;
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_true(isnan(f.totals.interrupts_per_event));
	assert_true(isnan(f.totals.eoi.fast_share));
	assert_true(isnan(f.totals.held_share));
	assert_true(isnan(f.totals.register_writes_per_interrupt));
	assert_true(isnan(f.totals.asked_hz));
	assert_false(f.totals.eoi.has);
	assert_true(f.totals.rate_held);
	assert_int_equal(f.totals.latency.count, 0);
	assert_int_equal(f.verdict, VERDICT_NOT_COUNTED);
	assert_null(f.register_path);
	findings_fini(&f);
	record_fini(&rec);
}

static void few(void **state)
{
	struct findings f;
	struct record rec;

	(void)state;
	make(&rec);
	rec.workloads[0].depth = 4;
	rec.rows[0].interrupts = rec.rows[1].interrupts =
		250; /* every four answered by one: that is what depth does */
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_false(f.totals.few_interrupts);
	findings_fini(&f);
	rec.rows[0].interrupts = rec.rows[1].interrupts = 2;
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_true(f.totals.few_interrupts);
	findings_fini(&f);
	record_fini(&rec);
}

static void verdict(uint64_t fast, uint64_t msr, const char *mode, enum verdict expected)
{
	struct findings f;
	struct record rec;

	make(&rec);
	for (int i = 0; i < 2; i++) {
		rec.cpus[i].fast = fast;
		rec.cpus[i].msr = msr;
	}
	rec.eoi_mode = mode;
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_int_equal(f.verdict, expected);
	findings_fini(&f);
	record_fini(&rec);
}

static struct finding_why why(struct record *rec, const char *mode)
{
	struct finding_why w;
	struct findings f;

	rec->eoi_mode = mode;
	assert_int_equal(analyze_record(&f, rec), 0);
	w = f.why;
	assert_int_equal(w.not_offered + w.off + w.ignored + w.level + w.apicv_like +
				 w.pending_or_exit,
			 f.totals.eoi.msr);
	findings_fini(&f);
	return w;
}

static void reasons(void **state)
{
	struct record_source level = {
		.cpu = 0, .irq = 11, .name = "virtio1", .msr = 30, .level = 30
	};
	struct record rec;

	(void)state;
	make(&rec);
	assert_int_equal(why(&rec, "pv").not_offered, 200);
	rec.pv_eoi_usable = true;
	assert_int_equal(why(&rec, "msr").off, 200);
	assert_int_equal(why(&rec, "ignored").ignored, 200);
	assert_int_equal(why(&rec, "pv").pending_or_exit, 200);
	assert_int_equal(record_add_source(&rec, &level), 0);
	assert_int_equal(why(&rec, "pv").level, 30);
	assert_int_equal(why(&rec, "pv").pending_or_exit, 170);
	rec.calib_msr_cycles = 120;
	rec.calib_base_cycles = 40;
	assert_int_equal(why(&rec, "pv").apicv_like, 0); /* some were fast: then it is not APICv */
	rec.cpus[0].fast = rec.cpus[1].fast = 0;
	assert_int_equal(why(&rec, "pv").apicv_like, 170);
	rec.calib_msr_cycles = 2000;
	assert_int_equal(why(&rec, "pv").pending_or_exit, 170);
	record_fini(&rec);
}

static void sources(void **state)
{
	struct record_source s = {
		.cpu = 0, .irq = 25, .name = "virtio1-req.0", .storm = true, .fast = 10, .msr = 10
	};
	struct findings f;
	struct record rec;

	(void)state;
	make(&rec);
	assert_int_equal(record_add_source(&rec, &s), 0);
	s.cpu = 4;
	assert_int_equal(record_add_source(&rec, &s), 0);
	s = (struct record_source){
		.cpu = 4, .irq = -1, .name = "local_timer", .fast = 300, .msr = 100
	};
	assert_int_equal(record_add_source(&rec, &s), 0);
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_int_equal(f.nr_sources, 2);
	assert_string_equal(f.sources[0].name, "local_timer");
	assert_true(f.sources[0].fast_share == 0.75);
	assert_int_equal(f.sources[1].fast, 20);
	assert_true(f.sources[1].storm);
	findings_fini(&f);
	record_fini(&rec);
}

static void cycles(void **state)
{
	struct findings f;
	struct record rec;

	(void)state;
	make(&rec);
	rec.cycles[1] = (struct record_cycles){ .count = 100, .sum = 200000 };
	rec.cycles[1].buckets[10] = 98; /* 1024 to 2047 */
	rec.cycles[1].buckets[16] = 2;
	rec.tsc_khz = 2000000;
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_int_equal(f.cycles_fast.count, 0);
	assert_true(isnan(f.cycles_fast.mean));
	assert_true(f.cycles_msr.mean == 2000 && f.cycles_msr.mean_ns == 1000);
	assert_int_equal(f.cycles_msr.p50_below, 2047);
	assert_int_equal(f.cycles_msr.p99_below, 131071);
	findings_fini(&f);
	record_fini(&rec);
}

static void verdicts(void **state)
{
	(void)state;
	verdict(9, 1, "pv", VERDICT_FAST);
	verdict(89, 11, "pv", VERDICT_MIXED);
	verdict(0, 10, "pv", VERDICT_NEVER_GRANTED);
	verdict(0, 10, "msr", VERDICT_HELD_OFF);
	verdict(0, 10, "ignored", VERDICT_IGNORED);
	verdict(0, 0, "pv", VERDICT_NO_EOI);
}

/* R: quantile(c(2, 4, 4, 5, 7, 9), c(.25, .5, .75)) prints 4.00 4.50 6.50 */
static void spread(void **state)
{
	double values[] = { 7, 4, 9, 2, 5, 4 };
	struct finding_spread s = stats_spread(values, 6);

	(void)state;
	assert_true(s.low == 4 && s.median == 4.5 && s.high == 6.5);
	assert_true(isnan(stats_spread(values, 3).median));
}

static void spread_of_intervals(void **state)
{
	struct findings f;
	struct record rec;

	(void)state;
	make(&rec);
	for (unsigned int t = 1; t <= 10; t++)
		for (unsigned int c = 0; c < 2; c++) {
			struct record_interval i = { .t_ns = t * 100000000ull,
						     .cpu = 4 * c,
						     .has_eoi = true,
						     .events = 10,
						     .interrupts = 10,
						     .fast = 9,
						     .msr = 1 };

			assert_int_equal(record_add_interval(&rec, &i), 0);
		}
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_true(fabs(f.rate_spread.median - 200) < 1e-9);
	assert_true(fabs(f.share_spread.median - 0.9) < 1e-12);
	findings_fini(&f);
	record_fini(&rec);
}

static const struct CMUnitTest tests[] = {
	TEST("totals are sums over vCPUs, and shares are of the sums", totals),
	TEST("p50, p99, p999 and the maximum of the latency are those", quantiles),
	TEST("the EOIs of a vCPU with two workloads count once in the total", cpu_counts_once),
	TEST("each workload has its own rate: due events are those of the workloads that have one",
	     shares),
	TEST("interrupts that several rows are counted by are nobody's own, and count once in the "
	     "total",
	     one_counter),
	TEST("a rate is held when every vCPU has done 99.5 % of what was due and nothing failed",
	     not_held),
	TEST("what was not measured is NAN, never 0", nothing_measured),
	TEST("far fewer interrupts than the depth explains are remarked", few),
	TEST("each verdict comes from its counts and the mode", verdicts),
	TEST("every EOI by the register has one reason, the first that holds", reasons),
	TEST("EOIs are summed over CPUs by whose they were, most first", sources),
	TEST("cycles of an EOI have a mean, and powers of two as quantiles", cycles),
	TEST("quartiles are those of R", spread),
	TEST("the spread over intervals is of all vCPUs together", spread_of_intervals),
};

UNIT_MAIN(tests)
