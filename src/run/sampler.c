// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sampler.c - reads counters that others keep and writes their differences into the record. Knows no rate and judges
 * nothing. Both ends of a phase are read while no event is in flight, so that events and interrupts are of one window.
 */
#include "run/sampler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"

int sampler_init(struct sampler *s, const struct plan *plan, const struct guest *guest, struct eoidev *eoi,
		 struct worker *workers)
{
	int cpu;

	memset(s, 0, sizeof(*s));
	s->plan = plan;
	s->guest = guest;
	s->eoi = eoi;
	s->workers = workers;
	s->nr_cpus = (size_t)hwloc_bitmap_weight(plan->cpus);
	s->cpus = calloc(s->nr_cpus, sizeof(*s->cpus));
	s->begin = calloc(s->nr_cpus, sizeof(*s->begin));
	s->last = calloc(s->nr_cpus, sizeof(*s->last));
	s->row_begin = calloc(plan->nr_workers, sizeof(*s->row_begin));
	if (!s->cpus || !s->begin || !s->last || !s->row_begin)
		return err_nomem();
	s->nr_cpus = 0;
	hwloc_bitmap_foreach_begin(cpu, plan->cpus) {
		s->cpus[s->nr_cpus++] = (unsigned int)cpu;
	} hwloc_bitmap_foreach_end();
	return 0;
}

void sampler_fini(struct sampler *s)
{
	procirq_fini(&s->procirq);
	free(s->cpus);
	free(s->begin);
	free(s->last);
	free(s->row_begin);
	memset(s, 0, sizeof(*s));
}

/* interrupts of a workload's own vectors on a CPU */
static uint64_t count_vectors(const struct sampler *s, const struct plan_workload *pw, unsigned int cpu)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < pw->nr_irqs; i++) {
		char label[16];

		snprintf(label, sizeof(label), "%u", pw->irqs[i]);
		sum += procirq_count(&s->procirq, label, cpu);
	}
	return sum;
}

static void read_cpu(const struct sampler *s, size_t i, struct sample *out)
{
	unsigned int cpu = s->cpus[i];

	memset(out, 0, sizeof(*out));
	for (size_t w = 0; w < s->plan->nr_workers; w++)
		if (s->workers[w].wl.cpu == cpu)
			out->events += atomic_load_explicit(&s->workers[w].nr_done, memory_order_relaxed);
	for (size_t w = 0; w < s->plan->nr_workloads; w++)
		out->interrupts += count_vectors(s, &s->plan->workloads[w], cpu);
	out->timer = procirq_count(&s->procirq, "LOC", cpu);
	out->reschedule = procirq_count(&s->procirq, "RES", cpu);
	out->call = procirq_count(&s->procirq, "CAL", cpu);
	if (s->eoi)
		out->eoi = eoidev_live(s->eoi, cpu);
}

static uint64_t count_everywhere(const struct sampler *s)
{
	uint64_t sum = 0;

	for (size_t w = 0; w < s->plan->nr_workloads; w++)
		for (size_t c = 0; c < s->procirq.nr_cpus; c++)
			sum += count_vectors(s, &s->plan->workloads[w], s->procirq.cpus[c]);
	return sum;
}

/* a mark is an exit that the host sees too: windows between marks are the same on both sides, to the last EOI */
static int mark_all(struct sampler *s, struct sample *samples)
{
	int ret;

	if (!s->eoi || !s->eoi->control)
		return 0;
	ret = eoidev_mark(s->eoi);
	for (size_t i = 0; !ret && i < s->nr_cpus; i++)
		samples[i].eoi = eoidev_marked(s->eoi, s->cpus[i], &samples[i].mark);
	return ret;
}

int sampler_begin(struct sampler *s)
{
	int ret = procirq_read(&s->procirq, s->guest->root);

	if (ret)
		return ret;
	for (size_t i = 0; i < s->nr_cpus; i++) {
		read_cpu(s, i, &s->begin[i]);
		s->begin[i].events = 0;		/* the workers start at 0 again */
	}
	for (size_t w = 0; w < s->plan->nr_workers; w++)
		s->row_begin[w] = count_vectors(s, &s->plan->workloads[s->plan->workers[w].workload],
						s->plan->workers[w].cpu);
	s->all_begin = count_everywhere(s);
	ret = mark_all(s, s->begin);
	memcpy(s->last, s->begin, s->nr_cpus * sizeof(*s->last));
	return ret;
}

static int add_interval(struct sampler *s, struct record *rec, uint64_t t_ns, size_t i, const struct sample *now)
{
	const struct sample *last = &s->last[i];
	struct record_interval interval = {
		.t_ns = t_ns,
		.cpu = s->cpus[i],
		.has_eoi = s->eoi != NULL,
		.events = now->events - last->events,
		.interrupts = procirq_delta(last->interrupts, now->interrupts),
		.fast = now->eoi.fast - last->eoi.fast,
		.msr = now->eoi.msr - last->eoi.msr,
	};

	s->last[i] = *now;
	return record_add_interval(rec, &interval);
}

int sampler_interval(struct sampler *s, struct record *rec, uint64_t t_ns)
{
	int ret = procirq_read(&s->procirq, s->guest->root);

	for (size_t i = 0; !ret && i < s->nr_cpus; i++) {
		struct sample now;

		read_cpu(s, i, &now);
		ret = add_interval(s, rec, t_ns, i, &now);
	}
	return ret;
}

static void end_rows(struct sampler *s, struct record *rec)
{
	uint64_t here = 0, all;

	for (size_t w = 0; w < s->plan->nr_workers; w++) {
		const struct plan_worker *pw = &s->plan->workers[w];

		rec->rows[w].interrupts = procirq_delta(s->row_begin[w],
							count_vectors(s, &s->plan->workloads[pw->workload], pw->cpu));
		here += rec->rows[w].interrupts;
	}
	all = procirq_delta(s->all_begin, count_everywhere(s));
	rec->interrupts_elsewhere = all > here ? all - here : 0;
}

int sampler_end(struct sampler *s, struct record *rec, uint64_t t_ns)
{
	struct sample *now = calloc(s->nr_cpus, sizeof(*now));
	int ret;

	if (!now)
		return err_nomem();
	ret = procirq_read(&s->procirq, s->guest->root);
	for (size_t i = 0; !ret && i < s->nr_cpus; i++)
		read_cpu(s, i, &now[i]);
	if (!ret)
		ret = mark_all(s, now);
	for (size_t i = 0; !ret && i < s->nr_cpus; i++) {
		const struct sample *b = &s->begin[i];

		rec->cpus[i] = (struct record_cpu){
			.cpu = s->cpus[i],
			.has_eoi = s->eoi != NULL,
			.fast = now[i].eoi.fast - b->eoi.fast,
			.msr = now[i].eoi.msr - b->eoi.msr,
			.mark_begin = b->mark,
			.mark_end = now[i].mark,
			.timer = procirq_delta(b->timer, now[i].timer),
			.reschedule = procirq_delta(b->reschedule, now[i].reschedule),
			.call = procirq_delta(b->call, now[i].call),
		};
		ret = add_interval(s, rec, t_ns, i, &now[i]);
	}
	if (!ret)
		end_rows(s, rec);
	free(now);
	return ret;
}

void sampler_progress(const struct sampler *s, struct run_progress *p)
{
	p->events = p->fast = p->msr = 0;
	for (size_t w = 0; w < s->plan->nr_workers; w++)
		p->events += atomic_load_explicit(&s->workers[w].nr_done, memory_order_relaxed);
	p->has_eoi = s->eoi != NULL;
	for (size_t i = 0; s->eoi && i < s->nr_cpus; i++) {
		struct eoi_count now = eoidev_live(s->eoi, s->cpus[i]);

		p->fast += now.fast - s->begin[i].eoi.fast;
		p->msr += now.msr - s->begin[i].eoi.msr;
	}
}
