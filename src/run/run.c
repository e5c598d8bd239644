// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * run.c - one run: open, prepare, start, warm up, measure, stop, put back. The workers stand at the
 * gate with nothing in flight whenever counters are read at the ends of a phase. Computes no result
 * and prints nothing.
 */
#include "run/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "base/units.h"
#include "plan/schedule.h"
#include "run/apply.h"
#include "run/blocks.h"
#include "run/counting.h"
#include "run/sampler.h"
#include "run/worker.h"

#define NR_SIGNALS 3
#define PROGRESS_NS (100 * NS_PER_MS) /* and how long a failed worker or a signal may go unseen */
#define BEGIN_NS NS_PER_MS /* from opening the gate to the start: all are awake by then */

struct run {
	const struct plan *plan;
	const struct guest *guest;
	const struct run_watch *watch;
	struct record *rec;
	struct record part; /* the block that is being measured */
	struct eoidev eoi;
	struct apply apply;
	struct wl_setup *setups;
	size_t nr_prepared;
	struct worker *workers;
	size_t nr_started;
	struct gate gate;
	struct phase phase;
	struct sampler sampler;
	struct soakers soakers;
	struct blocks blocks;
	uint64_t begun_ns; /* of the first phase, for the progress line */
};

enum window { WARMUP, SETTLE, BLOCK }; /* what a phase is for: only a block is measured */

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* a signal that was ignored when we were started (nohup, a shell's background job) stays so */
static void catch_interrupts(bool on, struct sigaction old[NR_SIGNALS])
{
	static const int signals[NR_SIGNALS] = { SIGINT, SIGTERM, SIGHUP };
	/* no SA_RESTART: the main thread is to wake up */
	struct sigaction sa = { .sa_handler = on_interrupt };

	for (int i = 0; i < NR_SIGNALS; i++) {
		if (on)
			sigaction(signals[i], NULL, &old[i]);
		if (old[i].sa_handler != SIG_IGN)
			sigaction(signals[i], on ? &sa : &old[i], NULL);
	}
}

static int prepare_workloads(struct run *run)
{
	const struct plan *plan = run->plan;
	int ret = 0;

	run->setups = calloc(plan->nr_workloads, sizeof(*run->setups));
	if (!run->setups)
		return err_nomem();
	for (size_t i = 0; !ret && i < plan->nr_workloads; i++) {
		struct wl_setup *setup = &run->setups[i];

		setup->values = plan->workloads[i].values;
		setup->path = plan->workloads[i].path;
		setup->seed = plan->set.seed;
		apply_peer(&run->apply, plan, i, setup);
		run->nr_prepared++; /* release takes a half-prepared one */
		err_prefix(plan->workloads[i].workload->name);
		if (plan->workloads[i].workload->prepare)
			ret = plan->workloads[i].workload->prepare(setup);
	}
	err_prefix(NULL);
	return ret;
}

static int start_workers(struct run *run)
{
	const struct plan *plan = run->plan;
	unsigned int index = 0;
	int ret = 0;

	run->workers = calloc(plan->nr_workers, sizeof(*run->workers));
	if (!run->workers)
		return err_nomem();
	worker_ignore_kicks();
	for (size_t i = 0; !ret && i < plan->nr_workers; i++) {
		struct worker *w = &run->workers[i];

		index = i && plan->workers[i].workload == plan->workers[i - 1].workload ? index + 1
											: 0;
		w->phase = &run->phase;
		w->gate = &run->gate;
		w->latency = run->part.rows[i].latency;
		w->delay = run->part.rows[i].delay;
		ret = worker_init(w, plan, &plan->workers[i],
				  &run->setups[plan->workers[i].workload], index, (unsigned int)i,
				  (unsigned int)plan->nr_workers);
	}
	gate_init(&run->gate, (unsigned int)plan->nr_workers);
	for (size_t i = 0; !ret && i < plan->nr_workers; i++) {
		ret = worker_start(&run->workers[i]);
		run->nr_started += !ret;
	}
	gate_expect(&run->gate, (unsigned int)run->nr_started);
	return ret;
}

/* the sentence of the first worker that failed becomes the main thread's */
static int worker_error(struct run *run)
{
	for (size_t i = 0; i < run->nr_started; i++) {
		struct worker *w = &run->workers[i];
		int error = atomic_load(&w->error);

		if (!error)
			continue;
		return err_keep(w->error_class, error, w->sentence);
	}
	return 0;
}

static bool any_worker_failed(const struct run *run)
{
	for (size_t i = 0; i < run->nr_started; i++)
		if (atomic_load_explicit(&run->workers[i].error, memory_order_relaxed))
			return true;
	return false;
}

static void kick_stopped(void *ctx)
{
	struct run *run = ctx;

	if (interrupted)
		atomic_store(&run->phase.stop, true);
	if (!atomic_load(&run->phase.stop))
		return;
	for (size_t i = 0; i < run->nr_started; i++)
		worker_kick(&run->workers[i]);
}

static void gather(struct run *run)
{
	gate_gather(&run->gate, kick_stopped, run);
}

static void tell_progress(struct run *run, uint64_t now_ns, enum window window)
{
	const struct settings *set = &run->plan->set;
	const uint64_t nr_blocks = set->experiment ? schedule_nr_blocks(run->plan) : 1;
	struct run_progress p = {
		.warmup = window == WARMUP,
		.block = set->experiment ? run->blocks.nr_done + 1 : 0,
		.nr_blocks = set->experiment ? nr_blocks : 0,
		.elapsed_ns = now_ns > run->begun_ns ? now_ns - run->begun_ns : 0,
		.total_ns = set->warmup_ns + nr_blocks * (set->settle_ns + set->duration_ns),
		.phase_ns = now_ns > run->phase.start_ns ? now_ns - run->phase.start_ns : 0,
	};

	if (!run->watch || !run->watch->progress)
		return;
	if (window != SETTLE)
		sampler_progress(&run->sampler, &p);
	run->watch->progress(&p, run->watch->ctx);
}

/* sleeps to an absolute time; false when the run is to end now */
static bool sleep_to(struct run *run, uint64_t until_ns)
{
	struct timespec ts = { (time_t)(until_ns / NS_PER_S), (long)(until_ns % NS_PER_S) };

	while (!interrupted && !any_worker_failed(run))
		if (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) != EINTR)
			return !interrupted && !any_worker_failed(run);
	return false;
}

/* looks on while the workers work: samples at each interval, progress in between; until the phase's
 * end, or earlier */
static int look_on(struct run *run, enum window window)
{
	uint64_t start_ns = run->phase.start_ns, end_ns = run->phase.end_ns;
	uint64_t interval_ns = run->plan->set.interval_ns, next_ns = start_ns + interval_ns;
	uint64_t told_ns = start_ns;
	int ret = 0;

	while (!ret) {
		uint64_t until_ns = next_ns < end_ns ? next_ns : end_ns, now_ns;

		if (until_ns > told_ns + PROGRESS_NS)
			until_ns = told_ns + PROGRESS_NS;
		if (!sleep_to(run, until_ns)) {
			atomic_store(&run->phase.stop, true);
			break;
		}
		now_ns = wl_now_ns();
		if (now_ns >= told_ns + PROGRESS_NS) {
			tell_progress(run, now_ns, window);
			told_ns = now_ns;
		}
		if (now_ns >= end_ns) /* the last interval is sampled when the last event is in */
			break;
		if (now_ns < next_ns)
			continue;
		if (window == BLOCK)
			ret = sampler_interval(&run->sampler, &run->part, now_ns - start_ns);
		next_ns += ((now_ns - next_ns) / interval_ns + 1) * interval_ns;
	}
	if (ret)
		atomic_store(&run->phase.stop, true);
	return ret;
}

static void keep_rows(struct run *run)
{
	for (size_t i = 0; i < run->plan->nr_workers; i++) {
		struct worker *w = &run->workers[i];
		struct record_row *row = &run->part.rows[i];

		row->events = atomic_load(&w->nr_done);
		row->events_due = w->rate_mhz == UNITS_RATE_MAX ? UINT64_MAX : w->nr_due;
		row->lost = w->nr_lost;
		row->late = w->nr_late;
		row->skipped = w->rate_mhz == UNITS_RATE_MAX ? 0 : w->nr_due - w->nr_begun;
		row->coalesced = w->nr_coalesced;
	}
}

static int end_window(struct run *run, enum window window, uint64_t stopped_ns)
{
	struct run_progress p;

	if (stopped_ns > run->phase.end_ns)
		stopped_ns = run->phase.end_ns;
	if (stopped_ns < run->phase.start_ns)
		stopped_ns = run->phase.start_ns;
	if (window == WARMUP) {
		sampler_progress(&run->sampler, &p);
		run->rec->warmup = (struct record_warmup){ stopped_ns - run->phase.start_ns,
							   p.events };
	}
	if (window != BLOCK)
		return 0;
	keep_rows(run);
	run->part.elapsed_ns = stopped_ns - run->phase.start_ns;
	return sampler_end(&run->sampler, &run->part, run->part.elapsed_ns);
}

/* one phase, gate to gate; the workers' histograms and counts are of this phase only */
static int run_phase(struct run *run, enum window window, uint64_t length_ns)
{
	uint64_t stopped_ns;
	int ret = window == SETTLE ? 0 : sampler_begin(&run->sampler), failed;

	if (ret || interrupted)
		return ret;
	run->phase.start_ns = wl_now_ns() + BEGIN_NS;
	run->phase.end_ns = run->phase.start_ns + length_ns;
	atomic_store(&run->phase.stop, false);
	if (!run->begun_ns)
		run->begun_ns = run->phase.start_ns;
	for (size_t i = 0; i < run->nr_started; i++)
		worker_reset(&run->workers[i]);
	gate_open(&run->gate);
	ret = look_on(run, window);
	stopped_ns = wl_now_ns();
	gather(run);
	run->phase.number++;
	failed = worker_error(run);
	if (!ret)
		ret = end_window(run, window, stopped_ns);
	return failed ? failed : ret;
}

static int measure_block(void *ctx, const struct block_ask *ask, bool *over)
{
	struct run *run = ctx;
	int ret = 0;

	run->phase.has_rate = ask->has_rate;
	run->phase.rate_mhz = ask->rate_mhz;
	run->phase.idle = ask->idle;
	if (run->plan->set.settle_ns && !interrupted)
		ret = run_phase(run, SETTLE, run->plan->set.settle_ns);
	if (!ret && !interrupted)
		ret = run_phase(run, BLOCK, run->plan->set.duration_ns);
	*over = interrupted;
	return ret;
}

static int measure(struct run *run)
{
	int ret;

	gather(run); /* all attached */
	ret = worker_error(run);
	if (!ret && run->plan->set.soak)
		ret = soakers_start(&run->soakers, run->plan->cpus);
	if (run->plan->set.soak)
		run->sampler.soakers = &run->soakers;
	/* a sweep may ask for so little that a warm-up as fast as it goes would be another run */
	run->phase.has_rate = run->plan->cells[0].has_rate;
	run->phase.rate_mhz = run->plan->cells[0].rate_mhz;
	if (!ret && run->plan->set.warmup_ns && !interrupted)
		ret = run_phase(run, WARMUP, run->plan->set.warmup_ns);
	run->blocks = (struct blocks){
		.plan = run->plan,
		.watch = run->watch,
		.eoi = &run->eoi,
		.rec = run->rec,
		.part = &run->part,
		.measure = measure_block,
		.ctx = run,
	};
	if (!ret && !interrupted)
		ret = blocks_run(&run->blocks);
	return ret;
}

static void stop_workers(struct run *run)
{
	if (run->nr_started) {
		gather(run);
		run->phase.over = true;
		gate_open(&run->gate);
	}
	for (size_t i = 0; i < run->nr_started; i++)
		pthread_join(run->workers[i].thread, NULL);
	for (size_t i = 0; run->workers && i < run->plan->nr_workers; i++)
		worker_fini(&run->workers[i]);
	if (run->workers)
		gate_fini(&run->gate);
	free(run->workers);
}

static void release_workloads(struct run *run)
{
	for (size_t i = 0; i < run->nr_prepared; i++)
		if (run->plan->workloads[i].workload->release)
			run->plan->workloads[i].workload->release(&run->setups[i]);
	free(run->setups);
}

int run_plan(const struct plan *plan, const struct guest *guest, const struct run_watch *watch,
	     struct record *rec)
{
	struct run run = { .plan = plan, .guest = guest, .watch = watch, .rec = rec, .eoi.fd = -1 };
	struct sigaction old[NR_SIGNALS] = { 0 };
	int ret;

	interrupted = 0;
	catch_interrupts(true, old);
	ret = record_init_part(&run.part, rec);
	if (!ret)
		ret = counting_open(&run.eoi, plan, guest, rec);
	if (!ret)
		ret = apply_begin(&run.apply, plan, guest);
	if (!ret)
		ret = prepare_workloads(&run);
	if (!ret)
		ret = start_workers(&run);
	if (!ret)
		ret = sampler_init(&run.sampler, plan, guest, plan->count_eoi ? &run.eoi : NULL,
				   run.workers);
	if (!ret)
		ret = measure(&run);
	stop_workers(&run);
	soakers_stop(&run.soakers);
	sampler_fini(&run.sampler);
	release_workloads(&run);
	if (apply_end(&run.apply) && !ret)
		ret = -EIO;
	eoidev_close(&run.eoi); /* the mode goes back with the file */
	record_fini(&run.part);
	rec->interrupted = interrupted;
	rec->failed = ret ? record_text(rec, err_sentence()) : NULL;
	catch_interrupts(false, old);
	return ret;
}
