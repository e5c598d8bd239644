/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * placement.h - which device a workload gets, and where its workers' interrupts will be taken
 */
#ifndef IRQSTORM_PLACEMENT_H
#define IRQSTORM_PLACEMENT_H

#include "plan/plan.h"

/* finds the device of a workload that needs one: path, device, irqs. 0 or -errno with a sentence */
int placement_find_device(struct plan *plan, struct plan_workload *pw, const struct request *req,
			  const struct guest *guest);

/* fills queue, irq and placement of a worker whose cpu and workload are set */
void placement_of_worker(struct plan_worker *worker, const struct plan_workload *pw);

/* says in notes what the placement of the workers of one workload costs */
int placement_notes(struct plan *plan, unsigned int workload);

#endif
