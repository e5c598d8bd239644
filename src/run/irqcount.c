// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * irqcount.c - follows some lines of /proc/interrupts. Knows the plan's vectors; not who waits for
 * what.
 */
#include "run/irqcount.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "guest/delta.h"

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

static void forget_line(struct irqcount *c, size_t line)
{
	for (size_t cpu = 0; cpu < c->nr_cpus; cpu++)
		c->sum[line * c->nr_cpus + cpu] = DELTA_UNKNOWN;
}

/* the first reason is the one that is told */
__attribute__((format(printf, 2, 3))) static void tell(struct irqcount *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!c->why[0])
		vsnprintf(c->why, sizeof(c->why), fmt, ap);
	va_end(ap);
}

/* 0 also where there is no reading: then nothing is known of this window, and why says so */
static int read_counts(struct irqcount *c)
{
	const bool clean = !*err_sentence();
	int ret = procirq_read(&c->procirq, c->root);

	if (!ret || ret == -ENOMEM)
		return ret;
	tell(c, "interrupts are not counted: %s", clean ? err_sentence() : "cannot be read");
	if (clean)
		err_clear();
	for (size_t l = 0; l < c->nr_lines; l++)
		forget_line(c, l);
	return 0;
}

/* a vector that is not listed has not been requested yet; a line of the APIC's own is there or not
 */
static bool is_vector(const struct irqcount *c, size_t line)
{
	return line < c->first_line[c->nr_workloads];
}

static void follow(struct irqcount *c, size_t line, const struct procirq_row *row)
{
	const struct procirq *p = &c->procirq;

	if (!row) {
		if (c->lines[line].listed)
			tell(c, "%s %s vanished from /proc/interrupts: its interrupts are unknown",
			     is_vector(c, line) ? "IRQ" : "line", c->lines[line].label);
		if (c->lines[line].listed || !is_vector(c, line))
			forget_line(c, line);
		return;
	}
	c->lines[line].listed = true;
	for (size_t i = 0; i < p->nr_cpus; i++) {
		uint64_t now = procirq_row_count(p, row, p->cpus[i]), came;
		size_t at = line * c->nr_cpus + p->cpus[i];

		if (p->cpus[i] >= c->nr_cpus)
			continue;
		/* what it had counted before it went offline comes back with it */
		if (c->begin.nr_cpus && !procirq_has_cpu(&c->begin, p->cpus[i])) {
			tell(c, "CPU %u came online in mid-run: what it counted is unknown",
			     p->cpus[i]);
			c->sum[at] = DELTA_UNKNOWN;
			continue;
		}
		came = delta_u32(c->raw[at], now);
		if (came == DELTA_UNKNOWN)
			tell(c, "the count of %s on CPU %u went back: its interrupts are unknown",
			     c->lines[line].label, p->cpus[i]);
		c->sum[at] = delta_sum(c->sum[at], came);
		c->raw[at] = now;
	}
}

/* a CPU that went offline takes its column with it */
static void miss_columns(struct irqcount *c)
{
	for (size_t i = 0; i < c->begin.nr_cpus; i++) {
		unsigned int cpu = c->begin.cpus[i];

		if (cpu >= c->nr_cpus || procirq_has_cpu(&c->procirq, cpu))
			continue;
		tell(c, "CPU %u went offline in mid-run: what it counted is unknown", cpu);
		for (size_t l = 0; l < c->nr_lines; l++)
			c->sum[l * c->nr_cpus + cpu] = DELTA_UNKNOWN;
	}
}

int irqcount_read(struct irqcount *c)
{
	int ret = read_counts(c);

	if (ret || !c->procirq.nr_cpus)
		return ret;
	for (size_t l = 0; l < c->nr_lines; l++)
		follow(c, l, procirq_find(&c->procirq, c->lines[l].label));
	miss_columns(c);
	return 0;
}

int irqcount_begin(struct irqcount *c)
{
	struct procirq reading;
	int ret;

	for (size_t l = 0; l < c->nr_lines; l++)
		c->lines[l].listed = false;
	c->why[0] = '\0';
	c->begin.nr_cpus = 0; /* it is of the window before */
	ret = read_counts(c);
	if (ret || !c->procirq.nr_cpus)
		return ret;
	memset(c->raw, 0, c->nr_lines * c->nr_cpus * sizeof(*c->raw));
	for (size_t l = 0; l < c->nr_lines; l++)
		follow(c, l, procirq_find(&c->procirq, c->lines[l].label));
	memset(c->sum, 0, c->nr_lines * c->nr_cpus * sizeof(*c->sum));
	for (size_t l = 0; l < c->nr_lines; l++)
		if (!c->lines[l].listed && !is_vector(c, l))
			forget_line(c, l);
	reading = c->procirq;
	c->procirq = c->begin; /* read into again */
	c->begin = reading;
	return 0;
}

/* one number, another device: a name that changed in the window */
void irqcount_end(struct irqcount *c)
{
	for (size_t l = 0; l < c->nr_lines && c->procirq.nr_cpus; l++) {
		const struct procirq_row *was = procirq_find(&c->begin, c->lines[l].label);
		const struct procirq_row *is = procirq_find(&c->procirq, c->lines[l].label);

		if (!was || !is ||
		    !strcmp(procirq_text(&c->begin, was), procirq_text(&c->procirq, is)))
			continue;
		tell(c, "IRQ %s was '%.60s' and is '%.60s' now: its interrupts are unknown",
		     c->lines[l].label, procirq_text(&c->begin, was),
		     procirq_text(&c->procirq, is));
		forget_line(c, l);
	}
}

static uint64_t sum_lines(const struct irqcount *c, size_t from, size_t to, unsigned int cpu)
{
	uint64_t sum = 0;

	for (size_t l = from; l < to && cpu < c->nr_cpus; l++)
		sum = delta_sum(sum, c->sum[l * c->nr_cpus + cpu]);
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
		sum = delta_sum(sum, c->sum[i]);
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
			if (c->sum[l * c->nr_cpus + cpu] != DELTA_UNKNOWN &&
			    c->sum[l * c->nr_cpus + cpu] > most) {
				most = c->sum[l * c->nr_cpus + cpu];
				taken_on = (int)cpu;
			}
	return taken_on;
}
