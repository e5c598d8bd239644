// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * describe.c - what guest and plan were, copied into the record, which outlives both. Reads no
 * counter.
 */
#include "plan/describe.h"

#include <errno.h>
#include <stdio.h>
#include "base/cleanup.h"
#include "base/err.h"
#include "plan/config.h"

/* NULL of NULL and "" */
static const char *text(struct record *rec, const char *s)
{
	return s && s[0] ? record_text(rec, s) : NULL;
}

static const char *cpus_text(struct record *rec, hwloc_const_bitmap_t set)
{
	auto_free char *list = NULL;

	if (hwloc_bitmap_list_asprintf(&list, set) >= 0)
		return record_text(rec, list);
	err_nomem();
	rec->no_memory = true;
	return NULL;
}

static void describe_machine(struct record *rec, const struct machine *m)
{
	struct record_machine *out = &rec->machine;

	snprintf(out->kernel, sizeof(out->kernel), "%s", m->kernel);
	snprintf(out->hypervisor, sizeof(out->hypervisor), "%s", m->hypervisor);
	out->host = text(rec, m->host);
	out->cpu_model = text(rec, m->cpu_model);
	out->pv_eoi_offered = m->pv_eoi_offered == UNKNOWN ? -1 : m->pv_eoi_offered == YES;
	out->apic_mode = apic_mode_name(m->apic_mode);
	out->cpus_online = cpus_text(rec, m->online);
}

static void describe_plan(struct record *rec, const struct plan *plan)
{
	struct record_plan *out = &rec->plan;

	out->set = plan->set;
	out->cpus = cpus_text(rec, plan->cpus);
	out->no_eoi_why = text(rec, plan->no_eoi_why);
}

static void describe_workload(struct record *rec, struct record_workload *out,
			      const struct plan_workload *pw)
{
	const struct workload *wl = pw->workload;

	out->name = text(rec, wl->name);
	out->spec = text(rec, pw->spec ? pw->spec : wl->name);
	out->path = text(rec, pw->path);
	out->peer = text(rec, config_text(pw, "peer"));
	out->device = text(rec, pw->device ? pw->device->name : NULL);
	out->bdf = text(rec, pw->device ? pw->device->bdf : NULL);
	out->depth = wl->depth ? wl->depth(pw->values) : 1;
	out->has_vectors = pw->nr_irqs > 0 ||
			   (wl->counter && wl->counter(pw->values) != WL_COUNTER_VECTORS);
	out->batch = plan_batch(pw, pw->rate_mhz);
	out->rate_mhz = pw->rate_mhz;
	out->cpus = cpus_text(rec, pw->cpus);
}

static void describe_worker(struct record_row *row, const struct plan_worker *w)
{
	row->cpu = w->cpu;
	row->workload = w->workload;
	row->placement = placement_name(w->placement);
	row->irq_kind = w->irq < 0 ? NULL : irq_kind_name(w->irq_kind);
	row->queue = w->queue;
	row->irq = w->irq;
	row->counter = plan_counter_name(w->counter);
	row->irq_cpu = w->irq_cpu;
	row->events_due = UINT64_MAX;
}

static int describe_cells(struct record *rec, const struct plan *plan)
{
	struct record_cell *cells = calloc(plan->nr_cells, sizeof(*cells));
	int ret;

	if (!cells)
		return err_nomem();
	for (size_t i = 0; i < plan->nr_cells; i++) {
		const struct plan_cell *c = &plan->cells[i];

		cells[i] = (struct record_cell){
			.arm = c->arm,
			.eoi = c->eoi == EOI_AUTO ? NULL : eoi_ask_names[c->eoi],
			.idle = c->idle,
			.has_rate = c->has_rate,
			.rate_mhz = c->rate_mhz,
		};
	}
	ret = record_set_cells(rec, cells, plan->nr_cells);
	free(cells);
	return ret;
}

int plan_describe(const struct plan *plan, const struct guest *guest, struct record *rec)
{
	int cpu, ret;

	ret = record_init(rec, plan->nr_workloads, plan->nr_workers,
			  (size_t)hwloc_bitmap_weight(plan->cpus));
	if (ret)
		return ret;
	describe_machine(rec, &guest->machine);
	describe_plan(rec, plan);
	for (size_t i = 0; i < plan->nr_workloads; i++)
		describe_workload(rec, &rec->workloads[i], &plan->workloads[i]);
	for (size_t i = 0; i < plan->nr_workers; i++)
		describe_worker(&rec->rows[i], &plan->workers[i]);
	rec->nr_cpus = 0;
	hwloc_bitmap_foreach_begin(cpu, plan->cpus)
	{
		rec->cpus[rec->nr_cpus++].cpu = (unsigned int)cpu;
	}
	hwloc_bitmap_foreach_end();
	ret = record_set_program(rec, (const char *const *)plan->program);
	if (!ret)
		ret = describe_cells(rec, plan);
	for (size_t i = 0; !ret && i < plan->nr_notes; i++)
		ret = record_add_note(rec, plan->notes[i]);
	return rec->no_memory ? -ENOMEM : ret;
}
