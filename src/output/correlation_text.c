// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * correlation_text.c - what goes with the fast share, in one to four lines; vCPU by vCPU it is in
 * JSON
 */
#include "output/output.h"

#include <math.h>
#include "analyze/correlation.h"

static const char *title_of(const struct correlation *c)
{
	return c->with == CORRELATION_RATE ? "events/s" : "mean latency";
}

/* with the sign and three significant digits, but without an exponent */
static void print_number(FILE *out, double v)
{
	const double size = fabs(v);

	if (size < 0.995)
		fprintf(out, "%+.3g", v);
	else
		fprintf(out, "%+.*f", size < 9.995 ? 2 : size < 99.95 ? 1 : 0, v);
}

static void print_slope(FILE *out, const struct correlation *c)
{
	static const struct {
		double factor;
		const char *name;
	} units[] = { { 1, "ns" }, { 1e3, "us" }, { 1e6, "ms" } };
	const struct stats_interval *s = &c->of.slope;
	int i = 0;

	while (c->with == CORRELATION_LATENCY && i < 2 &&
	       fabs(s->estimate) >= 1000 * units[i].factor)
		i++;
	print_number(out, s->estimate / units[i].factor);
	fputs(" [", out);
	print_number(out, s->low / units[i].factor);
	fputs(" .. ", out);
	print_number(out, s->high / units[i].factor);
	fprintf(out, "] %s per percentage point",
		c->with == CORRELATION_RATE ? "events/s" : units[i].name);
}

/* those of single vCPUs, where they were found */
static void print_range(FILE *out, const struct correlations *all,
			const struct correlation *together)
{
	double low = NAN, high = NAN;

	for (size_t i = 0; i < all->nr; i++) {
		const struct correlation *c = &all->items[i];

		if (c->cpu < 0 || c->with != together->with || c->status != CORRELATION_FOUND)
			continue;
		low = fmin(low, c->of.pearson.estimate);
		high = fmax(high, c->of.pearson.estimate);
	}
	if (!isnan(low))
		fprintf(out, "; single vCPUs: r %.2f to %.2f", low, high);
}

static void print_found(FILE *out, const struct correlations *all, const struct correlation *c)
{
	const struct stats_correlation *s = &c->of;

	fprintf(out,
		"Fast share and %s, %zu intervals (worth %.0f independent ones): r %.2f [%.2f .. "
		"%.2f], by ranks %.2f "
		"[%.2f .. %.2f]",
		title_of(c), s->nr, s->nr_effective, s->pearson.estimate, s->pearson.low,
		s->pearson.high, s->spearman.estimate, s->spearman.low, s->spearman.high);
	fputs(";\n  ", out);
	print_slope(out, c);
	print_range(out, all, c);
	fputs(".\n", out);
}

/* returns whether the next one is worth a word too */
static bool print_one(FILE *out, const struct correlations *all, const struct correlation *c)
{
	switch (c->status) {
	case CORRELATION_FOUND:
		print_found(out, all, c);
		return true;
	case CORRELATION_HARDLY_VARIED:
		fprintf(out,
			"The fast share hardly varied from interval to interval (standard "
			"deviation %.2f percentage points): "
			"--ab or --sweep vary it.\n",
			c->of.sd_x);
		return false;
	case CORRELATION_FEW:
		fprintf(out,
			"What goes with the fast share cannot be told from %zu intervals%s: take a "
			"longer run, --ab or --sweep.\n",
			c->of.nr,
			c->of.nr < STATS_LEAST_EFFECTIVE ? "" : " that are this much alike");
		return false;
	case CORRELATION_RATE_SET:
		fputs("Whether events/s goes with the fast share cannot be seen, as --rate set it: "
		      "--rate=max, --ab or --sweep "
		      "can tell.\n",
		      out);
		return true;
	case CORRELATION_RATES_TRIED:
	case CORRELATION_CONSTANT:
		break;
	}
	return true;
}

void output_correlation_text(FILE *out, const struct correlations *c)
{
	for (size_t i = 0; i < c->nr && c->items[i].cpu < 0; i++)
		if (!print_one(out, c, &c->items[i]))
			return;
}
