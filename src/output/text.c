// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * text.c - findings as a table (libsmartcols) and a few sentences for a person
 */
#include "output/output.h"

#include <inttypes.h>
#include <math.h>
#include <libsmartcols.h>
#include <string.h>
#include "base/err.h"
#include "base/units.h"
#include "output/text_table.h"

static void print_workload(FILE *out, const struct record_workload *w)
{
	if (!w->path)
		return;
	if (w->peer)
		fprintf(out, "%s asks %s through %s", w->name, w->peer, w->path);
	else
		fprintf(out, "%s reads %s", w->name, w->path);
	if (w->device)
		fprintf(out, " (%s%s%s)", w->device, w->bdf ? ", " : "", w->bdf ? w->bdf : "");
	fprintf(out, ", %u in flight\n", w->depth);
}

static void print_head(FILE *out, const struct findings *f)
{
	const struct record *rec = f->rec;
	char time[UNITS_TEXT], arrivals[24];

	fprintf(out, "%s on %s, %s", rec->machine.kernel, rec->machine.hypervisor,
		rec->machine.apic_mode ? rec->machine.apic_mode : "APIC mode unknown");
	fprintf(out, ", PV-EOI %s\n",
		rec->machine.pv_eoi_offered < 0 ? "unknown"
		: rec->machine.pv_eoi_offered	? "offered"
						: "not offered");
	for (size_t i = 0; i < rec->nr_workloads; i++)
		print_workload(out, &rec->workloads[i]);
	if (rec->program.argv || rec->plan.set.experiment)
		return;
	fprintf(out, "%s of %s arrivals, --pace=%s; latency is from the due time\n\n",
		units_format_time(rec->elapsed_ns, time),
		settings_arrivals(&rec->plan.set, arrivals, sizeof(arrivals)),
		pace_names[rec->plan.set.pace]);
}

static void print_verdict(FILE *out, const struct findings *f)
{
	const struct finding_eoi *eoi = &f->totals.eoi;
	const char *reg = f->register_path && !strcmp(f->register_path, "mmio")
				  ? "the APIC page (mmio)"
				  : "the EOI MSR";

	switch (f->verdict) {
	case VERDICT_NOT_COUNTED:
		fprintf(out, "%s\n",
			f->rec->plan.no_eoi_why ? f->rec->plan.no_eoi_why
						: "EOIs were not counted.");
		return;
	case VERDICT_NO_EOI:
		fprintf(out, "These CPUs made no EOI at all.\n");
		return;
	case VERDICT_HELD_OFF:
		fprintf(out, "PV-EOI was off: all %" PRIu64 " EOIs wrote %s", eoi->msr, reg);
		break;
	case VERDICT_IGNORED:
		fprintf(out, "PV-EOI was granted and ignored: all %" PRIu64 " EOIs wrote %s",
			eoi->msr, reg);
		break;
	case VERDICT_NEVER_GRANTED:
		fprintf(out, "The host never granted the fast path: all %" PRIu64 " EOIs wrote %s",
			eoi->msr, reg);
		break;
	case VERDICT_MIXED:
	case VERDICT_FAST:
		fprintf(out,
			"%.1f %% of %" PRIu64 " EOIs took the PV-EOI fast path, %" PRIu64
			" wrote %s",
			100 * eoi->fast_share, eoi->fast + eoi->msr, eoi->msr, reg);
		break;
	}
	if (!isnan(f->totals.register_writes_per_interrupt))
		fprintf(out, " (%.2f for each interrupt of the storm)",
			f->totals.register_writes_per_interrupt);
	fputs(".\n", out);
}

static void print_why(FILE *out, const struct finding_why *w)
{
	const struct {
		uint64_t n;
		const char *reason;
	} reasons[] = {
		{ w->not_offered, "the host does not offer it" },
		{ w->level, "a level-triggered interrupt, which is never granted" },
		{ w->apicv_like, "APICv or AVIC: the write is cheap, and nothing is granted" },
		{ w->pending_or_exit, "another interrupt was pending, or an exit came in between" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].n)
			fprintf(out, "Not fast: %" PRIu64 ", %s.\n", reasons[i].n,
				reasons[i].reason);
}

static void print_cycles(FILE *out, const char *path, const struct finding_cycles *c)
{
	if (!c->count)
		return;
	fprintf(out, "An EOI on the %s path took %.0f cycles", path, c->mean);
	if (!isnan(c->mean_ns))
		fprintf(out, " (%.0f ns)", c->mean_ns);
	fprintf(out, " on average, half of them at most %" PRIu64 ", 99 %% at most %" PRIu64 ".\n",
		c->p50_below, c->p99_below);
}

static int print_sources(FILE *out, const struct findings *f)
{
	static const char *const names[] = { "IRQ", "EOIS OF", "FAST", "REGISTER", "FAST %" };
	struct libscols_table *table;

	if (!f->nr_sources)
		return 0;
	table = scols_new_table();
	if (!table)
		return err_nomem();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		scols_table_new_column(table, names[i], 0, i == 1 ? 0 : SCOLS_FL_RIGHT);
	scols_table_set_stream(table, out);
	for (size_t i = 0; i < f->nr_sources; i++) {
		const struct finding_source *s = &f->sources[i];
		struct libscols_line *line = scols_table_new_line(table, NULL);

		if (!line)
			break;
		if (s->irq < 0)
			output_cell(line, 0, "-");
		else
			output_cell(line, 0, "%d", s->irq);
		output_cell(line, 1, "%s%s", s->name, s->storm ? " (the storm)" : "");
		output_cell(line, 2, "%" PRIu64, s->fast);
		output_cell(line, 3, "%" PRIu64, s->msr);
		output_cell(line, 4, "%.1f", 100 * s->fast_share);
	}
	fputc('\n', out);
	scols_print_table(table);
	scols_unref_table(table);
	return 0;
}

static void print_interrupted(FILE *out, const struct findings *f)
{
	if (record_nr_runs(f->rec) > 1)
		fprintf(out,
			f->experiment ? "These are %zu runs.\n"
				      : "These are the sums of %zu runs.\n",
			record_nr_runs(f->rec));
	if (f->rec->interrupted)
		fputs(f->rec->program.argv ? "A signal came, and the program had it too.\n"
					   : "Interrupted: this is the result until then.\n",
		      out);
	if (f->rec->failed)
		fprintf(out, "The run failed, this is the result until then: %s.\n",
			f->rec->failed);
}

static void print_lost(FILE *out, const struct findings *f)
{
	if (f->totals.lost)
		fprintf(out,
			"%" PRIu64
			" of the events (%.1f %%) never completed; their age is in the latency.\n",
			f->totals.lost, 100 * f->totals.lost_share);
	if ((f->totals.late || f->totals.skipped) &&
	    !f->rec->plan.set.find_max) /* probes are meant to go too far */
		fprintf(out,
			"Of the due events %" PRIu64
			" were started late, after the next was due, and %" PRIu64 " not at all.\n",
			f->totals.late, f->totals.skipped);
	if (f->totals.coalesced)
		fprintf(out,
			"%" PRIu64
			" events were submitted together with another one (coalesced).\n",
			f->totals.coalesced);
	if (f->totals.few_interrupts)
		fputs("That are fewer interrupts than events in flight explain: did the events "
		      "reach the device, or the vCPU?\n",
		      out);
}

static void print_elsewhere(FILE *out, const struct findings *f)
{
	if (f->rec->interrupts_elsewhere && f->rec->interrupts_elsewhere != RECORD_UNKNOWN)
		fprintf(out,
			"%" PRIu64
			" of the storm's interrupts were taken on CPUs without a worker.\n",
			f->rec->interrupts_elsewhere);
}

static void print_notes(FILE *out, const struct findings *f)
{
	for (size_t i = 0; i < f->rec->nr_notes; i++)
		fprintf(out, "note: %s\n", f->rec->notes[i]);
}

/* EOIs that all took one path say nothing, and that they did is said already */
static void print_correlation(FILE *out, const struct findings *f)
{
	size_t nr_cells = 0;
	bool rated = false;

	if (f->verdict != VERDICT_MIXED && f->verdict != VERDICT_FAST)
		return;
	for (size_t i = 0; i < f->rec->nr_cells; i++) {
		nr_cells += !f->rec->cells[i].idle;
		rated |= f->rec->cells[i].has_rate;
	}
	if (rated)
		fputs("Share, rate and latency all follow the rates that were tried; what goes "
		      "together at one rate is in --json.\n",
		      out);
	else if (nr_cells == 1)
		output_correlation_text(out, f->correlations);
}

static void print_not_held(FILE *out, const struct findings *f)
{
	char asked[UNITS_TEXT], got[UNITS_TEXT];

	if (f->rec->failed || f->totals.rate_held || !f->totals.has_due)
		return;
	fprintf(out,
		"The rate was not held: %s of %s due events (%.1f %%; the slowest vCPU %.1f %%).\n",
		units_format_rate((double)f->totals.events_of_due, got),
		units_format_rate((double)f->totals.events_due, asked), 100 * f->totals.held_share,
		100 * f->totals.worst_share);
}

static bool has_ipis(uint64_t timer, uint64_t reschedule, uint64_t call)
{
	return record_sum(timer, record_sum(reschedule, call)) != RECORD_UNKNOWN;
}

static void print_sentences(FILE *out, const struct findings *f)
{
	fputc('\n', out);
	print_interrupted(out, f);
	print_not_held(out, f);
	print_lost(out, f);
	print_verdict(out, f);
	print_why(out, &f->why);
	print_cycles(out, "fast", &f->cycles_fast);
	print_cycles(out, "register", &f->cycles_msr);
	print_correlation(out, f);
	print_elsewhere(out, f);
	if (!f->rec->program.argv &&
	    has_ipis(f->totals.timer, f->totals.reschedule, f->totals.call))
		fprintf(out,
			"In all these CPUs took %" PRIu64 " timer interrupts, %" PRIu64
			" reschedule and %" PRIu64 " function-call IPIs.\n",
			f->totals.timer, f->totals.reschedule, f->totals.call);
	for (size_t i = 0; i < f->nr_rows; i++)
		if (f->rows[i].row->placement && !strcmp(f->rows[i].row->placement, "elsewhere") &&
		    has_ipis(0, f->rows[i].on->reschedule, f->rows[i].on->call))
			fprintf(out,
				"CPU %u, whose interrupts are taken on CPU %d, took %" PRIu64
				" reschedule and %" PRIu64 " function-call IPIs for %" PRIu64
				" events.\n",
				f->rows[i].row->cpu, f->rows[i].row->irq_cpu,
				f->rows[i].on->reschedule, f->rows[i].on->call,
				f->rows[i].row->events);
	print_notes(out, f);
	output_judgements_text(out, f->judgements);
}

/* verdicts and rows of all blocks together would mix what the blocks keep apart */
static int print_experiment(FILE *out, const struct findings *f)
{
	int ret = output_experiment_text(out, f->experiment);

	fputc('\n', out);
	print_interrupted(out, f);
	print_not_held(out, f);
	print_lost(out, f);
	if (f->verdict == VERDICT_NOT_COUNTED)
		print_verdict(out, f);
	print_correlation(out, f);
	print_elsewhere(out, f);
	print_notes(out, f);
	output_judgements_text(out, f->judgements);
	return ret;
}

int output_text(FILE *out, const struct findings *f)
{
	int ret;

	print_head(out, f);
	if (f->experiment)
		return print_experiment(out, f);
	ret = f->rec->program.argv ? output_program_text(out, f) : text_table(out, f);
	if (!ret)
		ret = print_sources(out, f);
	if (!ret)
		print_sentences(out, f);
	return ret;
}
