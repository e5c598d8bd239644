// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * describe.c - what guest and plan were, copied into the record, which outlives both. Reads no counter.
 */
#include "run/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "plan/config.h"

/* a copy, or NULL of NULL and ""; *failed where there is no memory */
static char *copy(const char *s, bool *failed)
{
	char *c = s && s[0] ? strdup(s) : NULL;

	if (s && s[0] && !c)
		*failed = true;
	return c;
}

static char *copy_cpus(hwloc_const_bitmap_t set, bool *failed)
{
	char *list = NULL;

	if (hwloc_bitmap_list_asprintf(&list, set) < 0) {
		*failed = true;
		return NULL;
	}
	return list;
}

static void describe_machine(struct record_machine *out, const struct machine *m, bool *failed)
{
	snprintf(out->kernel, sizeof(out->kernel), "%s", m->kernel);
	snprintf(out->hypervisor, sizeof(out->hypervisor), "%s", m->hypervisor);
	out->pv_eoi_offered = m->pv_eoi_offered == UNKNOWN ? -1 : m->pv_eoi_offered == YES;
	out->apic_mode = apic_mode_name(m->apic_mode);
	out->cpus_online = copy_cpus(m->online, failed);
}

static void describe_plan(struct record_plan *out, const struct plan *plan, bool *failed)
{
	out->rate_mhz = plan->rate_mhz;
	out->duration_ns = plan->duration_ns;
	out->warmup_ns = plan->warmup_ns;
	out->interval_ns = plan->interval_ns;
	out->seed = plan->seed;
	out->pace = pace_names[plan->pace];
	plan_arrivals_name(plan, out->arrivals, sizeof(out->arrivals));
	out->eoi = eoi_ask_names[plan->eoi];
	out->cpus = copy_cpus(plan->cpus, failed);
	out->experiment = plan->experiment;
	out->block_ns = plan->block_ns;
	out->settle_ns = plan->settle_ns;
	out->repeat_min = plan->experiment ? plan->repeat_min : 0;
	out->repeat_max = plan->experiment ? plan->repeat_max : 0;
	out->until = plan->until;
	out->soak = plan->soak;
	out->find_max = plan->find_max;
	out->margin = plan->margin;
	out->no_eoi_why = copy(plan->no_eoi_why, failed);
}

static void describe_program(struct record_program *out, char *const *argv, bool *failed)
{
	size_t nr = 0;

	while (argv && argv[nr])
		nr++;
	if (!nr)
		return;
	out->argv = calloc(nr + 1, sizeof(*out->argv));
	if (!out->argv)
		*failed = true;
	for (size_t i = 0; out->argv && i < nr; i++) {
		out->argv[i] = strdup(argv[i]);		/* not copy(): an empty word is one */
		if (!out->argv[i])
			*failed = true;
	}
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
			.arm = c->arm, .eoi = c->eoi == EOI_AUTO ? NULL : eoi_ask_names[c->eoi],
			.idle = c->idle, .has_rate = c->has_rate, .rate_mhz = c->rate_mhz,
		};
	}
	ret = record_set_cells(rec, cells, plan->nr_cells);
	free(cells);
	return ret;
}

int run_describe(const struct plan *plan, const struct guest *guest, struct record *rec)
{
	bool failed = false;
	int cpu, ret;

	ret = record_init(rec, plan->nr_workloads, plan->nr_workers, (size_t)hwloc_bitmap_weight(plan->cpus));
	if (ret)
		return ret;
	describe_machine(&rec->machine, &guest->machine, &failed);
	describe_plan(&rec->plan, plan, &failed);
	for (size_t i = 0; i < plan->nr_workloads; i++) {
		const struct plan_workload *pw = &plan->workloads[i];

		rec->workloads[i].name = copy(pw->workload->name, &failed);
		rec->workloads[i].spec = copy(pw->spec ? pw->spec : pw->workload->name, &failed);
		rec->workloads[i].path = copy(pw->path, &failed);
		rec->workloads[i].peer = copy(config_text(pw, "peer"), &failed);
		rec->workloads[i].device = copy(pw->device ? pw->device->name : NULL, &failed);
		rec->workloads[i].bdf = copy(pw->device ? pw->device->bdf : NULL, &failed);
		rec->workloads[i].depth = pw->workload->depth ? pw->workload->depth(pw->values) : 1;
		rec->workloads[i].has_vectors = pw->nr_irqs > 0 ||
			(pw->workload->counter && pw->workload->counter(pw->values) != WL_COUNTER_VECTORS);
		rec->workloads[i].batch = plan_batch(pw, pw->rate_mhz);
		rec->workloads[i].rate_mhz = pw->rate_mhz;
		rec->workloads[i].cpus = copy_cpus(pw->cpus, &failed);
	}
	describe_program(&rec->program, plan->program, &failed);
	for (size_t i = 0; i < plan->nr_workers; i++)
		describe_worker(&rec->rows[i], &plan->workers[i]);
	rec->nr_cpus = 0;
	hwloc_bitmap_foreach_begin(cpu, plan->cpus) {
		rec->cpus[rec->nr_cpus++].cpu = (unsigned int)cpu;
	} hwloc_bitmap_foreach_end();
	ret = describe_cells(rec, plan);
	for (size_t i = 0; !ret && i < plan->nr_notes; i++)
		ret = record_add_note(rec, plan->notes[i]);
	return failed ? err_nomem() : ret;
}
