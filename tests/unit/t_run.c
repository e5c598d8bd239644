// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <errno.h>
#include <string.h>
#include "base/err.h"
#include "base/units.h"
#include "run/run.h"

/* the core against workloads that are made for it; nothing depends on how fast this machine is */
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

static int run(const struct workload *wl, unsigned int nr_workers, uint64_t warmup_ns,
	       struct record *rec)
{
	struct plan_workload pw = { .workload = wl, .rate_mhz = 100000 };
	struct plan_worker workers[4] = { 0 };
	struct plan_cell one = { 0 };
	struct plan plan = { .cells = &one,
			     .nr_cells = 1,
			     .repeat_min = 1,
			     .repeat_max = 1,
			     .duration_ns = 50 * NS_PER_MS,
			     .warmup_ns = warmup_ns,
			     .drain_ns = 100 * NS_PER_MS,
			     .interval_ns = 10 * NS_PER_MS,
			     .seed = 1,
			     .workloads = &pw,
			     .nr_workloads = 1,
			     .workers = workers,
			     .nr_workers = nr_workers };
	int ret, cpu = hwloc_bitmap_first(guest.machine.usable);

	err_clear();
	calls_attach = calls_detach = calls_release = 0;
	plan.cpus = pw.cpus = hwloc_bitmap_alloc();
	hwloc_bitmap_set(plan.cpus, (unsigned int)cpu);
	for (unsigned int i = 0; i < nr_workers; i++)
		workers[i] = (struct plan_worker){
			.cpu = (unsigned int)cpu, .depth = 1, .queue = -1, .irq = -1, .irq_cpu = -1
		};
	assert_int_equal(run_describe(&plan, &guest, rec), 0);
	ret = run_plan(&plan, &guest, NULL, rec);
	hwloc_bitmap_free(plan.cpus);
	return ret;
}

static void lost(void **state)
{
	struct record rec;

	(void)state;
	assert_int_equal(run(&black_hole, 1, 0, &rec), -ETIMEDOUT);
	assert_non_null(strstr(err_sentence(), "hole: 1 of the events of CPU"));
	assert_string_equal(rec.failed, err_sentence());
	assert_true(rec.rows[0].latency->max >= 100 * NS_PER_MS);
	assert_int_equal(rec.rows[0].events, 0);
	assert_int_equal(rec.rows[0].lost, 1);
	assert_int_equal(rec.rows[0].events_due, 5);
	assert_int_equal(calls_detach, 1);
	assert_int_equal(calls_release, 1);
	record_fini(&rec);
}

static void lost_in_warmup(void **state)
{
	struct record rec;

	(void)state;
	assert_int_equal(run(&black_hole, 1, 20 * NS_PER_MS, &rec), -ETIMEDOUT);
	assert_int_equal(rec.elapsed_ns, 0);
	assert_int_equal(calls_detach, 1);
	record_fini(&rec);
}

/* works for three events and then fails, with an interval that is longer than anybody would wait */
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
	struct plan_workload pw = { .workload = &fragile, .rate_mhz = 100000 };
	struct plan_worker worker = { .cpu = (unsigned int)hwloc_bitmap_first(guest.machine.usable),
				      .depth = 1,
				      .queue = -1,
				      .irq = -1,
				      .irq_cpu = -1 };
	struct plan_cell one = { 0 };
	struct plan plan = { .cells = &one,
			     .nr_cells = 1,
			     .repeat_min = 1,
			     .repeat_max = 1,
			     .duration_ns = 3600 * NS_PER_S,
			     .interval_ns = 3600 * NS_PER_S,
			     .seed = 1,
			     .workloads = &pw,
			     .nr_workloads = 1,
			     .workers = &worker,
			     .nr_workers = 1 };
	struct record rec;

	(void)state;
	err_clear();
	plan.cpus = pw.cpus = hwloc_bitmap_alloc();
	hwloc_bitmap_set(plan.cpus, worker.cpu);
	assert_int_equal(run_describe(&plan, &guest, &rec), 0);
	assert_int_equal(run_plan(&plan, &guest, NULL, &rec), -EIO);
	assert_true(rec.elapsed_ns > 0 && rec.elapsed_ns < 3600 * NS_PER_S);
	assert_int_equal(rec.rows[0].events, 1);
	assert_non_null(strstr(rec.failed, "the third wire"));
	hwloc_bitmap_free(plan.cpus);
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

/* ends each event at once, and keeps the largest submission; a slow one takes the time of several
 * due times for it */
static unsigned int largest;
static bool slow;

static int fire_at_once(struct wl_worker *w, unsigned int n)
{
	if (n > largest)
		largest = n;
	for (unsigned int i = 0; i < n; i++) {
		wl_begin(w, i);
		wl_done(w, i, wl_now_ns());
	}
	if (slow)
		reap_nothing(w, wl_now_ns() + 35 * NS_PER_MS);
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

static void burst(const struct workload *wl, unsigned int depth, unsigned int batch,
		  struct record *rec)
{
	struct plan_workload pw = {
		.workload = wl, .rate_mhz = 100000
	}; /* a burst of 8 every 80 ms: at 0 and at 80 */
	struct plan_worker worker = { .depth = depth, .queue = -1, .irq = -1, .irq_cpu = -1 };
	struct plan_cell one = { 0 };
	struct plan plan = { .cells = &one,
			     .nr_cells = 1,
			     .repeat_min = 1,
			     .repeat_max = 1,
			     .duration_ns = 150 * NS_PER_MS,
			     .interval_ns = 50 * NS_PER_MS,
			     .drain_ns = NS_PER_MS,
			     .arrivals = ARRIVALS_BURST,
			     .burst = 8,
			     .workloads = &pw,
			     .nr_workloads = 1,
			     .workers = &worker,
			     .nr_workers = 1 };

	err_clear();
	largest = 0;
	asked_batch = batch;
	worker.cpu = worker.target = (unsigned int)hwloc_bitmap_first(guest.machine.usable);
	plan.cpus = pw.cpus = hwloc_bitmap_alloc();
	hwloc_bitmap_set(plan.cpus, worker.cpu);
	assert_int_equal(run_describe(&plan, &guest, rec), 0);
	assert_int_equal(run_plan(&plan, &guest, NULL, rec), 0);
	hwloc_bitmap_free(plan.cpus);
	assert_int_equal(rec->rows[0].events_due, 16);
	assert_int_equal(rec->rows[0].events + rec->rows[0].lost + rec->rows[0].skipped, 16);
}

static const struct workload at_once = {
	.name = "once", .batch = batch_asked, .fire = fire_at_once, .reap = reap_nothing
};
static const struct workload one_of = {
	.name = "one", .batch = batch_asked, .fire = fire_one, .reap = reap_nothing
};

static void coalesced(void **state)
{
	struct record rec;

	(void)state;
	slow = false;
	burst(&at_once, 8, 8, &rec);
	assert_int_equal(largest, 8);
	assert_int_equal(rec.rows[0].events - rec.rows[0].coalesced, (rec.rows[0].events + 7) / 8);
	record_fini(&rec);
	burst(&at_once, 3, 8, &rec); /* no more than fit */
	assert_int_equal(largest, 3);
	record_fini(&rec);
	burst(&at_once, 8, 1, &rec);
	assert_int_equal(largest, 1);
	assert_int_equal(rec.rows[0].coalesced, 0);
	record_fini(&rec);
	burst(&one_of, 8, 8, &rec);
	assert_int_equal(rec.rows[0].coalesced, 0);
	record_fini(&rec);
}

/* 35 ms for each of a burst: in 150 ms there is time for five or less; the fourth starts after the
 * next burst is due */
static void late(void **state)
{
	struct record rec;

	(void)state;
	slow = true;
	burst(&at_once, 1, 1, &rec);
	slow = false;
	assert_true(rec.rows[0].events <= 5);
	assert_true(rec.rows[0].skipped >= 11);
	if (rec.rows[0].events > 3)
		assert_true(rec.rows[0].late > 0);
	assert_true(rec.rows[0].late <= rec.rows[0].events);
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
	TEST("events that are lost in the warm-up end the run there", lost_in_warmup),
	TEST("a worker that fails in a run of an hour ends it at once, and the record says so",
	     error_is_seen),
	TEST("due events of one submission are coalesced: as many as were asked for, as fit, and "
	     "as were taken",
	     coalesced),
	TEST("due events are done, lost or skipped, and late ones are counted", late),
	TEST("a worker's error ends the run, with the workload's name before its sentence", error),
	TEST("where one worker cannot attach, none runs and all are detached", half_attached),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name(__FILE__, tests, set_up, tear_down);
}
