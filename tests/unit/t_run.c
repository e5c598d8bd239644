// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The core against workloads that are made for it, on a clock that stands still while it computes:
 * every count and time below is exact, and nothing depends on when this machine runs a thread.
 */
#include "unit.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include "base/err.h"
#include "base/units.h"
#include "plan/describe.h"
#include "run/run.h"
#include "sim.h"

#define BEGIN_NS (1000 * NS_PER_S)

static int calls_attach, calls_detach, calls_release;

static int count_attach(struct wl_worker *w)
{
	(void)w;
	calls_attach++;
	return 0;
}

static void count_detach(struct wl_worker *w)
{
	(void)w;
	calls_detach++;
}

static void count_release(struct wl_setup *s)
{
	(void)s;
	calls_release++;
}

/* starts events and never ends one */
static int fire_black_hole(struct wl_worker *w, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		wl_begin(w, i);
	return (int)n;
}

static int reap_nothing(struct wl_worker *w, uint64_t until_ns)
{
	struct timespec ts = { (time_t)(until_ns / NS_PER_S), (long)(until_ns % NS_PER_S) };

	(void)w;
	if (until_ns)
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
	return 0;
}

static int fire_error(struct wl_worker *w, unsigned int n)
{
	(void)w;
	(void)n;
	return wl_error(-EIO, "the third wire is loose");
}

static int refuse_attach(struct wl_worker *w)
{
	calls_attach++;
	return w->index == 0 ? 0 : wl_error(-ENOSPC, "no ring for worker %u", w->index);
}

static const struct workload black_hole = { .name = "hole",
					    .attach = count_attach,
					    .fire = fire_black_hole,
					    .reap = reap_nothing,
					    .detach = count_detach,
					    .release = count_release };
static const struct workload broken = { .name = "broken",
					.attach = count_attach,
					.fire = fire_error,
					.reap = reap_nothing,
					.detach = count_detach,
					.release = count_release };
static const struct workload half = { .name = "half",
				      .attach = refuse_attach,
				      .fire = fire_black_hole,
				      .reap = reap_nothing,
				      .detach = count_detach,
				      .release = count_release };

static struct guest guest;
static uint64_t reading_ns;
/* instead of one of 100/s, and instead of one without a rate of its own; NULL: these */
static struct plan_workload *the_workload;
static struct plan_cell *the_cell;

/* one cell, nr_workers of this workload on the first CPU; what the test asks for is in *plan */
static int run_watched(const struct workload *wl, unsigned int depth, unsigned int nr_workers,
		       struct plan *plan, const struct run_watch *watch, struct record *rec)
{
	struct plan_workload usual = { .workload = wl, .rate_mhz = 100000 };
	struct plan_workload *pw = the_workload ? the_workload : &usual;
	struct plan_worker workers[4] = { 0 };
	struct plan_cell one = { 0 };
	unsigned int cpu = (unsigned int)hwloc_bitmap_first(guest.machine.usable);
	int ret;

	err_clear();
	calls_attach = calls_detach = calls_release = 0;
	plan->cells = the_cell ? the_cell : &one;
	plan->nr_cells = 1;
	plan->workloads = pw;
	plan->nr_workloads = 1;
	plan->workers = workers;
	plan->nr_workers = nr_workers;
	plan->cpus = pw->cpus = hwloc_bitmap_alloc();
	hwloc_bitmap_set(plan->cpus, cpu);
	for (unsigned int i = 0; i < nr_workers; i++)
		workers[i] = (struct plan_worker){ .cpu = cpu,
						   .target = cpu,
						   .depth = depth,
						   .queue = -1,
						   .irq = -1,
						   .irq_cpu = -1 };
	assert_int_equal(plan_describe(plan, &guest, rec), 0);
	sim_begin(BEGIN_NS);
	sim_cost_of_reading(reading_ns);
	ret = run_plan(plan, &guest, watch, rec);
	sim_end();
	hwloc_bitmap_free(plan->cpus);
	return ret;
}

static int run(const struct workload *wl, unsigned int nr_workers, uint64_t warmup_ns,
	       struct record *rec)
{
	struct plan plan = { .set.duration_ns = 50 * NS_PER_MS,
			     .set.warmup_ns = warmup_ns,
			     .drain_ns = 100 * NS_PER_MS,
			     .set.interval_ns = 10 * NS_PER_MS,
			     .set.seed = 1 };

	return run_watched(wl, 1, nr_workers, &plan, NULL, rec);
}

static void lost(void **state)
{
	struct record rec;

	(void)state;
	assert_int_equal(run(&black_hole, 1, 0, &rec), -ETIMEDOUT);
	assert_non_null(strstr(err_sentence(), "hole: 1 of the events of CPU"));
	assert_string_equal(rec.failed, err_sentence());
	/* due at once, waited for 50 ms of the run and 100 ms after it */
	assert_int_equal(rec.rows[0].latency->max, 150 * NS_PER_MS);
	assert_int_equal(rec.rows[0].events, 0);
	assert_int_equal(rec.rows[0].lost, 1);
	assert_int_equal(rec.rows[0].skipped, 4);
	assert_int_equal(rec.rows[0].events_due, 5);
	assert_int_equal(rec.elapsed_ns, 50 * NS_PER_MS);
	assert_int_equal(calls_detach, 1);
	assert_int_equal(calls_release, 1);
	record_fini(&rec);
}

/* stands still for an hour whenever it may wait; its event is over by then */
static int reap_late(struct wl_worker *w, uint64_t until_ns)
{
	if (until_ns)
		sim_spend(3600 * NS_PER_S);
	else
		wl_done(w, 0, wl_now_ns());
	return 0;
}

static int fire_slow(struct wl_worker *w, unsigned int n)
{
	sim_spend(50 * NS_PER_MS); /* to the end of the window: what is in flight is the drain's */
	return fire_black_hole(w, n);
}

static const struct workload late_look = { .name = "late", .fire = fire_slow, .reap = reap_late };

static void stood_still(void **state)
{
	struct record rec;

	(void)state;
	assert_int_equal(run(&late_look, 1, 0, &rec), 0);
	assert_int_equal(rec.rows[0].events, 1);
	assert_int_equal(rec.rows[0].lost, 0);
	record_fini(&rec);
}

static void lost_in_warmup(void **state)
{
	struct record rec;

	(void)state;
	assert_int_equal(run(&black_hole, 1, 20 * NS_PER_MS, &rec), -ETIMEDOUT);
	assert_int_equal(rec.elapsed_ns, 0);
	assert_int_equal(rec.warmup.elapsed_ns, 20 * NS_PER_MS);
	assert_int_equal(calls_detach, 1);
	record_fini(&rec);
}

/* the first event is over at once, the second one fails */
static int fire_then_error(struct wl_worker *w, unsigned int n)
{
	if (w->own)
		return fire_error(w, n);
	w->own = w;
	wl_begin(w, 0);
	wl_done(w, 0, wl_now_ns());
	return 1;
}

static const struct workload fragile = { .name = "fragile",
					 .fire = fire_then_error,
					 .reap = reap_nothing };

static void error_is_seen(void **state)
{
	/* an interval that is longer than anybody would wait */
	struct plan plan = { .set.duration_ns = 3600 * NS_PER_S,
			     .set.interval_ns = 3600 * NS_PER_S };
	struct record rec;

	(void)state;
	assert_int_equal(run_watched(&fragile, 1, 1, &plan, NULL, &rec), -EIO);
	assert_int_equal(rec.elapsed_ns, 100 * NS_PER_MS); /* it fails after 10 ms */
	assert_int_equal(rec.rows[0].events, 1);
	assert_non_null(strstr(rec.failed, "the third wire"));
	record_fini(&rec);
}

static void error(void **state)
{
	struct record rec;

	(void)state;
	assert_int_equal(run(&broken, 1, 0, &rec), -EIO);
	assert_string_equal(err_sentence(), "broken: the third wire is loose");
	assert_int_equal(calls_detach, 1);
	assert_int_equal(calls_release, 1);
	record_fini(&rec);
}

static void half_attached(void **state)
{
	struct record rec;

	(void)state;
	assert_int_equal(run(&half, 3, 0, &rec), -ENOSPC);
	assert_non_null(strstr(err_sentence(), "half: no ring for worker"));
	assert_int_equal(calls_attach, 3);
	assert_int_equal(calls_detach, 3);
	assert_int_equal(calls_release, 1);
	assert_int_equal(rec.elapsed_ns, 0);
	record_fini(&rec);
}

/* ends each event at once, and keeps the largest submission; spends spent_ns on each */
static unsigned int largest;
static uint64_t spent_ns;

static int fire_at_once(struct wl_worker *w, unsigned int n)
{
	if (n > largest)
		largest = n;
	for (unsigned int i = 0; i < n; i++) {
		wl_begin(w, i);
		wl_done(w, i, wl_now_ns());
	}
	sim_spend(spent_ns);
	return (int)n;
}

/* takes one of a batch: the rest is for the next submission */
static int fire_one(struct wl_worker *w, unsigned int n)
{
	fire_at_once(w, n ? 1 : 0);
	return 1;
}

static unsigned int asked_batch;

static unsigned int batch_asked(const struct wl_value *values)
{
	(void)values;
	return asked_batch;
}

/* in 150 ms a burst of 8 at 0 and one at 80 ms */
static void burst(const struct workload *wl, unsigned int depth, unsigned int batch,
		  struct record *rec)
{
	struct plan plan = { .set.duration_ns = 150 * NS_PER_MS,
			     .set.interval_ns = 50 * NS_PER_MS,
			     .drain_ns = NS_PER_MS,
			     .set.arrivals = ARRIVALS_BURST,
			     .set.burst = 8 };

	largest = 0;
	asked_batch = batch;
	assert_int_equal(run_watched(wl, depth, 1, &plan, NULL, rec), 0);
	assert_int_equal(rec->rows[0].events_due, 16);
	assert_int_equal(rec->rows[0].lost, 0);
}

static const struct workload at_once = {
	.name = "once", .batch = batch_asked, .fire = fire_at_once, .reap = reap_nothing
};
static const struct workload one_of = {
	.name = "one", .batch = batch_asked, .fire = fire_one, .reap = reap_nothing
};

static void coalesced(void **state)
{
	static const struct {
		const struct workload *wl;
		unsigned int depth, batch, largest, coalesced;
	} cases[] = {
		{ &at_once, 8, 8, 8, 14 },
		{ &at_once, 3, 8, 3, 10 }, /* no more than fit: 3, 3 and 2 of each burst */
		{ &at_once, 8, 1, 1, 0 },
		{ &one_of, 8, 8, 1, 0 },
	};

	(void)state;
	spent_ns = 0;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct record rec;

		burst(cases[i].wl, cases[i].depth, cases[i].batch, &rec);
		assert_int_equal(largest, cases[i].largest);
		assert_int_equal(rec.rows[0].events, 16);
		assert_int_equal(rec.rows[0].late, 0);
		assert_int_equal(rec.rows[0].skipped, 0);
		assert_int_equal(rec.rows[0].coalesced, cases[i].coalesced);
		record_fini(&rec);
	}
}

/* 35 ms for each: of the first burst five start, at 0, 35, 70, 105 and 140 ms */
static void late(void **state)
{
	struct record rec;

	(void)state;
	spent_ns = 35 * NS_PER_MS;
	burst(&at_once, 1, 1, &rec);
	spent_ns = 0;
	assert_int_equal(rec.rows[0].events, 5);
	assert_int_equal(rec.rows[0].skipped, 11);
	assert_int_equal(rec.rows[0].late, 2); /* after 80 ms the next burst was due */
	assert_int_equal(rec.rows[0].delay->max, 140 * NS_PER_MS);
	record_fini(&rec);
}

/* 10 ms for each at a period of 10 ms: the end of one is the due time of the next, and is in time
 */
static void just_in_time(void **state)
{
	struct plan plan = { .set.duration_ns = 100 * NS_PER_MS,
			     .set.interval_ns = 100 * NS_PER_MS };
	struct record rec;

	(void)state;
	spent_ns = 10 * NS_PER_MS;
	assert_int_equal(run_watched(&at_once, 1, 1, &plan, NULL, &rec), 0);
	assert_int_equal(rec.rows[0].events, 10);
	assert_int_equal(rec.rows[0].late + rec.rows[0].skipped, 0);
	assert_int_equal(rec.rows[0].delay->max, 0);
	record_fini(&rec);
	/* one nanosecond more each: the tenth is 9 ns behind, and still not late */
	spent_ns++;
	assert_int_equal(run_watched(&at_once, 1, 1, &plan, NULL, &rec), 0);
	spent_ns = 0;
	assert_int_equal(rec.rows[0].events, 10);
	assert_int_equal(rec.rows[0].late, 0);
	assert_int_equal(rec.rows[0].delay->max, 9);
	record_fini(&rec);
}

static void spins(void **state)
{
	struct plan plan = { .set.duration_ns = 20 * NS_PER_MS,
			     .set.interval_ns = 20 * NS_PER_MS,
			     .set.pace = PACE_SPIN };
	struct record rec;

	(void)state;
	spent_ns = 0;
	reading_ns = 70; /* no divisor of 10 ms */
	assert_int_equal(run_watched(&at_once, 1, 1, &plan, NULL, &rec), 0);
	reading_ns = 0;
	assert_int_equal(rec.rows[0].events, 2);
	assert_in_range(rec.rows[0].delay->max, 1, 70);
	record_fini(&rec);
}

/* as fast as it goes: each event costs four readings of the clock, and nothing is waited for */
static void closed_loop(void **state)
{
	struct plan_workload pw = { .workload = &at_once, .rate_mhz = UNITS_RATE_MAX };
	struct plan plan = { .set.duration_ns = NS_PER_MS, .set.interval_ns = NS_PER_MS };
	struct record rec;

	(void)state;
	spent_ns = 0;
	reading_ns = 1000;
	the_workload = &pw;
	assert_int_equal(run_watched(&at_once, 1, 1, &plan, NULL, &rec), 0);
	the_workload = NULL;
	reading_ns = 0;
	assert_true(rec.rows[0].events_due == UINT64_MAX);
	assert_int_equal(rec.rows[0].skipped, 0);
	assert_in_range(rec.rows[0].events, 1000 / 5, 1000 / 2);
	record_fini(&rec);
}

/* a sweep's: 200 ms at 100/s, whatever the workload's own rate is */
static void warmup_rate(void **state)
{
	struct plan_cell slow = { .has_rate = true, .rate_mhz = 100000 };
	struct plan plan = { .set.duration_ns = 50 * NS_PER_MS,
			     .set.warmup_ns = 200 * NS_PER_MS,
			     .set.interval_ns = 50 * NS_PER_MS,
			     .set.experiment = true,
			     .set.repeat_max = 1 };
	struct plan_workload pw = { .workload = &at_once, .rate_mhz = UNITS_RATE_MAX };
	struct record rec;

	(void)state;
	spent_ns = 0;
	the_workload = &pw;
	the_cell = &slow;
	assert_int_equal(run_watched(&at_once, 1, 1, &plan, NULL, &rec), 0);
	the_workload = NULL;
	the_cell = NULL;
	assert_int_equal(rec.warmup.elapsed_ns, 200 * NS_PER_MS);
	assert_int_equal(rec.warmup.events, 20);
	assert_int_equal(rec.blocks[0].rows[0].events, 5);
	record_fini(&rec);
}

/* the third progress is at 300 ms */
static unsigned int nr_progress;

static void interrupt_third(const struct run_progress *p, void *ctx)
{
	(void)p;
	(void)ctx;
	if (++nr_progress == 3)
		raise(SIGTERM);
}

static void interrupted(void **state)
{
	const struct run_watch watch = { .progress = interrupt_third };
	struct plan plan = { .set.duration_ns = 3600 * NS_PER_S,
			     .set.interval_ns = 70 * NS_PER_MS };
	uint64_t events = 0;
	struct record rec;

	(void)state;
	nr_progress = 0;
	assert_int_equal(run_watched(&at_once, 1, 1, &plan, &watch, &rec), 0);
	assert_true(rec.interrupted);
	assert_null(rec.failed);
	assert_int_equal(rec.elapsed_ns, 300 * NS_PER_MS);
	assert_int_equal(rec.rows[0].events, 30);
	assert_int_equal(rec.rows[0].events_due, 30);
	assert_int_equal(rec.nr_intervals, 5); /* at 70, 140, 210, 280 and the end */
	for (size_t i = 0; i < rec.nr_intervals; i++)
		events += rec.intervals[i].events;
	assert_int_equal(events, 30);
	record_fini(&rec);
}

static void interrupted_in_warmup(void **state)
{
	const struct run_watch watch = { .progress = interrupt_third };
	struct plan plan = { .set.duration_ns = NS_PER_S,
			     .set.warmup_ns = 3600 * NS_PER_S,
			     .set.interval_ns = NS_PER_S };
	struct record rec;

	(void)state;
	nr_progress = 0;
	assert_int_equal(run_watched(&at_once, 1, 1, &plan, &watch, &rec), 0);
	assert_true(rec.interrupted);
	assert_int_equal(rec.elapsed_ns, 0);
	assert_int_equal(rec.warmup.elapsed_ns, 300 * NS_PER_MS);
	assert_int_equal(rec.warmup.events, 30);
	record_fini(&rec);
}

/* two windows; before the second the worker comes to run 35 ms after the gate has opened */
static void delay_second(const struct run_progress *p, void *ctx)
{
	(void)ctx;
	if (p->block == 1 && p->phase_ns >= 100 * NS_PER_MS)
		sim_delay_wake(1, 35 * NS_PER_MS);
}

static void wakes_late(void **state)
{
	const struct run_watch watch = { .progress = delay_second };
	struct plan plan = { .set.duration_ns = 120 * NS_PER_MS,
			     .set.interval_ns = 10 * NS_PER_MS,
			     .set.experiment = true,
			     .set.repeat_max = 2 };
	struct record rec;

	(void)state;
	spent_ns = 0;
	assert_int_equal(run_watched(&at_once, 1, 1, &plan, &watch, &rec), 0);
	assert_int_equal(rec.nr_blocks, 2);
	assert_int_equal(rec.blocks[0].rows[0].events, 12);
	assert_int_equal(rec.blocks[0].rows[0].late, 0);
	assert_int_equal(rec.blocks[1].rows[0].events, 12);
	assert_int_equal(rec.blocks[1].rows[0].late, 3); /* of 0, 10 and 20 ms, at 34 ms */
	assert_int_equal(rec.nr_intervals, 24);
	for (size_t i = 0; i < rec.nr_intervals; i++)
		assert_in_range(rec.intervals[i].events, 0, 4);
	record_fini(&rec);
}

static uint64_t first_due_ns[3];

static int fire_noting_due(struct wl_worker *w, unsigned int n)
{
	(void)n;
	if (!first_due_ns[w->index])
		first_due_ns[w->index] = w->due_ns;
	wl_begin(w, 0);
	wl_done(w, 0, wl_now_ns());
	return 1;
}

static const struct workload noting = { .name = "noting",
					.fire = fire_noting_due,
					.reap = reap_nothing };

static void staggered(void **state)
{
	struct record rec;

	(void)state;
	assert_int_equal(run(&noting, 2, 0, &rec), 0);
	/* 10 ms of one to its next */
	assert_int_equal(first_due_ns[1] - first_due_ns[0], 5 * NS_PER_MS);
	record_fini(&rec);
}

/* loses what it starts at once, as a workload with a time limit of its own does */
static int fire_to_lose(struct wl_worker *w, unsigned int n)
{
	(void)n;
	wl_begin(w, 0);
	wl_lost(w, 0, wl_now_ns());
	return 1;
}

static const struct workload losing = { .name = "losing",
					.fire = fire_to_lose,
					.reap = reap_nothing };

static void given_up(void **state)
{
	struct record rec;

	(void)state;
	assert_int_equal(run(&losing, 1, 0, &rec), 0);
	assert_int_equal(rec.rows[0].events, 0);
	assert_int_equal(rec.rows[0].lost, 5);
	assert_int_equal(rec.rows[0].events_due, 5);
	record_fini(&rec);
}

static int set_up(void **state)
{
	(void)state;
	return guest_read(&guest, "/");
}

static int tear_down(void **state)
{
	(void)state;
	guest_fini(&guest);
	return 0;
}

static const struct CMUnitTest tests[] = {
	TEST("events that never end are lost: the run fails, and their age is in the latency",
	     lost),
	TEST("events that their workload gives up are lost, and the run goes on", given_up),
	TEST("the events of several workers are spread over the period", staggered),
	TEST("a worker that stood still in the drain looks once more before an event is lost",
	     stood_still),
	TEST("events that are lost in the warm-up end the run there", lost_in_warmup),
	TEST("a worker that fails in a run of an hour ends it at once, and the record says so",
	     error_is_seen),
	TEST("due events of one submission are coalesced: as many as were asked for, as fit, and "
	     "as were taken",
	     coalesced),
	TEST("due events are done, lost or skipped, and late ones are counted", late),
	TEST("an event that starts within a period of its due time is not late", just_in_time),
	TEST("a worker that spins fires at its first look after the due time", spins),
	TEST("without a rate an event is due as soon as the one before is over", closed_loop),
	TEST("the warm-up of a sweep has its first rate", warmup_rate),
	TEST("a signal ends the run: its counts, its time and its intervals are of until then",
	     interrupted),
	TEST("a signal in the warm-up ends it there, and nothing was measured",
	     interrupted_in_warmup),
	TEST("a worker that comes to run late has no counts of the window before", wakes_late),
	TEST("a worker's error ends the run, with the workload's name before its sentence", error),
	TEST("where one worker cannot attach, none runs and all are detached", half_attached),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name(__FILE__, tests, set_up, tear_down);
}
