// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sim.c - the linker's --wrap sends the clock, the sleeps and the threads here: see sim.h
 */
#include "sim.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MAX_THREADS 64
#define NS_PER_S UINT64_C(1000000000)
#define NEVER UINT64_MAX

/* what the linker makes of the names: __wrap_ is ours, __real_ the library's */
#define WRAPPED(function) extern __typeof__(function) __real_##function, __wrap_##function
WRAPPED(clock_gettime);
WRAPPED(clock_nanosleep);
WRAPPED(pthread_create);
WRAPPED(pthread_join);
WRAPPED(pthread_kill);
WRAPPED(pthread_cond_wait);
WRAPPED(pthread_cond_timedwait);
WRAPPED(pthread_cond_signal);
WRAPPED(pthread_cond_broadcast);

enum state { READY, SLEEPS, LATE, WAITS, JOINS, GONE }; /* LATE: woken, but not yet on a CPU */

struct thread {
	pthread_t id;
	pthread_cond_t turn;
	enum state state;
	uint64_t order;		    /* of READY: which came first */
	uint64_t wake_ns;	    /* of SLEEPS, LATE and WAITS; NEVER */
	const pthread_cond_t *cond; /* of WAITS */
	unsigned int joined;	    /* of JOINS */
	int result;		    /* of the call that blocks */
	uint64_t delay_ns;
	void *(*fn)(void *arg);
	void *arg, *value;
};

static pthread_mutex_t big = PTHREAD_MUTEX_INITIALIZER;
static struct thread threads[MAX_THREADS];
static unsigned int nr_threads, current;
static uint64_t now_ns, order, reading_ns;
static bool on;

static void make_ready(struct thread *t, int result)
{
	t->state = READY;
	t->order = ++order;
	t->result = result;
	t->wake_ns = NEVER;
}

/* woken by another thread: maybe not at once */
static void wake(struct thread *t, int result)
{
	make_ready(t, result);
	if (!t->delay_ns)
		return;
	t->state = LATE;
	t->wake_ns = now_ns + t->delay_ns;
	t->delay_ns = 0;
}

static bool has_time(const struct thread *t)
{
	return (t->state == SLEEPS || t->state == LATE || t->state == WAITS) && t->wake_ns != NEVER;
}

static void pass_on(void)
{
	struct thread *next = NULL, *first = NULL;

	for (unsigned int i = 0; i < nr_threads; i++) {
		struct thread *t = &threads[i];

		if (t->state == READY && (!next || t->order < next->order))
			next = t;
		if (has_time(t) && (!first || t->wake_ns < first->wake_ns))
			first = t;
	}
	if (!next && !first) {
		fprintf(stderr, "sim: every thread waits for another one\n");
		abort();
	}
	if (!next) {
		if (first->wake_ns > now_ns)
			now_ns = first->wake_ns;
		make_ready(first, first->state == WAITS ? ETIMEDOUT : first->result);
		next = first;
	}
	current = (unsigned int)(next - threads);
	__real_pthread_cond_signal(&next->turn);
}

/* big is held; the caller has put its state */
static int block(struct thread *me)
{
	pass_on();
	while (current != (unsigned int)(me - threads))
		__real_pthread_cond_wait(&me->turn, &big);
	return me->result;
}

/* those whose time has come get ahead of a thread that computes */
static void yield(void)
{
	struct thread *me = &threads[current];
	bool due = false;

	for (unsigned int i = 0; i < nr_threads; i++) {
		struct thread *t = &threads[i];

		if (!has_time(t) || t->wake_ns > now_ns)
			continue;
		make_ready(t, t->state == WAITS ? ETIMEDOUT : t->result);
		due = true;
	}
	if (!due)
		return;
	make_ready(me, 0);
	block(me);
}

static uint64_t ns_of(const struct timespec *ts)
{
	return (uint64_t)ts->tv_sec * NS_PER_S + (uint64_t)ts->tv_nsec;
}

void sim_begin(uint64_t at_ns)
{
	nr_threads = 1;
	current = 0;
	order = reading_ns = 0;
	now_ns = at_ns;
	threads[0] = (struct thread){ .id = pthread_self(), .wake_ns = NEVER };
	pthread_cond_init(&threads[0].turn, NULL);
	on = true;
}

void sim_end(void)
{
	for (unsigned int i = 0; i < nr_threads; i++)
		pthread_cond_destroy(&threads[i].turn);
	on = false;
}

uint64_t sim_now_ns(void)
{
	return now_ns;
}

void sim_spend(uint64_t ns)
{
	pthread_mutex_lock(&big);
	now_ns += ns;
	yield();
	pthread_mutex_unlock(&big);
}

void sim_delay_wake(unsigned int thread, uint64_t ns)
{
	threads[thread].delay_ns = ns;
}

void sim_cost_of_reading(uint64_t ns)
{
	reading_ns = ns;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *ts)
{
	if (!on)
		return __real_clock_gettime(clock, ts);
	if (reading_ns)
		sim_spend(reading_ns);
	*ts = (struct timespec){ (time_t)(now_ns / NS_PER_S), (long)(now_ns % NS_PER_S) };
	return 0;
}

int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *ts,
			   struct timespec *left)
{
	struct thread *me = &threads[current];
	int ret = 0;

	if (!on)
		return __real_clock_nanosleep(clock, flags, ts, left);
	pthread_mutex_lock(&big);
	me->wake_ns = flags & TIMER_ABSTIME ? ns_of(ts) : now_ns + ns_of(ts);
	me->result = 0;
	me->state = SLEEPS;
	if (me->wake_ns > now_ns)
		ret = block(me);
	me->state = READY;
	pthread_mutex_unlock(&big);
	return ret;
}

static void *trampoline(void *arg)
{
	struct thread *me = arg;

	pthread_mutex_lock(&big);
	while (current != (unsigned int)(me - threads))
		__real_pthread_cond_wait(&me->turn, &big);
	pthread_mutex_unlock(&big);
	me->value = me->fn(me->arg);
	pthread_mutex_lock(&big);
	me->state = GONE;
	for (unsigned int i = 0; i < nr_threads; i++)
		if (threads[i].state == JOINS && &threads[threads[i].joined] == me)
			make_ready(&threads[i], 0);
	pass_on();
	pthread_mutex_unlock(&big);
	return NULL;
}

int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *attr, void *(*fn)(void *), void *arg)
{
	struct thread *t = &threads[nr_threads];
	int err;

	if (!on)
		return __real_pthread_create(id, attr, fn, arg);
	if (nr_threads == MAX_THREADS)
		return EAGAIN;
	*t = (struct thread){ .fn = fn, .arg = arg };
	pthread_cond_init(&t->turn, NULL);
	pthread_mutex_lock(&big);
	err = __real_pthread_create(id, attr, trampoline, t);
	t->id = *id;
	if (!err) {
		nr_threads++;
		make_ready(t, 0);
	}
	pthread_mutex_unlock(&big);
	return err;
}

static struct thread *find(pthread_t id)
{
	for (unsigned int i = 0; i < nr_threads; i++)
		if (pthread_equal(threads[i].id, id))
			return &threads[i];
	abort();
}

int __wrap_pthread_join(pthread_t id, void **value)
{
	struct thread *me = &threads[current], *t;
	int err;

	if (!on)
		return __real_pthread_join(id, value);
	pthread_mutex_lock(&big);
	t = find(id);
	if (t->state != GONE) {
		me->state = JOINS;
		me->joined = (unsigned int)(t - threads);
		block(me);
	}
	pthread_mutex_unlock(&big);
	err = __real_pthread_join(id, NULL);
	if (value)
		*value = t->value;
	return err;
}

/* a signal ends a sleep, and does nothing else here */
int __wrap_pthread_kill(pthread_t id, int sig)
{
	struct thread *t;

	if (!on)
		return __real_pthread_kill(id, sig);
	pthread_mutex_lock(&big);
	t = find(id);
	if (t->state == SLEEPS)
		make_ready(t, EINTR);
	pthread_mutex_unlock(&big);
	return 0;
}

static int wait_for(pthread_cond_t *cond, pthread_mutex_t *lock, uint64_t until_ns)
{
	struct thread *me = &threads[current];
	int ret;

	pthread_mutex_lock(&big);
	pthread_mutex_unlock(lock);
	me->state = WAITS;
	me->cond = cond;
	me->wake_ns = until_ns;
	ret = block(me);
	pthread_mutex_unlock(&big);
	pthread_mutex_lock(lock);
	return ret;
}

int __wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock)
{
	return on ? wait_for(cond, lock, NEVER) : __real_pthread_cond_wait(cond, lock);
}

int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *lock,
				  const struct timespec *until)
{
	return on ? wait_for(cond, lock, ns_of(until))
		  : __real_pthread_cond_timedwait(cond, lock, until);
}

static int notify(const pthread_cond_t *cond, bool all)
{
	pthread_mutex_lock(&big);
	for (unsigned int i = 0; i < nr_threads; i++) {
		if (threads[i].state != WAITS || threads[i].cond != cond)
			continue;
		wake(&threads[i], 0);
		if (!all)
			break;
	}
	pthread_mutex_unlock(&big);
	return 0;
}

int __wrap_pthread_cond_signal(pthread_cond_t *cond)
{
	return on ? notify(cond, false) : __real_pthread_cond_signal(cond);
}

int __wrap_pthread_cond_broadcast(pthread_cond_t *cond)
{
	return on ? notify(cond, true) : __real_pthread_cond_broadcast(cond);
}
