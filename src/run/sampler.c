// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sampler.c - reads counters that others keep and writes their differences into the record. Knows
 * no rate and judges nothing. Both ends of a phase are read while no event is in flight, so that
 * events and interrupts are of one window.
 */
#include "run/sampler.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "guest/delta.h"
#include "guest/procstat.h"
#include "run/lines.h"

_Static_assert(DELTA_UNKNOWN == RECORD_UNKNOWN, "one value for unknown");

int sampler_init(struct sampler *s, const struct plan *plan, const struct guest *guest,
		 struct eoidev *eoi, struct worker *workers)
{
	int cpu;

	memset(s, 0, sizeof(*s));
	s->plan = plan;
	s->eoi = eoi;
	s->workers = workers;
	s->nr_cpus = (size_t)hwloc_bitmap_weight(plan->cpus);
	s->cpus = calloc(s->nr_cpus, sizeof(*s->cpus));
	s->begin = calloc(s->nr_cpus, sizeof(*s->begin));
	s->last = calloc(s->nr_cpus, sizeof(*s->last));
	s->now = calloc(s->nr_cpus, sizeof(*s->now));
	if (!s->cpus || !s->begin || !s->last || !s->now)
		return err_nomem();
	s->nr_cpus = 0;
	hwloc_bitmap_foreach_begin(cpu, plan->cpus)
	{
		s->cpus[s->nr_cpus++] = (unsigned int)cpu;
	}
	hwloc_bitmap_foreach_end();
	if (sources_init(&s->sources, plan, eoi, s->cpus, s->nr_cpus))
		return -ENOMEM;
	if (irqcount_init(&s->irqs, plan, guest))
		return -ENOMEM;
	s->steal_begin = calloc(s->irqs.nr_cpus, sizeof(*s->steal_begin));
	s->steal = calloc(s->irqs.nr_cpus, sizeof(*s->steal));
	return s->steal_begin && s->steal ? 0 : err_nomem();
}

void sampler_fini(struct sampler *s)
{
	sources_fini(&s->sources);
	irqcount_fini(&s->irqs);
	free(s->steal_begin);
	free(s->steal);
	free(s->cpus);
	free(s->begin);
	free(s->last);
	free(s->now);
	memset(s, 0, sizeof(*s));
}

static void read_cpu(const struct sampler *s, size_t i, struct sample *out)
{
	unsigned int cpu = s->cpus[i];

	memset(out, 0, sizeof(*out));
	for (size_t w = 0; w < s->plan->nr_workers; w++)
		if (s->workers[w].wl.cpu == cpu) {
			out->events += atomic_load_explicit(&s->workers[w].nr_done,
							    memory_order_relaxed);
			out->latency_sum_ns += atomic_load_explicit(&s->workers[w].latency_sum_ns,
								    memory_order_relaxed);
		}
	for (size_t w = 0; w < s->plan->nr_workloads; w++)
		if (hwloc_bitmap_isset(s->plan->workloads[w].cpus,
				       cpu)) /* else they are interrupts elsewhere */
			out->interrupts = delta_sum(out->interrupts,
						    irqcount_workload(&s->irqs, w, cpu));
	for (enum wl_counter c = WL_COUNTER_LOC; c <= WL_COUNTER_CAL; c++)
		if (plan_counts_on(s->plan, c, cpu))
			out->interrupts = delta_sum(out->interrupts,
						    irqcount_extra(&s->irqs,
								   (enum irq_extra)(c -
										    WL_COUNTER_LOC),
								   cpu));
	if (s->eoi)
		out->eoi = eoidev_live(s->eoi, cpu);
	if (s->soakers)
		out->soak_loops = soakers_loops(s->soakers, cpu);
}

/* a mark is an exit that the host sees too: windows between marks are the same on both sides, to
 * the last EOI */
static int mark_all(struct sampler *s, struct sample *samples, bool end)
{
	int ret;

	if (!s->eoi || !s->eoi->control)
		return 0;
	ret = eoidev_mark(s->eoi);
	for (size_t i = 0; !ret && i < s->nr_cpus; i++)
		samples[i].eoi = eoidev_marked(s->eoi, s->cpus[i], &samples[i].mark,
					       sources_block(&s->sources, i, end));
	return ret;
}

/* a file that cannot be read leaves steal unknown */
static void read_steal(const struct sampler *s, uint64_t *steal_ns)
{
	const bool clean = !*err_sentence();

	if (procstat_steal(s->irqs.root, steal_ns, s->irqs.nr_cpus) && clean)
		err_clear();
}

static int tell_unknown(const struct sampler *s, struct record *rec)
{
	int ret = s->irqs.why[0] ? record_add_note(rec, s->irqs.why) : 0;

	for (size_t i = 0; !ret && i < rec->nr_cpus; i++) {
		char note[128];

		if (rec->cpus[i].steal_ns != RECORD_UNKNOWN)
			continue;
		snprintf(note, sizeof(note),
			 "the steal time of CPU %u is unknown: /proc/stat does not have it, or it "
			 "went back",
			 rec->cpus[i].cpu);
		return record_add_note(rec, note);
	}
	return ret;
}

int sampler_begin(struct sampler *s)
{
	int ret = irqcount_begin(&s->irqs);

	if (ret)
		return ret;
	read_steal(s, s->steal_begin);
	for (size_t i = 0; i < s->nr_cpus; i++) {
		read_cpu(s, i, &s->begin[i]);
		s->begin[i].events = s->begin[i].latency_sum_ns =
			0; /* the workers start at 0 again */
	}
	ret = mark_all(s, s->begin, false);
	sources_begin(&s->sources);
	memcpy(s->last, s->begin, s->nr_cpus * sizeof(*s->last));
	return ret;
}

static int add_interval(struct sampler *s, struct record *rec, uint64_t t_ns, size_t i,
			const struct sample *now)
{
	const struct sample *last = &s->last[i];
	struct record_interval interval = {
		.t_ns = t_ns,
		.cpu = s->cpus[i],
		.has_eoi = s->eoi != NULL,
		.events = now->events - last->events,
		.interrupts = delta_u64(last->interrupts, now->interrupts),
		.fast = now->eoi.fast - last->eoi.fast,
		.msr = now->eoi.msr - last->eoi.msr,
		.latency_sum_ns = now->latency_sum_ns - last->latency_sum_ns,
	};

	s->last[i] = *now;
	return record_add_interval(rec, &interval);
}

int sampler_interval(struct sampler *s, struct record *rec, uint64_t t_ns)
{
	int ret = irqcount_read(&s->irqs);

	for (size_t i = 0; !ret && i < s->nr_cpus; i++) {
		read_cpu(s, i, &s->now[i]);
		ret = add_interval(s, rec, t_ns, i, &s->now[i]);
	}
	return ret;
}

/* a vector that may be moved: effective_affinity says where it was to go, the counts say where it
 * went */
static int tell_where_taken(const struct sampler *s, struct record *rec, size_t w)
{
	const struct plan_worker *pw = &s->plan->workers[w];
	const struct plan_workload *workload = &s->plan->workloads[pw->workload];
	char note[256];
	int taken_on;

	if (!workload->device || workload->device->kind != DEVICE_NET || pw->irq < 0)
		return 0;
	taken_on = irqcount_taken_on(&s->irqs, (unsigned int)pw->irq);
	if (taken_on < 0 || taken_on == pw->irq_cpu)
		return 0;
	rec->rows[w].irq_cpu = taken_on;
	if (pw->placement == PLACE_OWN || pw->placement == PLACE_ELSEWHERE)
		rec->rows[w].placement = placement_name(taken_on == (int)pw->cpu ? PLACE_OWN
										 : PLACE_ELSEWHERE);
	snprintf(note, sizeof(note),
		 "%s: IRQ %d, which was to be taken on CPU %d, was taken on CPU %d",
		 workload->workload->name, pw->irq, pw->irq_cpu, taken_on);
	return record_add_note(rec, note);
}

static int end_rows(const struct sampler *s, struct record *rec)
{
	int ret = 0;

	uint64_t here = 0;

	for (size_t w = 0; w < s->plan->nr_workers; w++) {
		const struct plan_worker *pw = &s->plan->workers[w];

		rec->rows[w].interrupts = irqcount_worker(&s->irqs, pw);
		if (pw->counter == WL_COUNTER_VECTORS)
			here = delta_sum(here, rec->rows[w].interrupts);
		if (!ret)
			ret = tell_where_taken(s, rec, w);
	}
	rec->interrupts_elsewhere = delta_u64(here, irqcount_storm_everywhere(&s->irqs));
	return ret;
}

static void end_cpu(const struct sampler *s, struct record_cpu *out, size_t i)
{
	const struct sample *begin = &s->begin[i], *now = &s->now[i];

	*out = (struct record_cpu){
		.cpu = s->cpus[i],
		.has_eoi = s->eoi != NULL,
		.fast = now->eoi.fast - begin->eoi.fast,
		.msr = now->eoi.msr - begin->eoi.msr,
		.mark_begin = begin->mark,
		.mark_end = now->mark,
		.timer = irqcount_extra(&s->irqs, EXTRA_TIMER, s->cpus[i]),
		.reschedule = irqcount_extra(&s->irqs, EXTRA_RESCHEDULE, s->cpus[i]),
		.call = irqcount_extra(&s->irqs, EXTRA_CALL, s->cpus[i]),
		.steal_ns = delta_u64(s->steal_begin[s->cpus[i]], s->steal[s->cpus[i]]),
		.soak_loops = now->soak_loops - begin->soak_loops,
	};
}

/* a worker notices that its own CPU has gone, but not its target's */
static int check_targets(const struct sampler *s)
{
	for (size_t w = 0; w < s->plan->nr_workers && s->irqs.procirq.nr_cpus; w++)
		if (!procirq_has_cpu(&s->irqs.procirq, s->plan->workers[w].target))
			return err_failed(
				-EXDEV,
				"CPU %u, which took the interrupts, went offline in mid-run",
				s->plan->workers[w].target);
	return 0;
}

int sampler_end(struct sampler *s, struct record *rec, uint64_t t_ns)
{
	int ret = irqcount_read(&s->irqs);

	read_steal(s, s->steal);
	irqcount_end(&s->irqs);
	for (size_t i = 0; !ret && i < s->nr_cpus; i++)
		read_cpu(s, i, &s->now[i]);
	if (!ret)
		ret = mark_all(s, s->now, true);
	for (size_t i = 0; !ret && i < s->nr_cpus; i++) {
		end_cpu(s, &rec->cpus[i], i);
		ret = add_interval(s, rec, t_ns, i, &s->now[i]);
	}
	if (!ret)
		ret = end_rows(s, rec);
	if (!ret)
		ret = lines_add(rec, &s->irqs.begin, &s->irqs.procirq);
	if (!ret)
		ret = sources_end(&s->sources, &s->irqs.procirq, rec);
	if (!ret)
		ret = tell_unknown(s, rec);
	return ret ? ret : check_targets(s);
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
