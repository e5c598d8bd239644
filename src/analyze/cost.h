/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cost.h - what an interrupt costs, and whether this host is quiet enough to say
 */
#ifndef IRQSTORM_COST_H
#define IRQSTORM_COST_H

#include "analyze/experiment.h"

/* fills e->costs from e->cells: of those that had interrupts and soakers */
int cost_find(struct experiment *e);

#endif
