// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * experiment_text.c - the findings of an experiment as tables (libsmartcols) and a few sentences
 */
#include "output/output.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "analyze/experiment.h"
#include "analyze/repeats.h"
#include "analyze/until.h"
#include "base/units.h"
#include "output/comparison_text.h"

#define ORDER_WIDTH 110 /* of the line that the drawn order may take; JSON has the whole */

/* "pv", "pv@2k", "max", "idle"; a storm of one kind of block has no better name */
static const char *cell_name(const struct record *rec, const struct record_cell *cell, char *buf)
{
	char arm[EXPERIMENT_ARM], rate[UNITS_TEXT];
	const bool rated = cell->has_rate && !rec->plan.set.find_max;

	if (cell->idle)
		return strcpy(buf, "idle");
	experiment_arm(rec, cell, arm);
	snprintf(buf, COMPARISON_TEXT, "%s%s%s", arm, *arm && rated ? "@" : "",
		 rated ? comparison_text_rate(cell->rate_mhz, rate) : "");
	if (!*buf)
		strcpy(buf, rec->program.argv ? "program" : "storm");
	return buf;
}

/* one word a cell: the probes of a search stand for one */
static void print_order(FILE *out, const struct record *rec)
{
	char name[COMPARISON_TEXT];
	int width = 0;

	if (rec->nr_cells < 2)
		return;
	if (rec->plan.set.seed == UINT64_MAX)
		fputs("order (each run had its own seed):", out);
	else
		fprintf(out, "order (seed %" PRIu64 "):", rec->plan.set.seed);
	for (size_t i = 0; i < rec->nr_blocks; i++) {
		const struct record_block *b = &rec->blocks[i];

		if (!repeats_begin(rec, i) && b->cell == b[-1].cell)
			continue;
		if (width > ORDER_WIDTH) {
			fputs(" ...", out);
			break;
		}
		width += fprintf(out, "%s %s", i && repeats_begin(rec, i) ? " |" : "",
				 cell_name(rec, &rec->cells[b->cell], name));
	}
	fputc('\n', out);
}

static void print_program(FILE *out, const struct record_program *p)
{
	for (size_t i = 0; p->argv && p->argv[i]; i++)
		fprintf(out, "%s%s", i ? " " : "", p->argv[i]);
	if (!p->argv)
		return;
	if (p->signal)
		fprintf(out, " (the last was ended by signal %d)", p->signal);
	else if (p->status)
		fprintf(out, " (the last exited with status %d)", p->status);
	else if (p->timed_out)
		fputs(" (not always to its end: --duration was over before)", out);
	fputc('\n', out);
}

static void print_head(FILE *out, const struct experiment *e)
{
	const struct settings *p = &e->rec->plan.set;
	const size_t nr_runs = record_nr_runs(e->rec);
	char block[UNITS_TEXT], settle[UNITS_TEXT], arrivals[24];

	print_program(out, &e->rec->program);
	fprintf(out, "%u repeat%s", e->nr_repeats, e->nr_repeats == 1 ? "" : "s");
	if (p->repeat_min < p->repeat_max)
		fprintf(out, " (of %zu to %zu)", nr_runs * p->repeat_min, nr_runs * p->repeat_max);
	else if (e->nr_repeats != nr_runs * p->repeat_max)
		fprintf(out, " (of %zu)", nr_runs * p->repeat_max);
	if (e->rec->program.argv)
		fputs(", one run of each kind in each\n", out);
	else
		fprintf(out,
			" of %s blocks, each after %s to settle; %s arrivals, --pace=%s; latency "
			"is from the due time\n",
			units_format_time(p->block_ns, block),
			units_format_time(p->settle_ns, settle),
			settings_arrivals(p, arrivals, sizeof(arrivals)), pace_names[p->pace]);
	print_order(out, e->rec);
}

static int print_medians(FILE *out, const struct experiment_cell *c)
{
	static const char *const names[] = { "METRIC", "MEDIAN", "95 %", "N" };
	struct libscols_table *table = comparison_text_new(out, names, 4, 0);
	char buf[COMPARISON_TEXT];

	if (!table)
		return -ENOMEM;
	for (const struct metric *m = metrics; m->key; m++) {
		const struct comparison_median *median = &c->medians[m - metrics];
		struct libscols_line *line = median->nr ? scols_table_new_line(table, NULL) : NULL;

		if (!line)
			continue;
		output_cell(line, 0, "%s", m->title);
		output_cell(line, 1, "%s", comparison_text_value(m, median->of.estimate, buf));
		output_cell(line, 2, "%s", comparison_text_interval(m, &median->of, buf));
		output_cell(line, 3, "%zu", median->nr);
	}
	fputc('\n', out);
	comparison_text_print(table);
	return 0;
}

static int print_sweep(FILE *out, const struct experiment *e)
{
	static const char *const keys[] = { "rate_hz",	  "held_share", "interrupts_per_event",
					    "fast_share", "p50_ns",	"p99_ns" };
	static const char *const names[] = { "ASKED/S", "ARM", "RATE/S", "HELD", "IRQ/EVENT",
					     "FAST",	"P50", "P99",	 "N" };
	struct libscols_table *table = comparison_text_new(out, names, 9, 1);
	char buf[COMPARISON_TEXT];

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < e->nr_cells; i++) {
		const struct experiment_cell *c = &e->cells[i];
		struct libscols_line *line = scols_table_new_line(table, NULL);

		if (!line)
			break;
		output_cell(line, 0, "%s", comparison_text_rate(c->cell->rate_mhz, buf));
		output_cell(line, 1, "%s", *c->arm ? c->arm : "-");
		for (int k = 0; k < 6; k++)
			output_cell(line, 2 + k, "%s",
				    comparison_text_median(metrics_find(keys[k]),
							   experiment_median(c, keys[k]), buf));
		output_cell(line, 8, "%zu", c->samples.nr);
	}
	fputc('\n', out);
	comparison_text_print(table);
	fputs("Asked on each vCPU, done by all together; HELD is of the vCPU that did least of "
	      "what was due.\n",
	      out);
	return 0;
}

static void print_knee(FILE *out, const struct experiment_knee *k)
{
	char a[UNITS_TEXT], b[UNITS_TEXT], c[UNITS_TEXT], d[UNITS_TEXT];

	fprintf(out, "%s%s", k->arm, *k->arm ? ": " : "");
	if (!k->lost_mhz && !k->held_mhz)
		fputs("No rate was due", out);
	else if (!k->lost_mhz)
		fprintf(out, "All rates were held, up to %s", comparison_text_rate(k->held_mhz, a));
	else if (!k->held_mhz)
		fprintf(out, "Not even %s was held (%.1f %%)", comparison_text_rate(k->lost_mhz, a),
			100 * k->lost_share);
	else
		fprintf(out, "Held up to %s; of %s only %.1f %%",
			comparison_text_rate(k->held_mhz, a), comparison_text_rate(k->lost_mhz, b),
			100 * k->lost_share);
	if (k->slow_mhz)
		fprintf(out, ". The p99 is first above twice that of %s at %s.\n",
			comparison_text_rate(k->lowest_mhz, c),
			comparison_text_rate(k->slow_mhz, d));
	else
		fprintf(out, ". The p99 is nowhere above twice that of %s.\n",
			comparison_text_rate(k->lowest_mhz, c));
}

static int print_costs(FILE *out, const struct experiment *e)
{
	static const char *const names[] = { "CPU LOST", "PER INTERRUPT",
					     "95 %",	 "IDLE AGAINST IDLE, 95 %",
					     "STEAL",	 "N",
					     "VERDICT" };
	const struct metric *ns = metrics_find("cost_ns"), *share = metrics_find("steal_share");
	struct libscols_table *table = comparison_text_new(out, names, 7, 6);
	char buf[COMPARISON_TEXT];

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < e->nr_costs; i++) {
		const struct experiment_cost *c = &e->costs[i];
		struct libscols_line *line = scols_table_new_line(table, NULL);

		if (!line)
			break;
		output_cell(line, 0, "%s", cell_name(e->rec, e->cells[c->cell].cell, buf));
		output_cell(line, 1, "%s", comparison_text_value(ns, c->cost.of.estimate, buf));
		output_cell(line, 2, "%s", comparison_text_interval(ns, &c->cost.of, buf));
		output_cell(line, 3, "%s", comparison_text_interval(ns, &c->idle.of, buf));
		output_cell(line, 4, "%s", comparison_text_value(share, c->steal.of.estimate, buf));
		output_cell(line, 5, "%zu", c->cost.nr);
		output_cell(line, 6, "%s",
			    c->usable		 ? "usable"
			    : isnan(c->noise_ns) ? "too few repeats to say"
						 : "unusable here: the host is noisy");
	}
	fputc('\n', out);
	comparison_text_print(table);
	return 0;
}

static int print_pair(FILE *out, const struct experiment *e, const struct experiment_pair *pair)
{
	const struct experiment_cell *of = &e->cells[pair->of],
				     *reference = &e->cells[pair->reference];
	char rate[UNITS_TEXT];

	fprintf(out, "\n%s compared with %s", of->arm, reference->arm);
	if (e->has_rates)
		fprintf(out, ", at %s a second on each vCPU",
			comparison_text_rate(of->cell->rate_mhz, rate));
	fputs(":\n", out);
	return comparison_text_table(out, &pair->comparison, of->arm, reference->arm, false,
				     e->rec->plan.set.margin);
}

static void print_until(FILE *out, const struct experiment *e)
{
	const double asked = e->rec->plan.set.until, width = e->until_width;

	if (!(asked > 0) || width <= asked)
		return;
	fprintf(out, "NOT REACHED: the interval of %s was to be %.3g %% wide (--until)",
		until_metric(e->rec)->title, 100 * asked);
	if (isnan(width))
		fprintf(out, ", and after %u repeat%s there is none.\n", e->nr_repeats,
			e->nr_repeats == 1 ? "" : "s");
	else
		fprintf(out, ", and is %.3g %% after %u repeats.\n", 100 * width, e->nr_repeats);
}

int output_experiment_text(FILE *out, const struct experiment *e)
{
	int ret = 0;

	print_head(out, e);
	if (e->has_rates)
		ret = print_sweep(out, e);
	for (size_t i = 0; i < e->nr_knees; i++)
		print_knee(out, &e->knees[i]);
	for (size_t i = 0; !ret && !e->has_rates && !e->nr_pairs && i < e->nr_cells; i++)
		ret = print_medians(out, &e->cells[i]);
	for (size_t i = 0; !ret && i < e->nr_pairs; i++)
		ret = print_pair(out, e, &e->pairs[i]);
	if (!ret && e->nr_costs)
		ret = print_costs(out, e);
	else if (!ret && e->rec->plan.set.soak && e->nr_repeats)
		fputs("\nNo CPU lost per interrupt: none was counted, or the soakers got nothing "
		      "of the idle blocks.\n",
		      out);
	if (!ret && e->rec->plan.set.find_max)
		fputs("The highest rate is on each vCPU, at once on all of them.\n", out);
	if (ret)
		return ret;
	if (e->nr_pairs)
		fputs("\nMedians; the change with its 95 % interval is of pairs of one repeat (of "
		      "shares in percentage points, pp);\n"
		      "p by flipping signs, Holm-adjusted over the metrics of a table.\n",
		      out);
	print_until(out, e);
	return 0;
}
