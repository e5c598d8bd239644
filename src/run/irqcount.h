/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irqcount.h - interrupts since a beginning, of the storm's vectors and of the local APIC's own,
 * per CPU
 *
 * Each line of /proc/interrupts is followed by itself, so that a 32-bit count may wrap. A line or a
 * CPU that vanishes, a count that goes back and a file that cannot be read make a sum DELTA_UNKNOWN
 * and no error. Each each is looked up once a reading: 200 vectors on 200 CPUs are read in the time the
 * kernel takes to print them.
 */
#ifndef IRQSTORM_IRQCOUNT_H
#define IRQSTORM_IRQCOUNT_H

#include "guest/procirq.h"
#include "plan/plan.h"

/* LOC, RES, CAL */
enum irq_extra {
	EXTRA_TIMER,
	EXTRA_RESCHEDULE,
	EXTRA_CALL,
	NR_EXTRAS
}; /* in the order of WL_COUNTER_LOC … */

struct irqcount_line {
	char label[PROCIRQ_LABEL_MAX];
	bool listed; /* it has been seen in this window */
};

struct irqcount {
	const char *root;
	struct procirq procirq;
	struct procirq begin; /* the reading at the beginning */
	struct irqcount_line
		*lines; /* the workloads' vectors, workload by workload, then the extras */
	size_t nr_lines;
	size_t *first_line; /* of a workload; [nr_workloads] is the first extra's */
	size_t nr_workloads;
	uint64_t *raw;	/* at the last reading: by line, then by Linux CPU */
	uint64_t *sum;	/* since the beginning: likewise */
	size_t nr_cpus; /* highest possible Linux CPU + 1 */
	char why[256];	/* the first thing that made a sum unknown, as a sentence; "": none is */
};

int irqcount_init(struct irqcount *c, const struct plan *plan, const struct guest *guest);
void irqcount_fini(struct irqcount *c);

int irqcount_begin(struct irqcount *c); /* now is the beginning: all sums are 0 */
int irqcount_read(struct irqcount *c);	/* brings the sums up to now */
void irqcount_end(struct irqcount *c);	/* after the last reading: compares the names */

uint64_t irqcount_workload(const struct irqcount *c, size_t workload, unsigned int cpu);
uint64_t irqcount_extra(const struct irqcount *c, enum irq_extra extra, unsigned int cpu);
/* the CPU that took most of a vector's interrupts; -1: there were none */
int irqcount_taken_on(const struct irqcount *c, unsigned int irq);
/* of a worker: its workload's vectors on its CPU, or the line of its counter on its target */
uint64_t irqcount_worker(const struct irqcount *c, const struct plan_worker *w);
uint64_t irqcount_storm_everywhere(const struct irqcount *c); /* all workloads, all CPUs */

#endif
