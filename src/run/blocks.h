/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blocks.h - the blocks of a run, one after the other, in the order that the plan draws
 */
#ifndef IRQSTORM_BLOCKS_H
#define IRQSTORM_BLOCKS_H

#include "guest/eoidev.h"
#include "plan/plan.h"
#include "record/record.h"
#include "run/run.h"

struct block_ask {
	unsigned int cell, repeat;
	bool idle, has_rate;
	uint64_t rate_mhz; /* of each worker, where it has_rate; UNITS_RATE_MAX */
};

struct blocks {
	const struct plan *plan;
	const struct run_watch *watch;
	struct eoidev *eoi;
	struct record *rec, *part;
	/*
	 * Measures one window into the part, which is empty. 0, or -errno with a sentence; *over:
	 * the run is to end now, and with an experiment this window does not count.
	 */
	int (*measure)(void *ctx, const struct block_ask *ask, bool *over);
	void *ctx;
	unsigned int repeat; /* that is being run */
	uint64_t nr_done, begun_ns;
};

int blocks_run(struct blocks *b);

#endif
