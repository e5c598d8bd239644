// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * judge_text.c - what became of each --fail-if, as a sentence
 */
#include "output/output.h"

#include <math.h>
#include "analyze/judge.h"
#include "base/units.h"
#include "output/comparison_text.h"

/* nearer to the bound than a table's, so that one can see on which side it is */
static const char *value_text(const struct bound *b, double value, char *buf)
{
	if (b->change)
		snprintf(buf, COMPARISON_TEXT, "%+.2f %s", 100 * value,
			 b->metric->relative ? "%" : "pp");
	else if (b->metric->unit == METRIC_SHARE)
		snprintf(buf, COMPARISON_TEXT, "%.2f %%", 100 * value);
	else
		return comparison_text_value(b->metric, value, buf);
	return buf;
}

static void print_interval(FILE *out, const struct judgement *j)
{
	char value[COMPARISON_TEXT], low[COMPARISON_TEXT], high[COMPARISON_TEXT];

	if (j->no_reference)
		return;
	fprintf(out, ": %s [%s .. %s]", value_text(&j->bound, j->of.estimate, value),
		value_text(&j->bound, j->of.low, low), value_text(&j->bound, j->of.high, high));
}

static void print_place(FILE *out, const struct judgement *j)
{
	char rate[UNITS_TEXT];

	if (j->arm[0])
		fprintf(out, j->reference[0] ? ", %s compared with %s" : ", under %s", j->arm,
			j->reference);
	if (j->has_rate)
		fprintf(out, ", at %s a second on each vCPU",
			comparison_text_rate(j->rate_mhz, rate));
	if (j->nr_places > 1)
		fprintf(out, " (in %zu of %zu)", j->nr_same, j->nr_places);
}

static void print_one(FILE *out, const struct judgement *j)
{
	fprintf(out, "--fail-if '%s': ", j->bound.text);
	switch (j->status) {
	case JUDGEMENT_FAILED:
		fputs("it is so", out);
		break;
	case JUDGEMENT_PASSED:
		fputs("it is not so", out);
		break;
	case JUDGEMENT_UNDECIDED:
		fputs("not shown", out);
		break;
	case JUDGEMENT_NOT_MEASURED:
		if (j->nr)
			fprintf(out, "too few blocks for an interval (%zu).\n", j->nr);
		else
			fputs("it was not measured.\n", out);
		return;
	}
	print_interval(out, j);
	print_place(out, j);
	if (j->status == JUDGEMENT_UNDECIDED)
		fputs(j->no_reference ? ": a change from 0 is no percentage"
				      : ": the interval reaches over the bound",
		      out);
	fputs(".\n", out);
}

void output_judgements_text(FILE *out, const struct judgements *j)
{
	for (size_t i = 0; j && i < j->nr; i++)
		print_one(out, &j->items[i]);
}
