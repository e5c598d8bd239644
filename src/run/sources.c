// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sources.c - differences of the module's blocks, with names, into the record. Judges nothing.
 */
#include "run/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "guest/eoiblock.h"

int sources_init(struct sources *s, const struct plan *plan, const struct eoidev *eoi,
		 const unsigned int *cpus, size_t nr_cpus)
{
	memset(s, 0, sizeof(*s));
	s->plan = plan;
	s->cpus = cpus;
	s->nr_cpus = nr_cpus;
	if (!eoi || !eoi->layout.block_size)
		return 0;
	s->eoi = eoi;
	s->begin = calloc(nr_cpus, eoi->layout.block_size);
	s->now = calloc(nr_cpus, eoi->layout.block_size);
	return s->begin && s->now ? 0 : err_nomem();
}

void sources_fini(struct sources *s)
{
	free(s->begin);
	free(s->now);
	memset(s, 0, sizeof(*s));
}

void *sources_block(const struct sources *s, size_t i, bool end)
{
	return s->eoi ? (end ? s->now : s->begin) + i * s->eoi->layout.block_size : NULL;
}

static void copy_live(const struct sources *s, bool end)
{
	for (size_t i = 0; s->eoi && !s->eoi->control && i < s->nr_cpus; i++)
		eoidev_live_block(s->eoi, s->cpus[i], sources_block(s, i, end));
}

void sources_begin(struct sources *s)
{
	copy_live(s, false);
}

static struct eoi_source minus(struct eoi_source a, struct eoi_source b)
{
	return (struct eoi_source){ a.fast - b.fast, a.msr - b.msr, a.level - b.level };
}

static int add(struct record *rec, unsigned int cpu, int irq, const char *name, bool storm,
	       struct eoi_source n)
{
	struct record_source source = { .cpu = cpu,
					.irq = irq,
					.storm = storm,
					.fast = n.fast,
					.msr = n.msr,
					.level = n.level };

	if (!(n.fast + n.msr))
		return 0;
	snprintf(source.name, sizeof(source.name), "%s", name);
	return record_add_source(rec, &source);
}

static bool is_storm(const struct plan *plan, unsigned int irq)
{
	for (size_t w = 0; w < plan->nr_workloads; w++)
		for (size_t i = 0; i < plan->workloads[w].nr_irqs; i++)
			if (plan->workloads[w].irqs[i] == irq)
				return true;
	return false;
}

/* the interrupts that have no number: those that a workload makes by itself */
static bool is_storm_vector(const struct plan *plan, const char *name, unsigned int cpu)
{
	if (!strcmp(name, "local_timer"))
		return plan_counts_on(plan, WL_COUNTER_LOC, cpu);
	if (!strcmp(name, "reschedule"))
		return plan_counts_on(plan, WL_COUNTER_RES, cpu);
	return !strncmp(name, "call_function", 13) && plan_counts_on(plan, WL_COUNTER_CAL, cpu);
}

/* "PCI-MSI 32769-edge virtio0-req.0": the words behind the flow are the actions */
static const char *action_of(const struct procirq *names, unsigned int irq)
{
	char label[PROCIRQ_LABEL_MAX];
	const struct procirq_row *row;
	const char *text, *flow;

	snprintf(label, sizeof(label), "%u", irq);
	row = procirq_find(names, label);
	if (!row)
		return "";
	text = procirq_text(names, row);
	flow = strstr(text, "-edge");
	if (!flow)
		flow = strstr(text, "-fasteoi");
	if (!flow)
		return text;
	flow += strcspn(flow, " ");
	return flow + strspn(flow, " ");
}

static int end_cpu(const struct sources *s, const struct procirq *names, struct record *rec,
		   size_t i)
{
	const struct eoi_layout *l = &s->eoi->layout;
	const char *a = s->begin + i * l->block_size, *b = s->now + i * l->block_size;
	unsigned int cpu = s->cpus[i];
	int ret = 0;

	for (uint32_t irq = 0; !ret && irq < l->nr_irqs; irq++) {
		struct eoi_source n = minus(eoiblock_irq(l, b, irq), eoiblock_irq(l, a, irq));

		if (n.fast + n.msr)
			ret = add(rec, cpu, (int)irq, action_of(names, irq), is_storm(s->plan, irq),
				  n);
	}
	for (uint32_t v = 0; !ret && v < l->nr_vectors; v++)
		ret = add(rec, cpu, -1, eoiblock_vector_name(v),
			  is_storm_vector(s->plan, eoiblock_vector_name(v), cpu),
			  minus(eoiblock_vector(l, b, v), eoiblock_vector(l, a, v)));
	if (!ret)
		ret = add(rec, cpu, -1, "other_irq", false,
			  minus(eoiblock_other_irq(b), eoiblock_other_irq(a)));
	if (!ret)
		ret = add(rec, cpu, -1, "unclaimed", false,
			  minus(eoiblock_unclaimed(b), eoiblock_unclaimed(a)));
	rec->no_eoi += eoiblock_no_eoi(b) - eoiblock_no_eoi(a);
	return ret;
}

static void end_cycles(const struct sources *s, struct record *rec, size_t i)
{
	const struct eoi_layout *l = &s->eoi->layout;
	const char *a = s->begin + i * l->block_size, *b = s->now + i * l->block_size;

	for (int msr = 0; msr < 2; msr++) {
		struct record_cycles *c = &rec->cycles[msr];

		c->sum += eoiblock_cycles(b, msr) - eoiblock_cycles(a, msr);
		for (uint32_t bucket = 0; bucket < l->nr_buckets; bucket++) {
			uint64_t n = eoiblock_bucket(l, b, msr, bucket) -
				     eoiblock_bucket(l, a, msr, bucket);

			c->buckets[bucket < RECORD_BUCKETS ? bucket : RECORD_BUCKETS - 1] += n;
			c->count += n;
		}
	}
}

int sources_end(struct sources *s, const struct procirq *names, struct record *rec)
{
	int ret = 0;

	copy_live(s, true);
	rec->has_sources = s->eoi && s->eoi->layout.nr_irqs;
	for (size_t i = 0; s->eoi && !ret && i < s->nr_cpus; i++) {
		ret = end_cpu(s, names, rec, i);
		end_cycles(s, rec, i);
	}
	return ret;
}
