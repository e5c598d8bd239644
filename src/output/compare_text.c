// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * compare_text.c - two groups of records beside each other: what differs before the run first, then
 * the results
 */
#include "output/output.h"

#include <errno.h>
#include "analyze/compare.h"
#include "base/units.h"
#include "output/comparison_text.h"

static void print_value(FILE *out, enum difference_kind kind, const struct difference_value *v)
{
	char buf[UNITS_TEXT];

	if (kind == DIFFERENCE_TEXT)
		fputs(v->text ? v->text : "none", out);
	else if (v->number == UINT64_MAX)
		fputs(kind == DIFFERENCE_YES_NO ? "unknown"
		      : kind == DIFFERENCE_RATE ? "none for all blocks"
						: "none",
		      out);
	else if (kind == DIFFERENCE_RATE)
		fputs(comparison_text_rate(v->number, buf), out);
	else if (kind == DIFFERENCE_TIME)
		fputs(units_format_time(v->number, buf), out);
	else
		fputs(v->number ? "yes" : "no", out);
}

static void print_values(FILE *out, enum difference_kind kind,
			 const struct difference_values *values)
{
	for (size_t i = 0; i < values->nr; i++) {
		fputs(i ? " | " : "", out);
		print_value(out, kind, &values->items[i]);
	}
}

/* in lines and not in a table: a command line or a list of workloads is longer than a column */
static void print_differences(FILE *out, const struct differences *d)
{
	if (!d->nr)
		fputs("Machine and plan are the same.\n", out);
	for (size_t i = 0; i < d->nr; i++) {
		const struct difference *one = &d->items[i];

		fprintf(out, "%s%s\n    A: ", i ? "" : "Not the same:\n  ", one->title);
		print_values(out, one->kind, &one->a);
		fputs("\n    B: ", out);
		print_values(out, one->kind, &one->b);
		fputs(i + 1 < d->nr ? "\n  " : "\n", out);
	}
}

static int print_pair(FILE *out, const struct compare_pair *pair, double margin)
{
	char rate[UNITS_TEXT];

	fputs("\nB compared with A", out);
	if (pair->eoi)
		fprintf(out, ", mode %s", pair->eoi);
	if (pair->has_rate)
		fprintf(out, ", at %s a second on each vCPU",
			comparison_text_rate(pair->rate_mhz, rate));
	fprintf(out, " (%zu and %zu blocks):\n", pair->nr_a, pair->nr_b);
	return comparison_text_table(out, &pair->comparison, "B", "A", true, margin);
}

int output_compare_text(FILE *out, const struct compare *c, double margin)
{
	int ret = 0;

	print_differences(out, &c->differences);
	if (c->nr_cut_a || c->nr_cut_b)
		fprintf(out,
			"Interrupted or failed, and compared by what there is: %zu of A, %zu of "
			"B.\n",
			c->nr_cut_a, c->nr_cut_b);
	for (size_t i = 0; !ret && i < c->nr_pairs; i++)
		ret = print_pair(out, &c->pairs[i], margin);
	fputc('\n', out);
	if (c->nr_pairs)
		fputs("Medians of blocks; the change with its 95 % interval is of groups that are "
		      "not paired (of shares in percentage\n"
		      "points, pp); p by permutation, Holm-adjusted over the metrics of a table.\n",
		      out);
	else
		fputs("The two have no kind of block in common that was measured in the same "
		      "metric: there is nothing to compare.\n",
		      out);
	if (c->few)
		fprintf(out,
			"Fewer than %d blocks on a side have no interval: run with --repeat, or "
			"compare several files (A*.json -- "
			"B*.json).\n",
			COMPARE_LEAST);
	if (c->nr_pairs && c->nr_alone)
		fprintf(out, "%zu kind%s of block (mode, rate) on one side only %s left out.\n",
			c->nr_alone, c->nr_alone == 1 ? "" : "s", c->nr_alone == 1 ? "is" : "are");
	output_judgements_text(out, &c->judgements);
	return ret;
}
