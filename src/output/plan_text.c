// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan_text.c - what would run, for --print-plan
 */
#include "output/output.h"

#include <libsmartcols.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "base/units.h"
#include "plan/schedule.h"

enum column {
	CPU,
	WORKLOAD,
	RATE,
	PATH,
	DEVICE,
	DEPTH,
	QUEUE,
	IRQ,
	KIND,
	ON_CPU,
	VECTOR,
	NR_COLUMNS
};

static const struct {
	const char *name;
	bool right;
} columns[NR_COLUMNS] = {
	[CPU] = { "CPU", true },	[WORKLOAD] = { "WORKLOAD", false },
	[RATE] = { "RATE/S", true },	[PATH] = { "PATH", false },
	[DEVICE] = { "DEVICE", false }, [DEPTH] = { "DEPTH", true },
	[QUEUE] = { "QUEUE", true },	[IRQ] = { "IRQ", true },
	[KIND] = { "KIND", false },	[ON_CPU] = { "IRQ ON CPU", true },
	[VECTOR] = { "VECTOR", false },
};

static const char *format_rate(uint64_t rate_mhz, char *buf)
{
	return rate_mhz == UNITS_RATE_MAX ? "max" : units_format_rate((double)rate_mhz / 1000, buf);
}

static void print_nic(FILE *out, const struct nic *nic)
{
	if (!nic)
		return;
	if (!nic->present)
		fputs(", in another network namespace", out);
	else if (nic->up != UNKNOWN)
		fprintf(out, ", %s",
			nic->up == NO	     ? "down"
			: nic->carrier == NO ? "up without a carrier"
					     : "up");
	if (nic->address[0])
		fprintf(out, ", %s", nic->address);
}

static void print_eoi(FILE *out, const struct plan *plan)
{
	fprintf(out, "EOI       %s\n\n",
		!plan->count_eoi	    ? plan->no_eoi_why
		: plan->set.eoi == EOI_AUTO ? "counted"
		: plan->set.eoi == EOI_PV   ? "counted, PV-EOI held on"
		: plan->set.eoi == EOI_MSR
			? "counted, PV-EOI held off"
			: "counted, PV-EOI granted by the host and ignored by the guest");
}

static void print_cell(FILE *out, const struct plan *plan, const struct plan_cell *cell)
{
	char rate[UNITS_TEXT];

	if (cell->idle)
		fputs("idle", out);
	else if (cell->eoi != EOI_AUTO)
		fputs(eoi_ask_names[cell->eoi], out);
	if (cell->has_rate)
		fprintf(out, "%s%s", cell->eoi == EOI_AUTO ? "" : " at ",
			plan->set.find_max ? "the highest rate held"
					   : format_rate(cell->rate_mhz, rate));
	else if (!cell->idle && cell->eoi == EOI_AUTO)
		fputs("one arm", out);
}

static void print_experiment(FILE *out, const struct plan *plan)
{
	const unsigned long long nr = schedule_nr_blocks(plan);
	char a[UNITS_TEXT], b[UNITS_TEXT];

	if (!plan->set.experiment)
		return;
	fprintf(out, "blocks    %s%llu blocks: ", plan->set.find_max ? "about " : "", nr);
	if (plan->set.repeat_min < plan->set.repeat_max)
		fprintf(out, "%u to ", plan->set.repeat_min);
	fprintf(out, "%u repeats of: ", plan->set.repeat_max);
	for (size_t i = 0; i < plan->nr_cells; i++) {
		fputs(i ? ", " : "", out);
		print_cell(out, plan, &plan->cells[i]);
	}
	fprintf(out, "; order by --seed=%llu\n", (unsigned long long)plan->set.seed);
	if (!plan->program)
		fprintf(out, "time      %s for each, after %s to settle; %s in all\n",
			units_format_time(plan->set.block_ns, a),
			units_format_time(plan->set.settle_ns, b),
			units_format_time(plan->set.warmup_ns +
						  schedule_nr_blocks(plan) * (plan->set.block_ns +
									      plan->set.settle_ns),
					  (char[UNITS_TEXT]){ 0 }));
}

static void print_head(FILE *out, const struct plan *plan, const struct guest *guest)
{
	char cpus[4096], a[UNITS_TEXT], b[UNITS_TEXT], c[UNITS_TEXT];
	const struct machine *m = &guest->machine;
	const char *apic = apic_mode_name(m->apic_mode);

	fprintf(out, "guest     %s on %s, %s, PV-EOI %s\n", m->kernel, m->hypervisor,
		apic ? apic : "APIC mode unknown",
		m->pv_eoi_offered == UNKNOWN ? "unknown"
		: m->pv_eoi_offered	     ? "offered"
					     : "not offered");
	for (size_t i = 0; i < guest->irqmap.nr_devices; i++) {
		const struct irq_device *dev = &guest->irqmap.devices[i];

		fprintf(out, "device    %s%s%s%s%s, %zu queues, MSI-X %s", dev->name,
			dev->node[0] ? " " : "", dev->node, dev->bdf[0] ? " at " : " (virtio-mmio)",
			dev->bdf, dev->nr_queues,
			dev->msix == MSIX_UNKNOWN
				? "unknown (reading the capability takes CAP_SYS_ADMIN)"
				: msix_state_name(dev->msix));
		print_nic(out, guest_nic(guest, dev));
		fputc('\n', out);
	}
	fprintf(out, "CPUs      %s\n", cpulist_format(plan->cpus, cpus, sizeof(cpus)));
	print_experiment(out, plan);
	if (plan->program) {
		fprintf(out, "program   %s, %s%s\n", plan->program[0],
			plan->set.duration_ns ? "ended after " : "until it ends",
			plan->set.duration_ns ? units_format_time(plan->set.duration_ns, a) : "");
		return print_eoi(out, plan);
	}
	fprintf(out, "rate      %s, --arrivals=%s, --pace=%s, --seed=%llu\n",
		plan->cells[0].has_rate ? "of each block its own"
					: format_rate(plan->set.rate_mhz, a),
		settings_arrivals(&plan->set, b, sizeof(b)), pace_names[plan->set.pace],
		(unsigned long long)plan->set.seed);
	if (!plan->set.experiment)
		fprintf(out, "time      %s after %s of warm-up, sampled every %s\n",
			units_format_time(plan->set.duration_ns, a),
			units_format_time(plan->set.warmup_ns, b),
			units_format_time(plan->set.interval_ns, c));
	print_eoi(out, plan);
}

static void set_number(struct libscols_line *line, size_t column, int value)
{
	char buf[16];

	snprintf(buf, sizeof(buf), "%d", value);
	scols_line_set_data(line, column, value < 0 ? "-" : buf);
}

static void add_line(struct libscols_table *table, const struct plan *plan,
		     const struct plan_worker *w)
{
	const struct plan_workload *pw = &plan->workloads[w->workload];
	struct libscols_line *line = scols_table_new_line(table, NULL);
	const char *place = placement_name(w->placement);
	char rate[UNITS_TEXT];

	if (!line)
		return;
	set_number(line, CPU, (int)w->cpu);
	scols_line_set_data(line, WORKLOAD, pw->workload->name);
	scols_line_set_data(line, RATE,
			    plan->cells[0].has_rate ? "-" : format_rate(pw->rate_mhz, rate));
	scols_line_set_data(line, PATH, pw->path ? pw->path : "-");
	scols_line_set_data(line, DEVICE, pw->device ? pw->device->name : "-");
	set_number(line, DEPTH, (int)w->depth);
	set_number(line, QUEUE, w->queue);
	if (w->counter == WL_COUNTER_VECTORS)
		set_number(line, IRQ, w->irq);
	else
		scols_line_set_data(line, IRQ, plan_counter_name(w->counter));
	scols_line_set_data(line, KIND, w->irq < 0 ? "-" : irq_kind_name(w->irq_kind));
	set_number(line, ON_CPU, w->irq_cpu);
	scols_line_set_data(line, VECTOR, place ? place : "-");
}

int output_plan_text(FILE *out, const struct plan *plan, const struct guest *guest)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		return err_nomem();
	print_head(out, plan, guest);
	for (size_t i = 0; i < NR_COLUMNS; i++)
		scols_table_new_column(table, columns[i].name, 0,
				       columns[i].right ? SCOLS_FL_RIGHT : 0);
	scols_table_set_stream(table, out);
	for (size_t i = 0; i < plan->nr_workers; i++)
		add_line(table, plan, &plan->workers[i]);
	if (plan->nr_workers)
		scols_print_table(table);
	scols_unref_table(table);
	for (size_t i = 0; i < plan->nr_notes; i++)
		fprintf(out, "note: %s\n", plan->notes[i]);
	return 0;
}
