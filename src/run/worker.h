/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * worker.h - one thread, pinned to one vCPU, that makes the events of one workload
 */
#ifndef IRQSTORM_WORKER_H
#define IRQSTORM_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include "base/err.h"
#include "plan/plan.h"
#include "record/hist.h"
#include "run/gate.h"
#include "run/pacer.h"
#include "workload.h"

struct phase {			   /* main writes it while the workers wait at the gate */
	uint64_t start_ns, end_ns; /* CLOCK_MONOTONIC */
	unsigned int number;	   /* 0 the first; random arrivals are of seed, worker and this */
	bool has_rate;		   /* instead of the workloads' own */
	uint64_t rate_mhz;	   /* UNITS_RATE_MAX */
	bool idle;		   /* stand still for as long */
	bool over;		   /* no phase follows: detach */
	_Atomic bool stop;	   /* end it now */
};

struct worker {
	struct wl_worker wl; /* first: a workload's worker is ours */
	const struct workload *workload;
	struct phase *phase;
	struct gate *gate;
	pthread_t thread;
	bool spin;
	struct pacer pacer;	     /* not used where rate_mhz is UNITS_RATE_MAX */
	uint64_t own_rate_mhz;	     /* the workload's */
	uint64_t rate_mhz, drain_ns; /* rate_mhz: of this phase */
	unsigned int stagger,
		nr_staggered; /* its first due time is that part of a period after the others' */

	unsigned int batch; /* so many events in one submission at the most, in this phase */
	unsigned int batch_paced, batch_max;
	uint64_t *taken_ns; /* due times that no event has begun for yet: from first_taken to
			       nr_taken */
	unsigned int first_taken, nr_taken;

	uint64_t *due_ns;		 /* by tag */
	uint64_t nr_begun;		 /* in this phase */
	_Atomic uint64_t nr_done;	 /* in this phase; the sampler reads it, and: */
	_Atomic uint64_t latency_sum_ns; /* of those */
	uint64_t nr_given_up;		 /* in this phase, by the workload: wl_lost() */
	uint64_t nr_lost, nr_due;
	uint64_t nr_late;      /* begun when the next due time, by the rate, was already there */
	uint64_t nr_coalesced; /* begun in one submission with an earlier one */
	struct hist *latency, *delay; /* of this phase */

	_Atomic int error; /* -errno; then no phase is run any more */
	char sentence[ERR_SENTENCE];
	enum err_exit error_class;
};

/* index: among its workload's workers; stagger: which part (of nr) of a period its first event is
 * due after the others' */
int worker_init(struct worker *w, const struct plan *plan, const struct plan_worker *pw,
		struct wl_setup *setup, unsigned int index, unsigned int stagger, unsigned int nr);
void worker_fini(struct worker *w);
int worker_start(struct worker *w); /* 0 or -errno with a sentence */
/* main, before the gate opens: a worker that wakes late must not show its last phase's counts */
void worker_reset(struct worker *w);
void worker_kick(struct worker *w); /* out of a sleep in the kernel */
void worker_ignore_kicks(
	void); /* once, before the first worker_start: installs the empty handler */

#endif
