// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * json.c - findings as one JSON document, by jansson. Base units in the key names; what was not measured is null.
 * irqstorm(1), section JSON, is the reference of the keys.
 */
#include "output/output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "base/units.h"

#define SCHEMA "irqstorm/1"

static json_t *number(double v)
{
	return isnan(v) ? json_null() : json_real(v);
}

static json_t *count(uint64_t v)
{
	return json_integer((json_int_t)v);
}

/* a file's name may be any bytes, JSON's strings are UTF-8: then every byte above ASCII is shown as '?' */
static json_t *text(const char *s)
{
	json_t *o = s ? json_string(s) : json_null();
	char *copy, *c;

	if (o)
		return o;
	copy = strdup(s);
	for (c = copy; c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	o = copy ? json_string(copy) : NULL;
	free(copy);
	return o;
}

static json_t *id(int v)
{
	return v < 0 ? json_null() : json_integer(v);
}

static json_t *tristate(int v)
{
	return v < 0 ? json_null() : json_boolean(v);
}

static json_t *rate_of(uint64_t mhz)
{
	return mhz == UNITS_RATE_MAX ? json_null() : json_real((double)mhz / 1000);
}

static json_t *eoi_json(const struct finding_eoi *eoi)
{
	json_t *o;

	if (!eoi->has)
		return json_null();
	o = json_pack("{s:o, s:o, s:o}", "fast", count(eoi->fast), "msr", count(eoi->msr),
		      "fast_share", number(eoi->fast_share));
	if (eoi->mark_end)
		json_object_set_new(o, "marks", json_pack("{s:o, s:o}", "begin", count(eoi->mark_begin),
							  "end", count(eoi->mark_end)));
	return o;
}

static json_t *latency_json(const struct finding_latency *l)
{
	if (!l->count)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o}", "p50", count(l->p50), "p99", count(l->p99), "p999", count(l->p999),
			 "max", count(l->max));
}

static json_t *machine_json(const struct record_machine *m)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "host", text(m->host), "cpu_model", text(m->cpu_model),
			 "kernel", text(m->kernel), "hypervisor", text(m->hypervisor), "pv_eoi_offered", tristate(m->pv_eoi_offered), "apic_mode", text(m->apic_mode),
			 "cpus", text(m->cpus_online));
}

static json_t *workload_json(const struct record_workload *w)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:o, s:o}", "name", text(w->name),
			 "spec", text(w->spec), "path", text(w->path),
			 "device", text(w->device), "bdf", text(w->bdf), "peer", text(w->peer), "depth", (int)w->depth, "batch", (int)w->batch,
			 "rate_hz", rate_of(w->rate_mhz), "cpus", text(w->cpus));
}

static json_t *plan_json(const struct record *rec)
{
	const struct record_plan *p = &rec->plan;
	json_t *workloads = json_array();

	for (size_t i = 0; i < rec->nr_workloads; i++)
		json_array_append_new(workloads, workload_json(&rec->workloads[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:s}",
			 "rate_hz", rate_of(p->rate_mhz), "duration_ns", p->duration_ns ? count(p->duration_ns) : json_null(),
			 "warmup_ns", count(p->warmup_ns), "interval_ns", count(p->interval_ns),
			 "pace", p->pace, "arrivals", text(p->arrivals), "seed",
			 p->seed == UINT64_MAX ? json_null() : count(p->seed), "cpus", text(p->cpus),
			 "workloads", workloads, "eoi", p->eoi);
}

static json_t *row_json(const struct finding_row *fr)
{
	const struct record_row *row = fr->row;
	const bool has_due = row->events_due != UINT64_MAX;
	json_t *o;

	o = json_pack("{s:i, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "cpu", (int)row->cpu, "workload", text(fr->workload->name), "workload_index", (int)row->workload,
			 "asked_hz", number(fr->asked_hz),
			 "events", count(row->events),
			 "events_due", row->events_due == UINT64_MAX ? json_null() : count(row->events_due),
			 "lost", count(row->lost), "rate_hz", number(fr->rate_hz),
			 "interrupts", fr->has_interrupts ? count(row->interrupts) : json_null(),
			 "interrupts_per_event", number(fr->interrupts_per_event),
			 "placement", text(row->placement), "counter", text(row->counter), "queue", id(row->queue), "irq", id(row->irq),
			 "irq_cpu", id(row->irq_cpu),
			 "eoi", eoi_json(&fr->eoi), "latency_ns", latency_json(&fr->latency),
			 "start_delay_ns", latency_json(&fr->delay),
			 "timer_interrupts", count(fr->on->timer), "reschedule_ipis", count(fr->on->reschedule),
			 "call_ipis", count(fr->on->call));
	json_object_set_new(o, "late", has_due ? count(row->late) : json_null());
	json_object_set_new(o, "skipped", has_due ? count(row->skipped) : json_null());
	json_object_set_new(o, "coalesced", count(row->coalesced));
	return o;
}

static json_t *totals_json(const struct findings *f)
{
	json_t *o = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o}",
			      "events", count(f->totals.events),
			      "events_due", f->totals.has_due ? count(f->totals.events_due) : json_null(),
			      "lost", count(f->totals.lost), "rate_hz", number(f->totals.rate_hz),
			      "asked_hz", number(f->totals.asked_hz), "rate_held", f->totals.rate_held,
			      "held_share", number(f->totals.held_share));

	json_object_set_new(o, "lost_share", number(f->totals.lost_share));
	json_object_set_new(o, "interrupts", f->totals.has_interrupts ? count(f->totals.interrupts) : json_null());
	json_object_set_new(o, "interrupts_elsewhere",
			    f->totals.has_interrupts ? count(f->rec->interrupts_elsewhere) : json_null());
	json_object_set_new(o, "interrupts_per_event", number(f->totals.interrupts_per_event));
	json_object_set_new(o, "register_writes_per_interrupt", number(f->totals.register_writes_per_interrupt));
	json_object_set_new(o, "eoi", eoi_json(&f->totals.eoi));
	json_object_set_new(o, "latency_ns", latency_json(&f->totals.latency));
	json_object_set_new(o, "start_delay_ns", latency_json(&f->totals.delay));
	json_object_set_new(o, "timer_interrupts", count(f->totals.timer));
	json_object_set_new(o, "reschedule_ipis", count(f->totals.reschedule));
	json_object_set_new(o, "call_ipis", count(f->totals.call));
	json_object_set_new(o, "steal_ns", count(f->totals.steal_ns));
	json_object_set_new(o, "late", f->totals.has_due ? count(f->totals.late) : json_null());
	json_object_set_new(o, "skipped", f->totals.has_due ? count(f->totals.skipped) : json_null());
	json_object_set_new(o, "coalesced", count(f->totals.coalesced));
	return o;
}

static json_t *interval_json(const struct record_interval *i, bool has_interrupts)
{
	return json_pack("{s:o, s:i, s:o, s:o, s:o, s:o}", "t_ns", count(i->t_ns), "cpu", (int)i->cpu,
			 "events", count(i->events), "interrupts", has_interrupts ? count(i->interrupts) : json_null(),
			 "fast", i->has_eoi ? count(i->fast) : json_null(), "msr", i->has_eoi ? count(i->msr) : json_null());
}

static json_t *source_json(const struct record_source *s)
{
	return json_pack("{s:o, s:o, s:i, s:o, s:o, s:o, s:b}", "irq", id(s->irq), "name", text(s->name), "cpu", (int)s->cpu,
			 "fast", count(s->fast), "msr", count(s->msr), "level", count(s->level), "storm", s->storm);
}

static json_t *sources_json(const struct record *rec)
{
	json_t *sources;

	if (!rec->has_sources)
		return json_null();
	sources = json_array();
	for (size_t i = 0; i < rec->nr_sources; i++)
		json_array_append_new(sources, source_json(&rec->sources[i]));
	return sources;
}

static json_t *why_json(const struct finding_why *w)
{
	if (!w->has)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "not_offered", count(w->not_offered), "off", count(w->off),
			 "ignored", count(w->ignored), "level", count(w->level), "apicv_like", count(w->apicv_like),
			 "pending_or_exit", count(w->pending_or_exit));
}

static json_t *cycles_json(const struct finding_cycles *c)
{
	if (!c->count)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "count", count(c->count), "mean", number(c->mean),
			 "mean_ns", number(c->mean_ns), "p50_below", count(c->p50_below), "p99_below", count(c->p99_below));
}

static json_t *calibration_json(const struct findings *f)
{
	if (f->write_exits < 0)
		return json_null();
	return json_pack("{s:o, s:o, s:b}", "msr_cycles", count(f->rec->calib_msr_cycles), "base_cycles",
			 count(f->rec->calib_base_cycles), "write_exits", f->write_exits);
}

static json_t *program_json(const struct record_program *p)
{
	json_t *argv = json_array();

	for (size_t i = 0; p->argv && p->argv[i]; i++)
		json_array_append_new(argv, text(p->argv[i]));
	if (!p->argv) {
		json_decref(argv);
		return json_null();
	}
	return json_pack("{s:o, s:i, s:o, s:b, s:o, s:o}", "argv", argv, "exit_status", p->status,
			 "signal", p->signal ? json_integer(p->signal) : json_null(), "timed_out", p->timed_out,
			 "user_ns", count(p->user_ns), "system_ns", count(p->system_ns));
}

static json_t *vcpus_json(const struct findings *f)
{
	json_t *vcpus = json_array();

	for (size_t i = 0; i < f->nr_cpus; i++) {
		const struct record_cpu *c = f->cpus[i].cpu;

		json_array_append_new(vcpus, json_pack("{s:i, s:o, s:o, s:o, s:o, s:o}", "cpu", (int)c->cpu,
						       "eoi", eoi_json(&f->cpus[i].eoi),
						       "timer_interrupts", count(c->timer),
						       "reschedule_ipis", count(c->reschedule),
						       "call_ipis", count(c->call), "steal_ns", count(c->steal_ns)));
	}
	return vcpus;
}

static json_t *lines_json(const struct record *rec)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < rec->nr_lines; i++) {
		const struct record_line *l = &rec->lines[i];

		json_array_append_new(lines, json_pack("{s:o, s:o, s:i, s:o}", "line", text(l->label), "name", text(l->name),
						       "cpu", (int)l->cpu, "count", count(l->count)));
	}
	return lines;
}

static json_t *spread_json(const struct finding_spread *s)
{
	if (isnan(s->median))
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "median", number(s->median), "q1", number(s->low), "q3", number(s->high));
}

static json_t *findings_json(const struct findings *f)
{
	const struct record *rec = f->rec;
	json_t *cpus = json_array(), *intervals = json_array(), *notes = json_array(), *root;

	for (size_t i = 0; i < f->nr_rows; i++)
		json_array_append_new(cpus, row_json(&f->rows[i]));
	for (size_t i = 0; i < rec->nr_intervals; i++)
		json_array_append_new(intervals, interval_json(&rec->intervals[i], f->totals.has_interrupts));
	for (size_t i = 0; i < rec->nr_notes; i++)
		json_array_append_new(notes, text(rec->notes[i]));
	root = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "schema", SCHEMA, "version", PACKAGE_VERSION,
			 "machine", machine_json(&rec->machine), "plan", plan_json(rec), "cpus", cpus,
			 "totals", totals_json(f));
	json_object_set_new(root, "elapsed_ns", count(rec->elapsed_ns));
	json_object_set_new(root, "runs", count(record_nr_runs(rec)));
	json_object_set_new(root, "failed", text(rec->failed));
	json_object_set_new(root, "interrupted", json_boolean(rec->interrupted));
	json_object_set_new(root, "warmup", json_pack("{s:o, s:o}", "elapsed_ns", count(rec->warmup.elapsed_ns),
						      "events", count(rec->warmup.events)));
	json_object_set_new(root, "eoi_mode", text(rec->eoi_mode));
	json_object_set_new(root, "pv_eoi_word", text(rec->pv_eoi_word));
	json_object_set_new(root, "eoi_why_not", text(rec->plan.no_eoi_why));
	json_object_set_new(root, "register_path", text(f->register_path));
	json_object_set_new(root, "why_not_fast", why_json(&f->why));
	json_object_set_new(root, "irqs", sources_json(rec));
	json_object_set_new(root, "handlers_without_eoi", rec->has_sources ? count(rec->no_eoi) : json_null());
	json_object_set_new(root, "eoi_cycles", json_pack("{s:o, s:o}", "fast", cycles_json(&f->cycles_fast),
							  "msr", cycles_json(&f->cycles_msr)));
	json_object_set_new(root, "calibration", calibration_json(f));
	json_object_set_new(root, "verdict", json_string(verdict_name(f->verdict)));
	json_object_set_new(root, "rate_spread_hz", spread_json(&f->rate_spread));
	json_object_set_new(root, "fast_share_spread", spread_json(&f->share_spread));
	json_object_set_new(root, "program", program_json(&rec->program));
	json_object_set_new(root, "vcpus", vcpus_json(f));
	json_object_set_new(root, "proc_interrupts", lines_json(rec));
	json_object_set_new(root, "notes", notes);
	json_object_set_new(root, "intervals", intervals);
	return root;
}

static int dump(FILE *out, json_t *root)
{
	int ret = root ? json_dumpf(root, out, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) : -1;

	json_decref(root);
	if (!ret)
		fputc('\n', out);
	/* a stream that took no more is its owner's to report: ferror() stays set */
	return ret && !ferror(out) ? err_nomem() : 0;
}

int output_json(FILE *out, const struct findings *f)
{
	return dump(out, findings_json(f));
}

static json_t *worker_json(const struct plan *plan, const struct plan_worker *w)
{
	const struct plan_workload *pw = &plan->workloads[w->workload];

	return json_pack("{s:i, s:s, s:i, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "cpu", (int)w->cpu,
			 "workload", pw->workload->name, "workload_index", (int)w->workload,
			 "rate_hz", rate_of(pw->rate_mhz), "path", text(pw->path),
			 "device", text(pw->device ? pw->device->name : NULL), "depth", (int)w->depth,
			 "irq_kind", text(w->irq < 0 ? NULL : irq_kind_name(w->irq_kind)),
			 "counter", text(plan_counter_name(w->counter)),
			 "placement", text(placement_name(w->placement)), "queue", id(w->queue), "irq", id(w->irq),
			 "irq_cpu", id(w->irq_cpu));
}

static json_t *nic_json(const struct nic *nic)
{
	if (!nic)
		return json_null();
	return json_pack("{s:b, s:o, s:o, s:o}", "present", nic->present, "up", tristate(nic->up), "carrier",
			 tristate(nic->carrier), "address", text(nic->address[0] ? nic->address : NULL));
}

static json_t *device_json(const struct irq_device *dev, const struct nic *nic)
{
	return json_pack("{s:s, s:s, s:o, s:s, s:o, s:i, s:o}", "device", dev->name, "driver", dev->driver,
			 "bdf", text(dev->bdf[0] ? dev->bdf : NULL), "node", dev->node,
			 "msix", dev->msix == MSIX_UNKNOWN ? json_null() : json_boolean(dev->msix == MSIX_ENABLED),
			 "nr_queues", (int)dev->nr_queues, "nic", nic_json(nic));
}

static json_t *asked_json(const struct plan *plan)
{
	char cpus[4096], arrivals[32];

	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:s, s:s, s:b, s:o}",
			 "rate_hz", rate_of(plan->rate_mhz), "duration_ns", plan->duration_ns ? count(plan->duration_ns) : json_null(),
			 "warmup_ns", count(plan->warmup_ns), "interval_ns", count(plan->interval_ns),
			 "pace", pace_names[plan->pace], "arrivals", plan_arrivals_name(plan, arrivals, sizeof(arrivals)),
			 "seed", count(plan->seed), "cpus", cpulist_format(plan->cpus, cpus, sizeof(cpus)),
			 "eoi", eoi_ask_names[plan->eoi], "eoi_counted", plan->count_eoi,
			 "eoi_why_not", text(plan->no_eoi_why[0] ? plan->no_eoi_why : NULL));
}

int output_plan_json(FILE *out, const struct plan *plan, const struct guest *guest)
{
	json_t *workers = json_array(), *notes = json_array(), *devices = json_array(), *program = json_array();
	const struct machine *m = &guest->machine;

	for (size_t i = 0; i < guest->irqmap.nr_devices; i++)
		json_array_append_new(devices, device_json(&guest->irqmap.devices[i], guest_nic(guest, &guest->irqmap.devices[i])));
	for (size_t i = 0; i < plan->nr_workers; i++)
		json_array_append_new(workers, worker_json(plan, &plan->workers[i]));
	for (size_t i = 0; i < plan->nr_notes; i++)
		json_array_append_new(notes, text(plan->notes[i]));
	for (size_t i = 0; plan->program && plan->program[i]; i++)
		json_array_append_new(program, text(plan->program[i]));
	return dump(out, json_pack("{s:s, s:s, s:{s:o, s:o, s:o, s:o}, s:o, s:o, s:o, s:o, s:o}",
				   "schema", "irqstorm-plan/1", "version", PACKAGE_VERSION,
				   "machine", "kernel", text(m->kernel), "hypervisor", text(m->hypervisor),
				   "pv_eoi_offered", tristate(m->pv_eoi_offered),
				   "apic_mode", text(apic_mode_name(m->apic_mode)),
				   "devices", devices, "plan", asked_json(plan), "program", program, "workers", workers, "notes", notes));
}
