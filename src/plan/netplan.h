/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netplan.h - for workloads on a NIC: which one, who answers, and which vectors are to go to which
 * CPU
 */
#ifndef IRQSTORM_NETPLAN_H
#define IRQSTORM_NETPLAN_H

#include "plan/plan.h"

/* NIC and peer of a workload, and its rate where the peer wants a gentle one; 0 or -errno with a
 * sentence */
int netplan_find(struct plan *plan, struct plan_workload *pw, const struct request *req,
		 const struct guest *guest);

/* sends the vectors of the workload's queues to the CPUs of its workers, where that can be; 0 or
 * -errno with a sentence */
int netplan_steer(struct plan *plan, unsigned int workload, const struct request *req,
		  const struct guest *guest);

#endif
