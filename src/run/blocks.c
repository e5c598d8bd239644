// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * blocks.c - goes through the blocks: sets the mode, has each measured, and folds it into the
 * record. Knows neither workers nor programs, and judges nothing but whether a rate of a search was
 * held.
 */
#include "run/blocks.h"

#include <stdlib.h>
#include "base/err.h"
#include "base/units.h"
#include "plan/schedule.h"
#include "run/bisect.h"
#include "run/counting.h"
#include "workload.h"

static int one_block(struct blocks *b, const struct block_ask *ask, bool *over)
{
	const uint64_t begin_ns = wl_now_ns();
	struct record_block meta = { .cell = ask->cell,
				     .repeat = ask->repeat,
				     .rate_mhz = ask->rate_mhz };
	int ret, folded = 0;

	record_clear(b->part);
	ret = b->measure(b->ctx, ask, over);
	if (!b->begun_ns)
		b->begun_ns = begin_ns;
	meta.t_ns = begin_ns - b->begun_ns;
	/* a single window is the result until then; a block that was cut short is none */
	if (b->part->elapsed_ns && (!b->plan->set.experiment || (!ret && !*over)))
		folded = record_fold(b->rec, b->part, &meta);
	b->nr_done++;
	return ret ? ret : folded;
}

/* the slowest worker's rate, and whether all of them did what was due */
static bool was_held(const struct record *part, uint64_t *slowest_mhz)
{
	bool held = true;

	*slowest_mhz = UINT64_MAX;
	for (size_t i = 0; i < part->nr_rows; i++) {
		const struct record_row *row = &part->rows[i];
		uint64_t mhz = (uint64_t)((double)row->events * 1e12 / (double)part->elapsed_ns);

		if (mhz < *slowest_mhz)
			*slowest_mhz = mhz;
		held &= (double)row->events >= RECORD_FIND_MAX_HELD * (double)row->events_due;
	}
	return held;
}

static int search(struct blocks *b, struct block_ask *ask, bool *over)
{
	struct bisect bisect = { 0 };
	int ret = 0;

	while (!ret && !*over && bisect_next(&bisect, &ask->rate_mhz)) {
		uint64_t slowest_mhz;
		bool held;

		ret = one_block(b, ask, over);
		if (ret || *over || !b->part->elapsed_ns)
			break;
		held = was_held(b->part, &slowest_mhz);
		bisect_tell(&bisect, ask->rate_mhz, held, slowest_mhz);
	}
	return ret;
}

static int one_repeat(struct blocks *b, unsigned int *order, bool *over)
{
	int ret = schedule_draw(b->plan, b->repeat, order);

	for (size_t i = 0; !ret && !*over && i < b->plan->nr_cells; i++) {
		const struct plan_cell *cell = &b->plan->cells[order[i]];
		struct block_ask ask = { order[i], b->repeat, cell->idle, cell->has_rate,
					 cell->rate_mhz };

		ret = counting_set_mode(b->eoi, cell->eoi);
		if (ret)
			break;
		ret = b->plan->set.find_max && !cell->idle ? search(b, &ask, over)
							   : one_block(b, &ask, over);
	}
	return ret;
}

static bool enough(struct blocks *b)
{
	const struct run_watch *watch = b->watch;

	if (!(b->plan->set.until > 0) || b->repeat + 1 < b->plan->set.repeat_min || !watch ||
	    !watch->enough)
		return false;
	return watch->enough(b->rec, watch->ctx);
}

int blocks_run(struct blocks *b)
{
	const unsigned int nr = b->plan->set.experiment ? b->plan->set.repeat_max : 1;
	unsigned int *order = calloc(b->plan->nr_cells, sizeof(*order));
	bool over = false;
	int ret = 0;

	if (!order)
		return err_nomem();
	for (b->repeat = 0; !ret && !over && b->repeat < nr; b->repeat++) {
		ret = one_repeat(b, order, &over);
		if (!ret && !over && enough(b))
			break;
	}
	free(order);
	return ret;
}
