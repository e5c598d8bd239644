// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * irqcount.c - follows some lines of /proc/interrupts. Knows the plan's vectors; not who waits for
 * what.
 */
#include "run/irqcount.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"

static const char *const extra_labels[NR_EXTRAS] = { "LOC", "RES", "CAL" };

int irqcount_init(struct irqcount *c, const struct plan *plan, const struct guest *guest)
{
	int last = hwloc_bitmap_last(guest->machine.possible);

	memset(c, 0, sizeof(*c));
	c->root = guest->root;
	c->nr_workloads = plan->nr_workloads;
	c->nr_cpus = (size_t)(last + 1);
	c->nr_lines = NR_EXTRAS;
	for (size_t w = 0; w < plan->nr_workloads; w++)
		c->nr_lines += plan->workloads[w].nr_irqs;
	c->lines = calloc(c->nr_lines, sizeof(*c->lines));
	c->first_line = calloc(c->nr_workloads + 1, sizeof(*c->first_line));
	c->raw = calloc(c->nr_lines * c->nr_cpus, sizeof(*c->raw));
	c->sum = calloc(c->nr_lines * c->nr_cpus, sizeof(*c->sum));
	if (!c->lines || !c->first_line || !c->raw || !c->sum)
		return err_nomem();
	c->nr_lines = 0;
	for (size_t w = 0; w < plan->nr_workloads; w++) {
		c->first_line[w] = c->nr_lines;
		for (size_t i = 0; i < plan->workloads[w].nr_irqs; i++)
			snprintf(c->lines[c->nr_lines++].label, PROCIRQ_LABEL_MAX, "%u",
				 plan->workloads[w].irqs[i]);
	}
	c->first_line[c->nr_workloads] = c->nr_lines;
	for (size_t i = 0; i < NR_EXTRAS; i++)
		snprintf(c->lines[c->nr_lines++].label, PROCIRQ_LABEL_MAX, "%s", extra_labels[i]);
	return 0;
}

void irqcount_fini(struct irqcount *c)
{
	procirq_fini(&c->procirq);
	procirq_fini(&c->begin);
	free(c->lines);
	free(c->first_line);
	free(c->raw);
	free(c->sum);
	memset(c, 0, sizeof(*c));
}

int irqcount_read(struct irqcount *c)
{
	const struct procirq *p = &c->procirq;
	int ret = procirq_read(&c->procirq, c->root);

	if (ret)
		return ret;
	for (size_t l = 0; l < c->nr_lines; l++) {
		const struct procirq_row *row = procirq_find(p, c->lines[l].label);

		for (size_t i = 0; row && i < p->nr_cpus; i++) {
			size_t at = l * c->nr_cpus + p->cpus[i];
			uint64_t now;

			if (p->cpus[i] >= c->nr_cpus)
				continue;
			now = procirq_row_count(p, row, p->cpus[i]);
			c->sum[at] += procirq_delta(c->raw[at], now);
			c->raw[at] = now;
		}
	}
	return 0;
}

int irqcount_begin(struct irqcount *c)
{
	int ret = irqcount_read(c);
	struct procirq reading = c->procirq;

	c->procirq = c->begin; /* of the phase before: read into again */
	c->begin = reading;
	memset(c->sum, 0, c->nr_lines * c->nr_cpus * sizeof(*c->sum));
	return ret;
}

static uint64_t sum_lines(const struct irqcount *c, size_t from, size_t to, unsigned int cpu)
{
	uint64_t sum = 0;

	for (size_t l = from; l < to && cpu < c->nr_cpus; l++)
		sum += c->sum[l * c->nr_cpus + cpu];
	return sum;
}

uint64_t irqcount_workload(const struct irqcount *c, size_t workload, unsigned int cpu)
{
	return sum_lines(c, c->first_line[workload], c->first_line[workload + 1], cpu);
}

uint64_t irqcount_extra(const struct irqcount *c, enum irq_extra extra, unsigned int cpu)
{
	size_t line = c->first_line[c->nr_workloads] + extra;

	return sum_lines(c, line, line + 1, cpu);
}

uint64_t irqcount_worker(const struct irqcount *c, const struct plan_worker *w)
{
	if (w->counter == WL_COUNTER_VECTORS)
		return irqcount_workload(c, w->workload, w->cpu);
	return irqcount_extra(c, (enum irq_extra)(w->counter - WL_COUNTER_LOC),
			      (unsigned int)w->irq_cpu);
}

uint64_t irqcount_storm_everywhere(const struct irqcount *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < c->first_line[c->nr_workloads] * c->nr_cpus; i++)
		sum += c->sum[i];
	return sum;
}

int irqcount_taken_on(const struct irqcount *c, unsigned int irq)
{
	char label[PROCIRQ_LABEL_MAX];
	uint64_t most = 0;
	int taken_on = -1;

	snprintf(label, sizeof(label), "%u", irq);
	for (size_t l = 0; l < c->first_line[c->nr_workloads]; l++)
		for (size_t cpu = 0; !strcmp(c->lines[l].label, label) && cpu < c->nr_cpus; cpu++)
			if (c->sum[l * c->nr_cpus + cpu] > most) {
				most = c->sum[l * c->nr_cpus + cpu];
				taken_on = (int)cpu;
			}
	return taken_on;
}
