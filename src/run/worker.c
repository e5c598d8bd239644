// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * worker.c - the hot loop: when an event is due it is fired, when it is over its latency is taken,
 * from the time it was due. Knows the pacer, the histogram and the workload's hooks; no stream, no
 * other worker, and it allocates nothing after attach.
 */
#include "run/worker.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "base/units.h"

#define KICK_SIGNAL SIGUSR1
#define NOT_IN_FLIGHT UINT64_MAX
#define ANY_RATE_MHZ 1000 /* until a phase says which */

static uint64_t next_due(const struct worker *w)
{
	return w->nr_taken ? w->taken_ns[w->first_taken] : w->pacer.next_ns;
}

void wl_begin(struct wl_worker *worker, unsigned int tag)
{
	struct worker *w = (struct worker *)worker;

	w->due_ns[tag] = w->wl.due_ns;
	w->nr_begun++;
	if (w->rate_mhz == UNITS_RATE_MAX)
		return;
	hist_record(w->delay, w->wl.fire_ns - w->wl.due_ns);
	w->nr_late += w->wl.fire_ns - w->wl.due_ns >= w->pacer.step_ns;
	if (++w->first_taken == w->nr_taken)
		w->first_taken = w->nr_taken = 0;
	w->wl.due_ns = next_due(w);
}

void wl_done(struct wl_worker *worker, unsigned int tag, uint64_t now_ns)
{
	struct worker *w = (struct worker *)worker;
	uint64_t due_ns = w->due_ns[tag], latency_ns = now_ns > due_ns ? now_ns - due_ns : 0;

	hist_record(w->latency, latency_ns);
	w->due_ns[tag] = NOT_IN_FLIGHT;
	atomic_store_explicit(&w->latency_sum_ns,
			      atomic_load_explicit(&w->latency_sum_ns, memory_order_relaxed) +
				      latency_ns,
			      memory_order_relaxed);
	atomic_store_explicit(&w->nr_done,
			      atomic_load_explicit(&w->nr_done, memory_order_relaxed) + 1,
			      memory_order_relaxed);
}

void wl_lost(struct wl_worker *worker, unsigned int tag, uint64_t now_ns)
{
	struct worker *w = (struct worker *)worker;

	/* its latency is at least its age: without it the slowest events would be the ones that
	 * don't count */
	hist_record(w->latency, now_ns > w->due_ns[tag] ? now_ns - w->due_ns[tag] : 0);
	w->due_ns[tag] = NOT_IN_FLIGHT;
	w->nr_given_up++;
}

int wl_error(int neg_errno, const char *fmt, ...)
{
	char sentence[ERR_SENTENCE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	return err_failed(neg_errno, "%s", sentence);
}

static uint64_t in_flight(const struct worker *w)
{
	return w->nr_begun - w->nr_given_up -
	       atomic_load_explicit(&w->nr_done, memory_order_relaxed);
}

static bool stopped(const struct worker *w)
{
	return atomic_load_explicit(&w->phase->stop, memory_order_relaxed);
}

/* one submission; how many began, or -errno */
static int submit(struct worker *w, unsigned int n)
{
	uint64_t begun = w->nr_begun;
	int ret = w->workload->fire(&w->wl, n);

	begun = w->nr_begun - begun;
	if (begun > 1)
		w->nr_coalesced += begun - 1;
	return ret < 0 ? ret : (int)begun;
}

/* closed loop: keep depth in flight; an event is due when there is room for it */
static int fire_max(struct worker *w, uint64_t now_ns)
{
	unsigned int room = w->wl.depth - (unsigned int)in_flight(w);
	int ret = 1;

	w->wl.due_ns = w->wl.fire_ns = now_ns;
	for (; room && ret > 0; room -= (unsigned int)ret) {
		ret = submit(w, room < w->batch ? room : w->batch);
		if (ret < 0)
			return ret;
	}
	return 0;
}

/* open loop: one submission for each due event, unless batches are asked for: one interrupt may
 * answer a whole one */
static int fire_due(struct worker *w, uint64_t now_ns)
{
	uint64_t end_ns = w->phase->end_ns;

	while (next_due(w) <= now_ns && now_ns < end_ns && in_flight(w) < w->wl.depth &&
	       !stopped(w)) {
		unsigned int n = w->wl.depth - (unsigned int)in_flight(w);
		int ret;

		if (n > w->batch)
			n = w->batch;
		if (!w->first_taken) /* else the last submission left some over: these first */
			while (w->nr_taken < n && w->pacer.next_ns <= now_ns)
				w->taken_ns[w->nr_taken++] = pacer_take(&w->pacer);
		if (n > w->nr_taken - w->first_taken)
			n = w->nr_taken - w->first_taken;
		w->wl.due_ns = next_due(w);
		w->wl.fire_ns = now_ns;
		ret = submit(w, n);
		if (ret <= 0)
			return ret;
		if (next_due(w) <= now_ns) /* late: is there still time for it? */
			now_ns = wl_now_ns();
	}
	return 0;
}

static uint64_t wait_until(const struct worker *w)
{
	bool room = in_flight(w) < w->wl.depth;
	uint64_t end_ns = w->phase->end_ns;

	if (w->spin || (room && w->rate_mhz == UNITS_RATE_MAX))
		return 0;
	return room && next_due(w) < end_ns ? next_due(w) : end_ns;
}

static int drain(struct worker *w)
{
	uint64_t give_up_ns = wl_now_ns() + w->drain_ns, left;
	bool over = false;
	int ret = 0;

	/* it may be over because this thread stood still: then look once more */
	while (!ret && in_flight(w) && !over) {
		over = wl_now_ns() >= give_up_ns;
		ret = w->workload->reap(&w->wl, over ? 0 : give_up_ns);
	}
	left = in_flight(w);
	w->nr_lost = w->nr_given_up + left;
	if (!left)
		return ret;
	for (unsigned int tag = 0; tag < w->wl.depth; tag++)
		if (w->due_ns[tag] != NOT_IN_FLIGHT)
			wl_lost(&w->wl, tag, wl_now_ns());
	return ret ? ret
		   : err_failed(-ETIMEDOUT,
				"%llu of the events of CPU %u did not come back within %llu ms",
				(unsigned long long)left, w->wl.cpu,
				(unsigned long long)(w->drain_ns / NS_PER_MS));
}

/* the kernel moves a thread whose CPU goes offline or out of the cpuset, and says nothing */
static int check_pinned(const struct worker *w)
{
	size_t size = CPU_ALLOC_SIZE(CPULIST_MAX_CPU);
	cpu_set_t *set = CPU_ALLOC(CPULIST_MAX_CPU);
	int ret = 0;

	if (!set)
		return err_nomem();
	if (!sched_getaffinity(0, size, set) &&
	    (CPU_COUNT_S(size, set) != 1 || !CPU_ISSET_S(w->wl.cpu, size, set)))
		ret = err_failed(-EXDEV,
				 "CPU %u was taken away in mid-run (offline, or out of the cpuset)",
				 w->wl.cpu);
	CPU_FREE(set);
	return ret;
}

static void sleep_until(uint64_t until_ns)
{
	struct timespec ts = { (time_t)(until_ns / NS_PER_S), (long)(until_ns % NS_PER_S) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

void worker_reset(struct worker *w)
{
	atomic_store_explicit(&w->nr_done, 0, memory_order_relaxed);
	atomic_store_explicit(&w->latency_sum_ns, 0, memory_order_relaxed);
}

static void begin_phase(struct worker *w)
{
	const struct phase *phase = w->phase;
	uint64_t stagger_ns;

	w->nr_begun = w->nr_lost = w->nr_given_up = w->nr_late = w->nr_coalesced = w->nr_due = 0;
	w->first_taken = w->nr_taken = 0;
	hist_init(w->latency);
	hist_init(w->delay);
	for (unsigned int tag = 0; tag < w->wl.depth; tag++)
		w->due_ns[tag] = NOT_IN_FLIGHT;
	w->rate_mhz = phase->has_rate ? phase->rate_mhz : w->own_rate_mhz;
	w->batch = w->rate_mhz == UNITS_RATE_MAX ? w->batch_max : w->batch_paced;
	if (w->rate_mhz == UNITS_RATE_MAX)
		return;
	pacer_set_rate(&w->pacer, w->rate_mhz);
	stagger_ns = (uint64_t)((unsigned __int128)w->stagger * NS_PER_S * 1000 / w->rate_mhz /
				w->nr_staggered);
	pacer_start(&w->pacer, phase->start_ns + stagger_ns, phase->number);
}

static int stand_still(const struct worker *w)
{
	while (!stopped(w) && wl_now_ns() < w->phase->end_ns)
		sleep_until(w->phase->end_ns); /* a kick ends it */
	return check_pinned(w);
}

static int run_phase(struct worker *w)
{
	uint64_t now_ns;
	int ret = 0, drained;
	bool max;

	begin_phase(w);
	max = w->rate_mhz == UNITS_RATE_MAX;
	if (w->phase->idle)
		return stand_still(w);
	sleep_until(w->phase->start_ns);
	while (!ret && !stopped(w)) {
		now_ns = wl_now_ns();
		if (now_ns >= w->phase->end_ns)
			break;
		ret = max ? fire_max(w, now_ns) : fire_due(w, now_ns);
		if (!ret)
			ret = w->workload->reap(&w->wl, wait_until(w));
	}
	now_ns = wl_now_ns();
	if (!max)
		w->nr_due = pacer_count_until(&w->pacer, now_ns < w->phase->end_ns
								 ? now_ns
								 : w->phase->end_ns);
	drained = drain(
		w); /* after an error too: the device may still write into the workload's buffers */
	if (!ret)
		ret = drained;
	return ret ? ret : check_pinned(w);
}

static int pin(const struct worker *w)
{
	size_t size = CPU_ALLOC_SIZE(w->wl.cpu + 1);
	cpu_set_t *set = CPU_ALLOC(w->wl.cpu + 1);
	int ret = 0;

	if (!set)
		return err_nomem();
	CPU_ZERO_S(size, set);
	CPU_SET_S(w->wl.cpu, size, set);
	if (sched_setaffinity(0, size, set))
		ret = err_cannot("cannot run on CPU %u: %s", w->wl.cpu, strerror(errno));
	CPU_FREE(set);
	return ret;
}

static void keep_error(struct worker *w, int error)
{
	if (!error || atomic_load(&w->error))
		return;
	snprintf(w->sentence, sizeof(w->sentence), "%s", err_sentence());
	w->error_class = err_class();
	atomic_store(&w->error, error);
}

static int attach(struct worker *w)
{
	char name[16]; /* for top -H, perf and the tests: "storm/3" on CPU 3 */
	int ret = pin(w);

	snprintf(name, sizeof(name), "storm/%u", w->wl.cpu);
	prctl(PR_SET_NAME, name);
	prctl(PR_SET_TIMERSLACK, 1UL); /* default 50 us: every due time would be missed by it */
	err_prefix(w->workload->name);
	if (!ret && w->workload->attach)
		ret = w->workload->attach(&w->wl);
	return ret;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;

	keep_error(w, attach(w));
	for (;;) {
		gate_wait(w->gate);
		if (w->phase->over)
			break;
		if (!atomic_load(&w->error))
			keep_error(w, run_phase(w));
	}
	if (w->workload->detach)
		w->workload->detach(&w->wl);
	return NULL;
}

int worker_init(struct worker *w, const struct plan *plan, const struct plan_worker *pw,
		struct wl_setup *setup, unsigned int index, unsigned int stagger, unsigned int nr)
{
	w->wl.setup = setup;
	w->wl.cpu = pw->cpu;
	w->wl.target = pw->target;
	w->wl.index = index;
	w->wl.depth = pw->depth;
	w->workload = plan->workloads[pw->workload].workload;
	w->spin = plan->set.pace == PACE_SPIN;
	w->own_rate_mhz = plan->workloads[pw->workload].rate_mhz;
	w->drain_ns = plan->drain_ns;
	w->stagger = stagger;
	w->nr_staggered = nr;
	w->due_ns = calloc(pw->depth, sizeof(*w->due_ns));
	w->batch_max = plan_batch(&plan->workloads[pw->workload], UNITS_RATE_MAX);
	w->batch_paced = plan_batch(&plan->workloads[pw->workload], ANY_RATE_MHZ);
	w->taken_ns = calloc(w->batch_paced, sizeof(*w->taken_ns));
	if (!w->due_ns || !w->taken_ns)
		return err_nomem();
	if (pacer_init(&w->pacer, ANY_RATE_MHZ, plan->set.arrivals == ARRIVALS_POISSON,
		       plan->set.seed, stagger))
		return -ENOMEM;
	if (plan->set.arrivals == ARRIVALS_BURST)
		pacer_set_burst(&w->pacer, plan->set.burst);
	return 0;
}

void worker_fini(struct worker *w)
{
	pacer_fini(&w->pacer);
	free(w->due_ns);
	free(w->taken_ns);
	w->due_ns = w->taken_ns = NULL;
}

int worker_start(struct worker *w)
{
	sigset_t all, old;
	int err;

	sigfillset(&all); /* Ctrl-C is the main thread's */
	sigdelset(&all, KICK_SIGNAL);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&w->thread, NULL, worker_main, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return err ? err_failed(-err, "cannot start a thread for CPU %u: %s", w->wl.cpu,
				strerror(err))
		   : 0;
}

void worker_kick(struct worker *w)
{
	pthread_kill(w->thread, KICK_SIGNAL);
}

static void kicked(int sig)
{
	(void)sig;
}

void worker_ignore_kicks(void)
{
	struct sigaction sa = { .sa_handler = kicked }; /* no SA_RESTART: the sleep is to end */

	sigaction(KICK_SIGNAL, &sa, NULL);
}
