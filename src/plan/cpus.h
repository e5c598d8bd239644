/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpus.h - which vCPUs: those of the run, and those of one workload
 */
#ifndef IRQSTORM_PLAN_CPUS_H
#define IRQSTORM_PLAN_CPUS_H

#include "plan/plan.h"

/* --cpus, or all that are usable, into plan->cpus. 0 or -errno with a sentence */
int cpus_of_run(struct plan *plan, const struct request *req, const struct machine *m);

/* a workload's own cpus=, or those of the run, into pw->cpus */
int cpus_of_workload(struct plan_workload *pw, const struct plan *plan, const struct machine *m);

/* where a workload aims: the key "to", which then has no worker itself, and else the next of its
 * CPUs after each */
int cpus_aim(struct plan_workload *pw, struct plan *plan, const struct machine *m);
unsigned int cpus_target(const struct plan_workload *pw, unsigned int cpu, const struct machine *m);

#endif
