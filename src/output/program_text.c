// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * program_text.c - what a program did to the vCPUs, as tables (libsmartcols): EOIs and steal of
 * each, and all interrupts
 */
#include "output/output.h"

#include <inttypes.h>
#include <math.h>
#include <libsmartcols.h>
#include "base/err.h"
#include "base/units.h"

enum column { CPU, FAST, REGISTER, SHARE, LOC, RES, CAL, STEAL, NR_COLUMNS };

static void set_cpu(struct libscols_line *line, const struct finding_eoi *eoi,
		    const uint64_t counts[3], uint64_t steal_ns)
{
	char time[UNITS_TEXT];

	for (int c = FAST; !eoi->has && c <= SHARE; c++)
		output_cell(line, c, "-");
	if (eoi->has) {
		output_cell(line, FAST, "%" PRIu64, eoi->fast);
		output_cell(line, REGISTER, "%" PRIu64, eoi->msr);
		output_cell(line, SHARE, isnan(eoi->fast_share) ? "-" : "%.1f",
			    100 * eoi->fast_share);
	}
	for (int i = 0; i < 3; i++)
		if (counts[i] == RECORD_UNKNOWN)
			output_cell(line, LOC + i, "-");
		else
			output_cell(line, LOC + i, "%" PRIu64, counts[i]);
	output_cell(line, STEAL, "%s",
		    steal_ns == RECORD_UNKNOWN ? "-" : units_format_time(steal_ns, time));
}

static int print_cpus(FILE *out, const struct findings *f)
{
	const char *path = f->register_path && *f->register_path == 'm' &&
					   f->register_path[1] == 'm'
				   ? "MMIO"
				   : "MSR";
	const char *const names[NR_COLUMNS] = { "CPU", "FAST", path,  "FAST %",
						"LOC", "RES",  "CAL", "STEAL" };
	const uint64_t all[] = { f->totals.timer, f->totals.reschedule, f->totals.call };
	struct libscols_table *table = scols_new_table();
	struct libscols_line *line;

	if (!table)
		return err_nomem();
	for (int i = 0; i < NR_COLUMNS; i++)
		scols_table_new_column(table, names[i], 0, SCOLS_FL_RIGHT);
	scols_table_set_stream(table, out);
	for (size_t i = 0; i < f->nr_cpus; i++) {
		const struct record_cpu *cpu = f->cpus[i].cpu;
		const uint64_t counts[] = { cpu->timer, cpu->reschedule, cpu->call };

		line = scols_table_new_line(table, NULL);
		if (!line)
			break;
		output_cell(line, CPU, "%u", cpu->cpu);
		set_cpu(line, &f->cpus[i].eoi, counts, cpu->steal_ns);
	}
	line = scols_table_new_line(table, NULL);
	if (line) {
		output_cell(line, CPU, "all");
		set_cpu(line, &f->totals.eoi, all, f->totals.steal_ns);
	}
	scols_print_table(table);
	scols_unref_table(table);
	return line ? 0 : err_nomem();
}

static int print_lines(FILE *out, const struct findings *f)
{
	static const char *const names[] = { "LINE", "INTERRUPTS", "PER SECOND", "OF" };
	struct libscols_table *table = scols_new_table();
	char rate[UNITS_TEXT];

	if (!table)
		return err_nomem();
	for (int i = 0; i < 4; i++)
		scols_table_new_column(table, names[i], 0, i < 3 ? SCOLS_FL_RIGHT : 0);
	scols_table_set_stream(table, out);
	for (size_t i = 0; i < f->nr_lines; i++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		if (!line)
			break;
		output_cell(line, 0, "%s", f->lines[i].label);
		output_cell(line, 1, "%" PRIu64, f->lines[i].count);
		output_cell(line, 2, "%s", units_format_rate(f->lines[i].rate_hz, rate));
		output_cell(line, 3, "%s", f->lines[i].name);
	}
	fputc('\n', out);
	scols_print_table(table);
	scols_unref_table(table);
	return 0;
}

int output_program_text(FILE *out, const struct findings *f)
{
	const struct record_program *p = &f->rec->program;
	char a[UNITS_TEXT], b[UNITS_TEXT], c[UNITS_TEXT];
	int ret;

	fprintf(out, "%s ", p->argv[0]);
	if (p->signal)
		fprintf(out, "was ended by signal %d%s", p->signal,
			p->timed_out ? ", as --duration was over," : "");
	else
		fprintf(out, "exited with status %d", p->status);
	fprintf(out, " after %s (%s user, %s system)\n\n", units_format_time(f->rec->elapsed_ns, a),
		units_format_time(p->user_ns, b), units_format_time(p->system_ns, c));
	ret = print_cpus(out, f);
	return ret ? ret : print_lines(out, f);
}
