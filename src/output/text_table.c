// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * text_table.c - the table of a storm: a line for each vCPU and workload, and their total
 */
#include "output/text_table.h"

#include <inttypes.h>
#include <libsmartcols.h>
#include <math.h>
#include <string.h>
#include "base/err.h"
#include "base/units.h"
#include "output/output.h"

enum column {
	CPU,
	WORKLOAD,
	ASKED,
	RATE,
	INTERRUPTS,
	PER_EVENT,
	FAST,
	REGISTER,
	SHARE,
	P50,
	P99,
	MAX,
	NR_COLUMNS
};

static struct libscols_table *new_table(const struct findings *f, FILE *out)
{
	const char *path = f->register_path && !strcmp(f->register_path, "mmio") ? "MMIO" : "MSR";
	const char *const names[NR_COLUMNS] = { "CPU",	      "WORKLOAD",  "ASKED/S", "RATE/S",
						"INTERRUPTS", "PER EVENT", "FAST",    path,
						"FAST %",     "P50",	   "P99",     "MAX" };
	struct libscols_table *table = scols_new_table();

	for (int i = 0; table && i < NR_COLUMNS; i++) {
		if (scols_table_new_column(table, names[i], 0, i == WORKLOAD ? 0 : SCOLS_FL_RIGHT))
			continue;
		scols_unref_table(table);
		table = NULL;
	}
	if (table)
		scols_table_set_stream(table, out);
	return table;
}

static void set_rate(struct libscols_line *line, int column, double hz)
{
	char buf[UNITS_TEXT];

	if (isnan(hz))
		output_cell(line, column, "max");
	else
		output_cell(line, column, "%s", units_format_rate(hz, buf));
}

static void set_counts(struct libscols_line *line, bool has, uint64_t interrupts, double per_event,
		       const struct finding_eoi *eoi)
{
	if (has)
		output_cell(line, INTERRUPTS, "%" PRIu64, interrupts);
	else
		output_cell(line, INTERRUPTS, "-");
	if (isnan(per_event))
		output_cell(line, PER_EVENT, "-");
	else
		output_cell(line, PER_EVENT, "%.3f", per_event);
	if (!eoi->has) {
		for (int c = FAST; c <= SHARE; c++)
			output_cell(line, c, "-");
		return;
	}
	output_cell(line, FAST, "%" PRIu64, eoi->fast);
	output_cell(line, REGISTER, "%" PRIu64, eoi->msr);
	if (isnan(eoi->fast_share))
		output_cell(line, SHARE, "-");
	else
		output_cell(line, SHARE, "%.1f", 100 * eoi->fast_share);
}

static void set_latency(struct libscols_line *line, const struct finding_latency *l)
{
	const uint64_t values[] = { l->p50, l->p99, l->max };
	char buf[UNITS_TEXT];

	for (int i = 0; i < 3; i++)
		output_cell(line, P50 + i, "%s",
			    l->count ? units_format_time(values[i], buf) : "-");
}

int text_table(FILE *out, const struct findings *f)
{
	struct libscols_table *table = new_table(f, out);
	struct libscols_line *line;

	if (!table)
		return err_nomem();
	for (size_t i = 0; i < f->nr_rows; i++) {
		const struct finding_row *fr = &f->rows[i];

		line = scols_table_new_line(table, NULL);
		if (!line)
			break;
		output_cell(line, CPU, "%u", fr->row->cpu);
		output_cell(line, WORKLOAD, "%s", fr->label);
		set_rate(line, ASKED, fr->asked_hz);
		set_rate(line, RATE, fr->rate_hz);
		set_counts(line, fr->has_interrupts, fr->row->interrupts, fr->interrupts_per_event,
			   &fr->eoi);
		set_latency(line, &fr->latency);
	}
	line = scols_table_new_line(table, NULL);
	if (line) {
		output_cell(line, CPU, "all");
		output_cell(line, WORKLOAD, "total");
		set_rate(line, ASKED, f->totals.asked_hz);
		set_rate(line, RATE, f->totals.rate_hz);
		set_counts(line, f->totals.has_interrupts, f->totals.interrupts,
			   f->totals.interrupts_per_event, &f->totals.eoi);
		set_latency(line, &f->totals.latency);
	}
	scols_print_table(table);
	scols_unref_table(table);
	return line ? 0 : err_nomem();
}
