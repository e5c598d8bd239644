// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * json.c - findings as one JSON document, by jansson. Base units in the key names; what was not
 * measured is null. irqstorm(1), section JSON, is the reference of the keys.
 */
#include "output/output.h"

#include <math.h>
#include "output/correlation_json.h"
#include "output/experiment_json.h"
#include "output/judge_json.h"
#include "output/value.h"

#define SCHEMA "irqstorm/1"

static json_t *eoi_json(const struct finding_eoi *eoi)
{
	json_t *o;

	if (!eoi->has)
		return json_null();
	o = json_pack("{s:o, s:o, s:o}", "fast", value_count(eoi->fast), "msr",
		      value_count(eoi->msr), "fast_share", value_number(eoi->fast_share));
	if (eoi->mark_end)
		json_object_set_new(o, "marks",
				    json_pack("{s:o, s:o}", "begin", value_count(eoi->mark_begin),
					      "end", value_count(eoi->mark_end)));
	return o;
}

static json_t *latency_json(const struct finding_latency *l)
{
	if (!l->count)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o}", "p50", value_count(l->p50), "p99",
			 value_count(l->p99), "p999", value_count(l->p999), "max",
			 value_count(l->max));
}

static json_t *machine_json(const struct record_machine *m)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "host", value_text(m->host),
			 "cpu_model", value_text(m->cpu_model), "kernel", value_text(m->kernel),
			 "hypervisor", value_text(m->hypervisor), "pv_eoi_offered",
			 value_tristate(m->pv_eoi_offered), "apic_mode", value_text(m->apic_mode),
			 "cpus", value_text(m->cpus_online));
}

static json_t *workload_json(const struct record_workload *w)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:o, s:o}", "name",
			 value_text(w->name), "spec", value_text(w->spec), "path",
			 value_text(w->path), "device", value_text(w->device), "bdf",
			 value_text(w->bdf), "peer", value_text(w->peer), "depth", (int)w->depth,
			 "batch", (int)w->batch, "rate_hz", value_rate(w->rate_mhz), "cpus",
			 value_text(w->cpus));
}

static json_t *plan_json(const struct record *rec)
{
	const struct settings *p = &rec->plan.set;
	char arrivals[24];
	json_t *workloads = json_array();

	for (size_t i = 0; i < rec->nr_workloads; i++)
		json_array_append_new(workloads, workload_json(&rec->workloads[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:s}", "rate_hz",
			 value_rate(p->rate_mhz), "duration_ns",
			 p->duration_ns ? value_count(p->duration_ns) : json_null(), "warmup_ns",
			 value_count(p->warmup_ns), "interval_ns", value_count(p->interval_ns),
			 "pace", pace_names[p->pace], "arrivals",
			 value_text(settings_arrivals(p, arrivals, sizeof(arrivals))), "seed",
			 p->seed == UINT64_MAX ? json_null() : value_count(p->seed), "cpus",
			 value_text(rec->plan.cpus), "workloads", workloads, "eoi",
			 eoi_ask_names[p->eoi]);
}

static json_t *row_json(const struct finding_row *fr)
{
	const struct record_row *row = fr->row;
	const bool has_due = row->events_due != UINT64_MAX;
	json_t *o;

	o = json_pack("{s:i, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
		      "s:o, s:o, s:o, s:o, s:o, s:o}",
		      "cpu", (int)row->cpu, "workload", value_text(fr->workload->name),
		      "workload_index", (int)row->workload, "asked_hz", value_number(fr->asked_hz),
		      "events", value_count(row->events), "events_due",
		      row->events_due == UINT64_MAX ? json_null() : value_count(row->events_due),
		      "lost", value_count(row->lost), "rate_hz", value_number(fr->rate_hz),
		      "interrupts", fr->has_interrupts ? value_count(row->interrupts) : json_null(),
		      "interrupts_per_event", value_number(fr->interrupts_per_event), "placement",
		      value_text(row->placement), "counter", value_text(row->counter), "queue",
		      value_id(row->queue), "irq", value_id(row->irq), "irq_cpu",
		      value_id(row->irq_cpu), "eoi", eoi_json(&fr->eoi), "latency_ns",
		      latency_json(&fr->latency), "start_delay_ns", latency_json(&fr->delay),
		      "timer_interrupts", value_count(fr->on->timer), "reschedule_ipis",
		      value_count(fr->on->reschedule), "call_ipis", value_count(fr->on->call));
	json_object_set_new(o, "late", has_due ? value_count(row->late) : json_null());
	json_object_set_new(o, "skipped", has_due ? value_count(row->skipped) : json_null());
	json_object_set_new(o, "coalesced", value_count(row->coalesced));
	return o;
}

static json_t *totals_json(const struct findings *f)
{
	json_t *o = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "events",
			      value_count(f->totals.events), "events_due",
			      f->totals.has_due ? value_count(f->totals.events_due) : json_null(),
			      "lost", value_count(f->totals.lost), "rate_hz",
			      value_number(f->totals.rate_hz), "asked_hz",
			      value_number(f->totals.asked_hz), "rate_held", f->totals.rate_held,
			      "held_share", value_number(f->totals.held_share));

	json_object_set_new(o, "lost_share", value_number(f->totals.lost_share));
	json_object_set_new(o, "interrupts",
			    f->totals.has_interrupts ? value_count(f->totals.interrupts)
						     : json_null());
	json_object_set_new(o, "interrupts_elsewhere",
			    f->totals.has_interrupts ? value_count(f->rec->interrupts_elsewhere)
						     : json_null());
	json_object_set_new(o, "interrupts_per_event",
			    value_number(f->totals.interrupts_per_event));
	json_object_set_new(o, "register_writes_per_interrupt",
			    value_number(f->totals.register_writes_per_interrupt));
	json_object_set_new(o, "eoi", eoi_json(&f->totals.eoi));
	json_object_set_new(o, "latency_ns", latency_json(&f->totals.latency));
	json_object_set_new(o, "start_delay_ns", latency_json(&f->totals.delay));
	json_object_set_new(o, "timer_interrupts", value_count(f->totals.timer));
	json_object_set_new(o, "reschedule_ipis", value_count(f->totals.reschedule));
	json_object_set_new(o, "call_ipis", value_count(f->totals.call));
	json_object_set_new(o, "steal_ns", value_count(f->totals.steal_ns));
	json_object_set_new(o, "late",
			    f->totals.has_due ? value_count(f->totals.late) : json_null());
	json_object_set_new(o, "skipped",
			    f->totals.has_due ? value_count(f->totals.skipped) : json_null());
	json_object_set_new(o, "coalesced", value_count(f->totals.coalesced));
	return o;
}

static json_t *interval_json(const struct record_interval *i, bool has_interrupts)
{
	return json_pack("{s:i, s:o, s:i, s:o, s:o, s:o, s:o}", "block", (int)i->block, "t_ns",
			 value_count(i->t_ns), "cpu", (int)i->cpu, "events", value_count(i->events),
			 "interrupts", has_interrupts ? value_count(i->interrupts) : json_null(),
			 "fast", i->has_eoi ? value_count(i->fast) : json_null(), "msr",
			 i->has_eoi ? value_count(i->msr) : json_null());
}

static json_t *source_json(const struct record_source *s)
{
	return json_pack("{s:o, s:o, s:i, s:o, s:o, s:o, s:b}", "irq", value_id(s->irq), "name",
			 value_text(s->name), "cpu", (int)s->cpu, "fast", value_count(s->fast),
			 "msr", value_count(s->msr), "level", value_count(s->level), "storm",
			 s->storm);
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
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "not_offered",
			 value_count(w->not_offered), "off", value_count(w->off), "ignored",
			 value_count(w->ignored), "level", value_count(w->level), "apicv_like",
			 value_count(w->apicv_like), "pending_or_exit",
			 value_count(w->pending_or_exit));
}

static json_t *cycles_json(const struct finding_cycles *c)
{
	if (!c->count)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "count", value_count(c->count), "mean",
			 value_number(c->mean), "mean_ns", value_number(c->mean_ns), "p50_below",
			 value_count(c->p50_below), "p99_below", value_count(c->p99_below));
}

static json_t *calibration_json(const struct findings *f)
{
	if (f->write_exits < 0)
		return json_null();
	return json_pack("{s:o, s:o, s:b}", "msr_cycles", value_count(f->rec->calib_msr_cycles),
			 "base_cycles", value_count(f->rec->calib_base_cycles), "write_exits",
			 f->write_exits);
}

static json_t *program_json(const struct record_program *p)
{
	json_t *argv = json_array();

	for (size_t i = 0; p->argv && p->argv[i]; i++)
		json_array_append_new(argv, value_text(p->argv[i]));
	if (!p->argv) {
		json_decref(argv);
		return json_null();
	}
	return json_pack("{s:o, s:i, s:o, s:b, s:o, s:o}", "argv", argv, "exit_status", p->status,
			 "signal", p->signal ? json_integer(p->signal) : json_null(), "timed_out",
			 p->timed_out, "user_ns", value_count(p->user_ns), "system_ns",
			 value_count(p->system_ns));
}

static json_t *vcpus_json(const struct findings *f)
{
	json_t *vcpus = json_array();

	for (size_t i = 0; i < f->nr_cpus; i++) {
		const struct record_cpu *c = f->cpus[i].cpu;

		json_array_append_new(vcpus,
				      json_pack("{s:i, s:o, s:o, s:o, s:o, s:o}", "cpu",
						(int)c->cpu, "eoi", eoi_json(&f->cpus[i].eoi),
						"timer_interrupts", value_count(c->timer),
						"reschedule_ipis", value_count(c->reschedule),
						"call_ipis", value_count(c->call), "steal_ns",
						value_count(c->steal_ns)));
	}
	return vcpus;
}

static json_t *lines_json(const struct record *rec)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < rec->nr_lines; i++) {
		const struct record_line *l = &rec->lines[i];

		json_array_append_new(lines, json_pack("{s:o, s:o, s:i, s:o}", "line",
						       value_text(l->label), "name",
						       value_text(l->name), "cpu", (int)l->cpu,
						       "count", value_count(l->count)));
	}
	return lines;
}

static json_t *spread_json(const struct finding_spread *s)
{
	if (isnan(s->median))
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "median", value_number(s->median), "q1",
			 value_number(s->low), "q3", value_number(s->high));
}

static json_t *findings_json(const struct findings *f)
{
	const struct record *rec = f->rec;
	json_t *cpus = json_array(), *intervals = json_array(), *notes = json_array(), *root;

	for (size_t i = 0; i < f->nr_rows; i++)
		json_array_append_new(cpus, row_json(&f->rows[i]));
	for (size_t i = 0; i < rec->nr_intervals; i++)
		json_array_append_new(intervals,
				      interval_json(&rec->intervals[i], f->totals.has_interrupts));
	for (size_t i = 0; i < rec->nr_notes; i++)
		json_array_append_new(notes, value_text(rec->notes[i]));
	root = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "schema", SCHEMA, "version",
			 PACKAGE_VERSION, "machine", machine_json(&rec->machine), "plan",
			 plan_json(rec), "cpus", cpus, "totals", totals_json(f));
	json_object_set_new(root, "elapsed_ns", value_count(rec->elapsed_ns));
	json_object_set_new(root, "runs", value_count(record_nr_runs(rec)));
	json_object_set_new(root, "failed", value_text(rec->failed));
	json_object_set_new(root, "interrupted", json_boolean(rec->interrupted));
	json_object_set_new(root, "warmup",
			    json_pack("{s:o, s:o}", "elapsed_ns",
				      value_count(rec->warmup.elapsed_ns), "events",
				      value_count(rec->warmup.events)));
	json_object_set_new(root, "eoi_mode", value_text(rec->eoi_mode));
	json_object_set_new(root, "pv_eoi_word", value_text(rec->pv_eoi_word));
	json_object_set_new(root, "eoi_why_not", value_text(rec->plan.no_eoi_why));
	json_object_set_new(root, "register_path", value_text(f->register_path));
	json_object_set_new(root, "why_not_fast", why_json(&f->why));
	json_object_set_new(root, "irqs", sources_json(rec));
	json_object_set_new(root, "handlers_without_eoi",
			    rec->has_sources ? value_count(rec->no_eoi) : json_null());
	json_object_set_new(root, "eoi_cycles",
			    json_pack("{s:o, s:o}", "fast", cycles_json(&f->cycles_fast), "msr",
				      cycles_json(&f->cycles_msr)));
	json_object_set_new(root, "calibration", calibration_json(f));
	json_object_set_new(root, "verdict", json_string(verdict_name(f->verdict)));
	json_object_set_new(root, "rate_spread_hz", spread_json(&f->rate_spread));
	json_object_set_new(root, "fast_share_spread", spread_json(&f->share_spread));
	json_object_set_new(root, "program", program_json(&rec->program));
	json_object_set_new(root, "vcpus", vcpus_json(f));
	json_object_set_new(root, "proc_interrupts", lines_json(rec));
	json_object_set_new(root, "experiment", experiment_json(f->experiment));
	json_object_set_new(root, "correlation", correlation_json(f->correlations));
	json_object_set_new(root, "fail_if", judge_json(f->judgements));
	json_object_set_new(root, "notes", notes);
	json_object_set_new(root, "intervals", intervals);
	return root;
}

int output_json(FILE *out, const struct findings *f)
{
	return value_dump(out, findings_json(f));
}
