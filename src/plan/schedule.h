/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * schedule.h - which blocks an experiment has, and in which order
 */
#ifndef IRQSTORM_SCHEDULE_H
#define IRQSTORM_SCHEDULE_H

#include "plan/plan.h"

/* the cells: arms times rates, and an idle one with --soak. 0, or -errno with a sentence */
int schedule_build(struct plan *plan, const struct request *req, const struct guest *guest);

/*
 * The order in which the cells have their blocks in this repeat: nr_cells indices. It is of the
 * seed and the repeat alone, so that any repeat can be drawn without those before it. 0 or -ENOMEM
 * with a sentence.
 */
int schedule_draw(const struct plan *plan, unsigned int repeat, unsigned int *order);

/* blocks at the most; of a search that is an estimate */
uint64_t schedule_nr_blocks(const struct plan *plan);

#endif
