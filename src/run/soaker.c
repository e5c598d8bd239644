// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * soaker.c - burns what is left of a vCPU, and counts how much that was. Knows no worker, no plan
 * and no clock.
 */
#include "run/soaker.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"

#define LOOPS 64 /* between two looks at stop: far less than an interrupt takes */

struct soaker {
	_Alignas(64) _Atomic uint64_t
		loops; /* only its thread writes: no other's line is to slow it */
	_Atomic bool stop;
	unsigned int cpu;
	pthread_t thread;
};

static void *soak(void *arg)
{
	struct soaker *s = arg;
	uint64_t loops = 0;

	while (!atomic_load_explicit(&s->stop, memory_order_relaxed)) {
		for (int i = 0; i < LOOPS; i++)
			__asm__ volatile("" ::: "memory"); /* the compiler is not to count for us */
		loops += LOOPS;
		atomic_store_explicit(&s->loops, loops, memory_order_relaxed);
	}
	return NULL;
}

static void stop(struct soaker *s)
{
	atomic_store(&s->stop, true);
	pthread_join(s->thread, NULL);
}

static int start(struct soaker *s, unsigned int cpu)
{
	const struct sched_param param = { 0 };
	size_t size = CPU_ALLOC_SIZE(cpu + 1);
	cpu_set_t *set = CPU_ALLOC(cpu + 1);
	sigset_t all, old;
	pthread_attr_t attr;
	int err;

	if (!set)
		return err_nomem();
	CPU_ZERO_S(size, set);
	CPU_SET_S(cpu, size, set);
	s->cpu = cpu;
	pthread_attr_init(&attr);
	err = pthread_attr_setaffinity_np(&attr, size, set);
	sigfillset(&all); /* Ctrl-C is the main thread's */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (!err)
		err = pthread_create(&s->thread, &attr, soak, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	CPU_FREE(set);
	if (!err) {
		err = pthread_setschedparam(s->thread, SCHED_IDLE, &param);
		if (err) /* of normal priority it would starve the workers */
			stop(s);
	}
	return err ? err_failed(-err, "--soak: cannot start a thread for CPU %u: %s", cpu,
				strerror(err))
		   : 0;
}

int soakers_start(struct soakers *s, hwloc_const_bitmap_t cpus)
{
	int cpu, ret = 0;

	s->all = aligned_alloc(64, (size_t)hwloc_bitmap_weight(cpus) * sizeof(*s->all));
	if (!s->all)
		return err_nomem();
	hwloc_bitmap_foreach_begin(cpu, cpus)
	{
		memset(&s->all[s->nr], 0, sizeof(*s->all));
		if (!ret)
			ret = start(&s->all[s->nr], (unsigned int)cpu);
		s->nr += !ret;
	}
	hwloc_bitmap_foreach_end();
	return ret;
}

void soakers_stop(struct soakers *s)
{
	for (size_t i = 0; i < s->nr; i++)
		stop(&s->all[i]);
	free(s->all);
	memset(s, 0, sizeof(*s));
}

uint64_t soakers_loops(const struct soakers *s, unsigned int cpu)
{
	for (size_t i = 0; i < s->nr; i++)
		if (s->all[i].cpu == cpu)
			return atomic_load_explicit(&s->all[i].loops, memory_order_relaxed);
	return 0;
}
