// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * comparison_text.c - two groups of blocks as a table, one line a metric, in the manner of
 * benchstat (libsmartcols)
 */
#include "output/comparison_text.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "base/err.h"
#include "base/units.h"
#include "output/output.h"

static const char *time_text(double ns, char *buf)
{
	char time[UNITS_TEXT];

	snprintf(buf, COMPARISON_TEXT, "%s%s", ns < 0 ? "-" : "",
		 units_format_time((uint64_t)llround(fabs(ns)), time));
	return buf;
}

const char *comparison_text_value(const struct metric *m, double value, char *buf)
{
	char rate[UNITS_TEXT];

	if (isnan(value))
		return "-";
	switch (m->unit) {
	case METRIC_HZ:
		snprintf(buf, COMPARISON_TEXT, "%s", units_format_rate(value, rate));
		break;
	case METRIC_NS:
		return time_text(value, buf);
	case METRIC_SHARE:
		snprintf(buf, COMPARISON_TEXT, "%.1f %%", 100 * value);
		break;
	case METRIC_RATIO:
		snprintf(buf, COMPARISON_TEXT, "%.*f", value < 100 ? 3 : 0, value);
		break;
	case METRIC_COUNT:
	case METRIC_CYCLES:
		snprintf(buf, COMPARISON_TEXT, "%.0f", value);
		break;
	}
	return buf;
}

/* "12.3k +-2 %": the farther end of the interval, of a share in points of its own unit */
const char *comparison_text_median(const struct metric *m, const struct comparison_median *median,
				   char *buf)
{
	const struct stats_interval *i = &median->of;
	const double half = fmax(i->high - i->estimate, i->estimate - i->low);
	char value[COMPARISON_TEXT];

	if (isnan(i->low) || isnan(i->high) || (m->unit != METRIC_SHARE && !(i->estimate > 0)))
		return comparison_text_value(m, i->estimate, buf);
	if (m->unit == METRIC_SHARE)
		snprintf(buf, COMPARISON_TEXT, "%.1f +-%.1f %%", 100 * i->estimate, 100 * half);
	else if (half > 10 * i->estimate)
		snprintf(buf, COMPARISON_TEXT, "%s +->999 %%",
			 comparison_text_value(m, i->estimate, value));
	else
		snprintf(buf, COMPARISON_TEXT, "%s +-%.*f %%",
			 comparison_text_value(m, i->estimate, value),
			 half < 0.0995 * i->estimate ? 1 : 0, 100 * half / i->estimate);
	return buf;
}

const char *comparison_text_interval(const struct metric *m, const struct stats_interval *interval,
				     char *buf)
{
	char low[COMPARISON_TEXT], high[COMPARISON_TEXT];

	if (isnan(interval->low) || isnan(interval->high))
		return "-";
	if (m->unit == METRIC_SHARE)
		snprintf(buf, COMPARISON_TEXT, "%.1f .. %.1f %%", 100 * interval->low,
			 100 * interval->high);
	else
		snprintf(buf, COMPARISON_TEXT, "%.20s .. %.20s",
			 comparison_text_value(m, interval->low, low),
			 comparison_text_value(m, interval->high, high));
	return buf;
}

const char *comparison_text_rate(uint64_t mhz, char *buf)
{
	static const struct {
		uint64_t mhz;
		const char *prefix;
	} units[] = {
		{ 1000000000, "M" },
		{ 1000000, "k" },
		{ 1000, "" },
	};

	if (mhz == UNITS_RATE_MAX)
		return strcpy(buf, "max");
	for (int i = 0; i < 3; i++) {
		if (mhz % units[i].mhz)
			continue;
		snprintf(buf, UNITS_TEXT, "%" PRIu64 "%s", mhz / units[i].mhz, units[i].prefix);
		return buf;
	}
	return units_format_rate((double)mhz / 1000, buf);
}

struct libscols_table *comparison_text_new(FILE *out, const char *const *names, int nr, int left)
{
	struct libscols_table *table = scols_new_table();

	for (int i = 0; table && i < nr; i++) {
		if (scols_table_new_column(table, names[i], 0,
					   !i || i == left ? 0 : SCOLS_FL_RIGHT))
			continue;
		scols_unref_table(table);
		table = NULL;
	}
	if (table)
		scols_table_set_stream(table, out);
	else
		err_nomem();
	return table;
}

void comparison_text_print(struct libscols_table *table)
{
	scols_print_table(table);
	scols_unref_table(table);
}

enum column { METRIC, FIRST, SECOND, CHANGE, INTERVAL, P, N, VERDICT, NR_COLUMNS };

/* in % of the reference, a share's in points, what has no reference in the metric's own unit */
static const char *change_text(const struct comparison_line *l, double value, bool unit, char *buf)
{
	char own[COMPARISON_TEXT];

	if (isnan(value))
		return "-";
	if (l->change.relative)
		snprintf(buf, COMPARISON_TEXT, "%+.1f%s", 100 * value, unit ? " %" : "");
	else if (l->metric->unit == METRIC_SHARE)
		snprintf(buf, COMPARISON_TEXT, "%+.1f%s", 100 * value, unit ? " pp" : "");
	else
		snprintf(buf, COMPARISON_TEXT, "%s%.40s", value < 0 ? "-" : "+",
			 comparison_text_value(l->metric, fabs(value), own));
	return buf;
}

static void set_change(struct libscols_line *line, const struct comparison_line *l)
{
	const struct stats_interval *c = &l->change.change;
	char low[COMPARISON_TEXT], high[COMPARISON_TEXT];

	output_cell(line, CHANGE, "%s", change_text(l, c->estimate, true, low));
	if (isnan(c->low) || isnan(c->high))
		output_cell(line, INTERVAL, "-");
	else
		output_cell(line, INTERVAL, "%s .. %s", change_text(l, c->low, false, low),
			    change_text(l, c->high, false, high));
	if (isnan(l->change.p) || isnan(c->low))
		output_cell(line, P, "-");
	else
		output_cell(line, P, l->change.p < 0.0001 ? "<0.0001" : "%.4f", l->change.p);
}

static void set_line(struct libscols_line *line, const struct comparison_line *l, bool new_last,
		     double margin)
{
	char buf[COMPARISON_TEXT];

	output_cell(line, METRIC, "%s", l->metric->title);
	output_cell(line, new_last ? SECOND : FIRST, "%s",
		    comparison_text_median(l->metric, &l->of, buf));
	output_cell(line, new_last ? FIRST : SECOND, "%s",
		    comparison_text_median(l->metric, &l->reference, buf));
	set_change(line, l);
	output_cell(line, N, l->of.nr == l->reference.nr ? "%zu" : "%zu/%zu",
		    new_last ? l->reference.nr : l->of.nr, new_last ? l->of.nr : l->reference.nr);
	if (l->verdict == STATS_EQUIVALENT)
		output_cell(line, VERDICT, "%s within %.3g %%", comparison_verdict(l),
			    100 * margin);
	else
		output_cell(line, VERDICT, "%s",
			    isnan(l->change.change.low) ? "-" : comparison_verdict(l));
}

static void print_autocorrelation(FILE *out, const struct comparison *c)
{
	bool any = false;

	for (size_t i = 0; i < c->nr_lines; i++) {
		const struct stats_change *change = &c->lines[i].change;

		if (!comparison_autocorrelated(&c->lines[i]))
			continue;
		fprintf(out,
			any ? ", %s %.2f"
			    : "Not independent from repeat to repeat (lag-1 autocorrelation): %s "
			      "%.2f",
			c->lines[i].metric->title, change->lag1);
		any = true;
	}
	if (any)
		fputs(".\n", out);
}

int comparison_text_table(FILE *out, const struct comparison *c, const char *of,
			  const char *reference, bool new_last, double margin)
{
	const char *const names[NR_COLUMNS] = { "METRIC",
						new_last ? reference : of,
						new_last ? of : reference,
						"CHANGE",
						"95 %",
						"P",
						"N",
						"VERDICT" };
	struct libscols_table *table = comparison_text_new(out, names, NR_COLUMNS, VERDICT);

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < c->nr_lines; i++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		if (!line)
			break;
		set_line(line, &c->lines[i], new_last, margin);
	}
	comparison_text_print(table);
	print_autocorrelation(out, c);
	if (c->least_p >= COMPARISON_ALPHA)
		fprintf(out,
			"So few blocks cannot give a p below %.2g for one of %zu metrics: "
			"\"better\" and \"worse\" need more of "
			"them (--repeat).\n",
			c->least_p, c->nr_tested);
	return 0;
}
