// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ipi.c - one interrupt from the worker's CPU to another one, its target, an event.
 *
 * call: read() of a software counter of perf that counts on the target: the kernel reads it there,
 * by a function call that it waits for (perf_event_read, smp_call_function_single). The target may
 * be idle; one that polls instead of halting sees the call without an interrupt. reschedule: a
 * signal to a thread that is running on the target: the kernel kicks it there (kick_process,
 * smp_send_reschedule). That thread spins, at SCHED_IDLE, so that it runs whenever nothing else
 * does. Knows no rate, and not which CPU is whose target.
 */
#include "workload.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SPIN_NS 200000u /* for the answer; then the worker sleeps in steps of */
#define STEP_NS 100000u

enum { KEY_KIND, KEY_TO };
enum { KIND_CALL, KIND_RESCHEDULE };

static const char *const ipi_kinds[] = { "call", "reschedule", NULL };
static const struct wl_key ipi_keys[] = {
	[KEY_KIND] = { "kind",
		       "call (default), a function call; reschedule, a kick of a running thread",
		       WL_CHOICE, KIND_CALL, 0, 0 },
	[KEY_TO] = { "to", "CPU that gets them all (default: each vCPU's goes to the next)",
		     WL_NUMBER, 0, 0, 65535 },
	{ 0 }
};

struct ipi_target { /* the thread that is kicked; one a CPU, whoever kicks it */
	struct ipi_target *next;
	unsigned int cpu, nr_users;
	pthread_t thread;
	atomic_int state; /* 0: not there yet, 1: pinned, -errno; 2: to end */
};

struct ipi_shared {
	pthread_mutex_t lock; /* of the list; never taken while events are made */
	struct ipi_target *targets;
	struct sigaction old;
	bool handled;
};

struct ipi_worker {
	int fd; /* -1: kind=reschedule */
	struct ipi_target *target;
	bool in_flight;
	atomic_uint answered;
};

static void ipi_answer(int sig, siginfo_t *info, void *context)
{
	struct ipi_worker *own = info->si_value.sival_ptr;

	(void)sig;
	(void)context;
	if (info->si_code == SI_QUEUE && info->si_pid == getpid())
		atomic_store_explicit(&own->answered, 1, memory_order_release);
}

static void *ipi_target_main(void *arg)
{
	const struct sched_param param = { 0 };
	struct ipi_target *t = arg;
	cpu_set_t *set = CPU_ALLOC(t->cpu + 1);
	size_t size = CPU_ALLOC_SIZE(t->cpu + 1);
	int ret = set ? 0 : -ENOMEM;

	if (set) {
		CPU_ZERO_S(size, set);
		CPU_SET_S(t->cpu, size, set);
		if (sched_setaffinity(0, size, set) || sched_setscheduler(0, SCHED_IDLE, &param))
			ret = -errno;
		CPU_FREE(set);
	}
	atomic_store(&t->state, ret ? ret : 1);
	while (atomic_load_explicit(&t->state, memory_order_relaxed) == 1)
		__builtin_ia32_pause();
	return NULL;
}

static int ipi_start_target(struct ipi_target *t)
{
	const struct timespec step = { 0, STEP_NS };
	sigset_t set, old;
	int ret;

	sigfillset(&set);
	sigdelset(&set, SIGRTMIN);
	pthread_sigmask(SIG_SETMASK, &set, &old);
	ret = pthread_create(&t->thread, NULL, ipi_target_main, t);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (ret)
		return wl_error(-ret, "cannot start a thread for CPU %u: %s", t->cpu,
				strerror(ret));
	while (!atomic_load(&t->state))
		clock_nanosleep(CLOCK_MONOTONIC, 0, &step, NULL);
	ret = atomic_load(&t->state);
	if (ret == 1)
		return 0;
	pthread_join(t->thread, NULL);
	return wl_error(ret, "cannot run on CPU %u, the target: %s", t->cpu, strerror(-ret));
}

/* with shared->lock held */
static int ipi_find_target(struct ipi_shared *shared, unsigned int cpu, struct ipi_target **found)
{
	struct ipi_target *t = shared->targets;
	int ret;

	while (t && t->cpu != cpu)
		t = t->next;
	if (!t) {
		t = calloc(1, sizeof(*t));
		if (!t)
			return wl_error(-ENOMEM, "out of memory");
		t->cpu = cpu;
		ret = ipi_start_target(t);
		if (ret) {
			free(t);
			return ret;
		}
		t->next = shared->targets;
		shared->targets = t;
	}
	t->nr_users++;
	*found = t;
	return 0;
}

static int ipi_open_counter(struct ipi_worker *own, unsigned int cpu)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_SW_DUMMY };

	own->fd = (int)syscall(SYS_perf_event_open, &attr, -1, (int)cpu, -1, PERF_FLAG_FD_CLOEXEC);
	if (own->fd >= 0)
		return 0;
	if (errno == EACCES || errno == EPERM)
		return wl_error(-errno, "kind=call takes root, CAP_PERFMON, or sysctl "
					"kernel.perf_event_paranoid at most 0");
	return wl_error(-errno, "cannot open a counter on CPU %u: %s", cpu, strerror(errno));
}

static int ipi_prepare(struct wl_setup *setup)
{
	struct sigaction sa = { .sa_sigaction = ipi_answer, .sa_flags = SA_SIGINFO | SA_RESTART };
	struct ipi_shared *shared = calloc(1, sizeof(*shared));

	if (!shared)
		return wl_error(-ENOMEM, "out of memory");
	setup->shared = shared;
	pthread_mutex_init(&shared->lock, NULL);
	shared->handled = !sigaction(SIGRTMIN, &sa, &shared->old);
	return 0;
}

static void ipi_release(struct wl_setup *setup)
{
	struct ipi_shared *shared = setup->shared;

	if (!shared)
		return;
	if (shared->handled)
		sigaction(SIGRTMIN, &shared->old, NULL);
	pthread_mutex_destroy(&shared->lock);
	free(shared);
	setup->shared = NULL;
}

static int ipi_attach(struct wl_worker *worker)
{
	struct ipi_shared *shared = worker->setup->shared;
	struct ipi_worker *own = calloc(1, sizeof(*own));
	int ret;

	if (!own)
		return wl_error(-ENOMEM, "out of memory");
	own->fd = -1;
	worker->own = own;
	if (worker->setup->values[KEY_KIND].number == KIND_CALL)
		return ipi_open_counter(own, worker->target);
	pthread_mutex_lock(&shared->lock);
	ret = ipi_find_target(shared, worker->target, &own->target);
	pthread_mutex_unlock(&shared->lock);
	return ret;
}

static void ipi_detach(struct wl_worker *worker)
{
	struct ipi_shared *shared = worker->setup->shared;
	struct ipi_worker *own = worker->own;
	struct ipi_target **at;

	if (own && own->target) {
		pthread_mutex_lock(&shared->lock);
		for (at = &shared->targets; *at != own->target; at = &(*at)->next)
			;
		if (!--own->target->nr_users) {
			*at = own->target->next;
			atomic_store(&own->target->state, 2);
			pthread_join(own->target->thread, NULL);
			free(own->target);
		}
		pthread_mutex_unlock(&shared->lock);
	}
	if (own && own->fd >= 0)
		close(own->fd);
	/* a kick that was never answered may still be: then into this */
	if (!own || !own->in_flight)
		free(own);
	worker->own = NULL;
}

static int ipi_fire(struct wl_worker *worker, unsigned int n)
{
	struct ipi_worker *own = worker->own;
	uint64_t value;
	int ret;

	(void)n;
	if (own->in_flight)
		return 0;
	wl_begin(worker, 0);
	if (own->fd >= 0) {
		if (read(own->fd, &value, sizeof(value)) != (ssize_t)sizeof(value))
			return wl_error(-EIO, "cannot read the counter of CPU %u: is it offline?",
					worker->target);
		wl_done(worker, 0, wl_now_ns());
		return 1;
	}
	atomic_store_explicit(&own->answered, 0, memory_order_relaxed);
	own->in_flight = true;
	ret = pthread_sigqueue(own->target->thread, SIGRTMIN, (union sigval){ .sival_ptr = own });
	return ret ? wl_error(-ret, "cannot kick CPU %u: %s", worker->target, strerror(ret)) : 1;
}

static int ipi_reap(struct wl_worker *worker, uint64_t until_ns)
{
	struct timespec until = { (time_t)(until_ns / 1000000000u),
				  (long)(until_ns % 1000000000u) };
	const struct timespec step = { 0, STEP_NS };
	struct ipi_worker *own = worker->own;
	uint64_t begun_ns = wl_now_ns(), now_ns = begun_ns;
	int interrupted = 0;

	if (!own->in_flight) {
		if (until_ns)
			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
		return 0;
	}
	while (!atomic_load_explicit(&own->answered, memory_order_acquire)) {
		if (now_ns >= until_ns || interrupted)
			return 0;
		if (now_ns - begun_ns < SPIN_NS)
			__builtin_ia32_pause();
		else /* the target's thread may wait for this very CPU to sleep */
			interrupted = clock_nanosleep(CLOCK_MONOTONIC, 0, &step, NULL);
		now_ns = wl_now_ns();
	}
	own->in_flight = false;
	wl_done(worker, 0, now_ns);
	return 0;
}

static enum wl_counter ipi_counter(const struct wl_value *values)
{
	return values[KEY_KIND].number == KIND_CALL ? WL_COUNTER_CAL : WL_COUNTER_RES;
}

const struct workload wl_ipi = {
	.name = "ipi",
	.summary = "interrupts from one vCPU to another: function calls (CAL) or reschedules (RES)",
	.aims = true,
	.keys = ipi_keys,
	.choices = ipi_kinds,
	.counter = ipi_counter,
	.prepare = ipi_prepare,
	.attach = ipi_attach,
	.fire = ipi_fire,
	.reap = ipi_reap,
	.detach = ipi_detach,
	.release = ipi_release,
};
