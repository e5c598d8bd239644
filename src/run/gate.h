/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gate.h - where the workers wait for the main thread, and it for them
 *
 * A barrier whose main side can look about while it waits: it is woken every few milliseconds to
 * kick workers that sleep in the kernel.
 */
#ifndef IRQSTORM_GATE_H
#define IRQSTORM_GATE_H

#include <pthread.h>

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t arrived, opened;
	unsigned int nr_workers, nr_arrived, turn;
};

void gate_init(struct gate *g, unsigned int nr_workers);
void gate_fini(struct gate *g);

/* main, before gate_gather: fewer workers have been started than gate_init was told */
void gate_expect(struct gate *g, unsigned int nr_workers);
void gate_wait(struct gate *g); /* worker: arrive, and wait until it opens */
/* main: wait until all have arrived; kick(ctx) is called every 10 ms meanwhile, NULL: not */
void gate_gather(struct gate *g, void (*kick)(void *ctx), void *ctx);
void gate_open(struct gate *g); /* main, after gate_gather: let them go */

#endif
