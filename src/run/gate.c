// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gate.c - a barrier with a patient main side. Knows no worker but their number.
 */
#include "run/gate.h"

#include <time.h>

#define KICK_NS 10000000L

void gate_init(struct gate *g, unsigned int nr_workers)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->arrived, &attr);
	pthread_cond_init(&g->opened, &attr);
	pthread_condattr_destroy(&attr);
	g->nr_workers = nr_workers;
	g->nr_arrived = g->turn = 0;
}

void gate_fini(struct gate *g)
{
	pthread_cond_destroy(&g->opened);
	pthread_cond_destroy(&g->arrived);
	pthread_mutex_destroy(&g->lock);
}

void gate_expect(struct gate *g, unsigned int nr_workers)
{
	pthread_mutex_lock(&g->lock);
	g->nr_workers = nr_workers;
	pthread_mutex_unlock(&g->lock);
}

void gate_wait(struct gate *g)
{
	unsigned int turn;

	pthread_mutex_lock(&g->lock);
	turn = g->turn;
	if (++g->nr_arrived == g->nr_workers)
		pthread_cond_signal(&g->arrived);
	while (g->turn == turn)
		pthread_cond_wait(&g->opened, &g->lock);
	pthread_mutex_unlock(&g->lock);
}

void gate_gather(struct gate *g, void (*kick)(void *ctx), void *ctx)
{
	pthread_mutex_lock(&g->lock);
	while (g->nr_arrived < g->nr_workers) {
		struct timespec until;

		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += KICK_NS;
		if (until.tv_nsec >= 1000000000L) {
			until.tv_nsec -= 1000000000L;
			until.tv_sec++;
		}
		if (!kick) {
			pthread_cond_wait(&g->arrived, &g->lock);
			continue;
		}
		if (!pthread_cond_timedwait(&g->arrived, &g->lock, &until))
			continue;
		pthread_mutex_unlock(&g->lock);
		kick(ctx);
		pthread_mutex_lock(&g->lock);
	}
	pthread_mutex_unlock(&g->lock);
}

void gate_open(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->nr_arrived = 0;
	g->turn++;
	pthread_cond_broadcast(&g->opened);
	pthread_mutex_unlock(&g->lock);
}
