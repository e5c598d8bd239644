// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan_text.c - what would run, for --print-plan
 */
#include "output/output.h"

#include <libsmartcols.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "base/units.h"

static void print_head(FILE *out, const struct plan *plan, const struct guest *guest)
{
	char cpus[4096], a[UNITS_TEXT], b[UNITS_TEXT], c[UNITS_TEXT];
	const struct machine *m = &guest->machine;
	const char *apic = apic_mode_name(m->apic_mode);

	fprintf(out, "guest     %s on %s, %s, PV-EOI %s\n", m->kernel, m->hypervisor, apic ? apic : "APIC mode unknown",
		m->pv_eoi_offered == UNKNOWN ? "unknown" : m->pv_eoi_offered ? "offered" : "not offered");
	for (size_t i = 0; i < guest->irqmap.nr_devices; i++) {
		const struct irq_device *dev = &guest->irqmap.devices[i];

		fprintf(out, "device    %s%s%s%s%s, %zu queues, MSI-X %s\n", dev->name, dev->node[0] ? " " : "", dev->node,
			dev->bdf[0] ? " at " : " (virtio-mmio)", dev->bdf, dev->nr_queues,
			dev->msix == MSIX_UNKNOWN ? "unknown (reading the capability takes CAP_SYS_ADMIN)" :
			msix_state_name(dev->msix));
	}
	fprintf(out, "CPUs      %s\n", cpulist_format(plan->cpus, cpus, sizeof(cpus)));
	fprintf(out, "rate      %s on each, --arrivals=%s, --pace=%s, --seed=%llu\n",
		plan->rate_mhz == UNITS_RATE_MAX ? "max" : units_format_rate((double)plan->rate_mhz / 1000, a),
		arrivals_names[plan->arrivals], pace_names[plan->pace], (unsigned long long)plan->seed);
	fprintf(out, "time      %s after %s of warm-up, sampled every %s\n", units_format_time(plan->duration_ns, a),
		units_format_time(plan->warmup_ns, b), units_format_time(plan->interval_ns, c));
	fprintf(out, "EOI       %s\n\n", !plan->count_eoi ? plan->no_eoi_why : plan->eoi == EOI_AUTO ? "counted" :
		plan->eoi == EOI_PV ? "counted, PV-EOI held on" : plan->eoi == EOI_MSR ? "counted, PV-EOI held off" :
		"counted, PV-EOI granted by the host and ignored by the guest");
}

static void set_number(struct libscols_line *line, size_t column, int value)
{
	char buf[16];

	snprintf(buf, sizeof(buf), "%d", value);
	scols_line_set_data(line, column, value < 0 ? "-" : buf);
}

static void add_line(struct libscols_table *table, const struct plan *plan, const struct plan_worker *w)
{
	const struct plan_workload *pw = &plan->workloads[w->workload];
	struct libscols_line *line = scols_table_new_line(table, NULL);
	const char *place = placement_name(w->placement);

	if (!line)
		return;
	set_number(line, 0, (int)w->cpu);
	scols_line_set_data(line, 1, pw->workload->name);
	scols_line_set_data(line, 2, pw->path ? pw->path : "-");
	scols_line_set_data(line, 3, pw->device ? pw->device->name : "-");
	set_number(line, 4, (int)w->depth);
	set_number(line, 5, w->queue);
	set_number(line, 6, w->irq);
	scols_line_set_data(line, 7, w->irq < 0 ? "-" : irq_kind_name(w->irq_kind));
	set_number(line, 8, w->irq_cpu);
	scols_line_set_data(line, 9, place ? place : "-");
}

int output_plan_text(FILE *out, const struct plan *plan, const struct guest *guest)
{
	static const char *const names[] = { "CPU", "WORKLOAD", "PATH", "DEVICE", "DEPTH", "QUEUE", "IRQ", "KIND", "IRQ ON CPU",
					     "VECTOR" };
	struct libscols_table *table = scols_new_table();

	if (!table)
		return err_nomem();
	print_head(out, plan, guest);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		scols_table_new_column(table, names[i], 0, i == 0 || (i >= 4 && i != 7 && i != 9) ? SCOLS_FL_RIGHT : 0);
	scols_table_set_stream(table, out);
	for (size_t i = 0; i < plan->nr_workers; i++)
		add_line(table, plan, &plan->workers[i]);
	scols_print_table(table);
	scols_unref_table(table);
	for (size_t i = 0; i < plan->nr_notes; i++)
		fprintf(out, "note: %s\n", plan->notes[i]);
	return 0;
}
