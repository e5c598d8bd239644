/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run.h - a plan becomes a record
 */
#ifndef IRQSTORM_RUN_H
#define IRQSTORM_RUN_H

#include "guest/guest.h"
#include "plan/plan.h"
#include "record/record.h"

struct run_progress {
	bool warmup;
	uint64_t elapsed_ns, total_ns; /* of warm-up and run, or of all blocks, together */
	uint64_t block, nr_blocks;     /* of an experiment: the block, from 1; else 0 */
	uint64_t events;	       /* of the phase so far */
	uint64_t phase_ns;	       /* the phase so far */
	bool has_eoi;
	uint64_t fast, msr; /* of the phase so far */
};

struct run_watch { /* who wants to be told while it runs; at most every 100 ms */
	void (*progress)(const struct run_progress *p, void *ctx); /* NULL: nobody */
	bool (*enough)(const struct record *rec,
		       void *ctx); /* --until: after a repeat, is the interval narrow enough? */
	void *ctx;
};

/*
 * SIGINT and SIGTERM end the run, and the record is then of the time until then. 0, or -errno with
 * a sentence: then rec, which plan_describe made, holds what there was to that point
 * (rec->elapsed_ns 0: nothing). What was changed is put back in either case.
 */
int run_plan(const struct plan *plan, const struct guest *guest, const struct run_watch *watch,
	     struct record *rec);

#endif
