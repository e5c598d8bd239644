// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan_json.c - what would run, as one JSON document
 */
#include "output/output.h"

#include "base/cpulist.h"
#include "output/value.h"

static json_t *worker_json(const struct plan *plan, const struct plan_worker *w)
{
	const struct plan_workload *pw = &plan->workloads[w->workload];

	return json_pack("{s:i, s:s, s:i, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "cpu",
			 (int)w->cpu, "workload", pw->workload->name, "workload_index",
			 (int)w->workload, "rate_hz", value_rate(pw->rate_mhz), "path",
			 value_text(pw->path), "device",
			 value_text(pw->device ? pw->device->name : NULL), "depth", (int)w->depth,
			 "irq_kind", value_text(w->irq < 0 ? NULL : irq_kind_name(w->irq_kind)),
			 "counter", value_text(plan_counter_name(w->counter)), "placement",
			 value_text(placement_name(w->placement)), "queue", value_id(w->queue),
			 "irq", value_id(w->irq), "irq_cpu", value_id(w->irq_cpu));
}

static json_t *nic_json(const struct nic *nic)
{
	if (!nic)
		return json_null();
	return json_pack("{s:b, s:o, s:o, s:o}", "present", nic->present, "up",
			 value_tristate(nic->up), "carrier", value_tristate(nic->carrier),
			 "address", value_text(nic->address[0] ? nic->address : NULL));
}

static json_t *device_json(const struct irq_device *dev, const struct nic *nic)
{
	return json_pack("{s:s, s:s, s:o, s:s, s:o, s:i, s:o}", "device", dev->name, "driver",
			 dev->driver, "bdf", value_text(dev->bdf[0] ? dev->bdf : NULL), "node",
			 dev->node, "msix",
			 dev->msix == MSIX_UNKNOWN ? json_null()
						   : json_boolean(dev->msix == MSIX_ENABLED),
			 "nr_queues", (int)dev->nr_queues, "nic", nic_json(nic));
}

static json_t *asked_json(const struct plan *plan)
{
	char cpus[4096], arrivals[32];

	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:s, s:s, s:b, s:o}", "rate_hz",
			 value_rate(plan->set.rate_mhz), "duration_ns",
			 plan->set.duration_ns ? value_count(plan->set.duration_ns) : json_null(),
			 "warmup_ns", value_count(plan->set.warmup_ns), "interval_ns",
			 value_count(plan->set.interval_ns), "pace", pace_names[plan->set.pace],
			 "arrivals", settings_arrivals(&plan->set, arrivals, sizeof(arrivals)),
			 "seed", value_count(plan->set.seed), "cpus",
			 cpulist_format(plan->cpus, cpus, sizeof(cpus)), "eoi",
			 eoi_ask_names[plan->set.eoi], "eoi_counted", plan->count_eoi,
			 "eoi_why_not", value_text(plan->no_eoi_why[0] ? plan->no_eoi_why : NULL));
}

int output_plan_json(FILE *out, const struct plan *plan, const struct guest *guest)
{
	json_t *workers = json_array(), *notes = json_array(), *devices = json_array(),
	       *program = json_array();
	const struct machine *m = &guest->machine;

	for (size_t i = 0; i < guest->irqmap.nr_devices; i++)
		json_array_append_new(devices,
				      device_json(&guest->irqmap.devices[i],
						  guest_nic(guest, &guest->irqmap.devices[i])));
	for (size_t i = 0; i < plan->nr_workers; i++)
		json_array_append_new(workers, worker_json(plan, &plan->workers[i]));
	for (size_t i = 0; i < plan->nr_notes; i++)
		json_array_append_new(notes, value_text(plan->notes[i]));
	for (size_t i = 0; plan->program && plan->program[i]; i++)
		json_array_append_new(program, value_text(plan->program[i]));
	return value_dump(out,
			  json_pack("{s:s, s:s, s:{s:o, s:o, s:o, s:o}, s:o, s:o, s:o, s:o, s:o}",
				    "schema", "irqstorm-plan/1", "version", PACKAGE_VERSION,
				    "machine", "kernel", value_text(m->kernel), "hypervisor",
				    value_text(m->hypervisor), "pv_eoi_offered",
				    value_tristate(m->pv_eoi_offered), "apic_mode",
				    value_text(apic_mode_name(m->apic_mode)), "devices", devices,
				    "plan", asked_json(plan), "program", program, "workers",
				    workers, "notes", notes));
}
