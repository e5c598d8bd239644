// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * until.c - how wide the interval is that --until asks about. Pure.
 */
#include "analyze/until.h"

#include <math.h>
#include "analyze/comparison.h"

const struct metric *until_metric(const struct record *rec)
{
	uint64_t rate_mhz = rec->plan.set.rate_mhz;

	if (rec->program.argv)
		return metrics_find("time_ns");
	if (rec->plan.set.find_max)
		return metrics_find("max_rate_hz");
	for (size_t i = 0; i < rec->nr_cells && !rate_mhz; i++)
		if (rec->cells[i].has_rate)
			rate_mhz = rec->cells[i].rate_mhz;
	return metrics_find(rate_mhz ? "p50_ns" : "rate_hz");
}

static int width_of_median(const struct record *rec, size_t cell, double *width)
{
	struct comparison_samples samples = { 0 };
	struct comparison_median median;
	int ret = comparison_add_cell(&samples, rec, cell);

	if (!ret)
		ret = comparison_median(until_metric(rec), &samples, &median);
	if (!ret)
		*width = (median.of.high - median.of.low) / median.of.estimate;
	comparison_samples_fini(&samples);
	return ret;
}

static int width_of_change(const struct record *rec, size_t of, size_t reference, double *width)
{
	struct comparison_samples a = { 0 }, b = { 0 };
	struct comparison_line line = { .change = { .change = { NAN, NAN, NAN } } };
	int ret = comparison_add_cell(&a, rec, reference);

	if (!ret)
		ret = comparison_add_cell(&b, rec, of);
	if (!ret)
		ret = comparison_make_line(&line, until_metric(rec), &b, &a, true,
					   rec->plan.set.seed);
	if (!ret)
		*width = line.change.relative ? line.change.change.high - line.change.change.low
					      : NAN;
	comparison_samples_fini(&a);
	comparison_samples_fini(&b);
	return ret;
}

static bool has_arms(const struct record *rec)
{
	for (size_t i = 0; i < rec->nr_cells; i++)
		if (rec->cells[i].arm)
			return true;
	return false;
}

/* one that there is not yet is the widest */
static double wider(double a, double b)
{
	return isnan(a) || isnan(b) ? NAN : fmax(a, b);
}

int until_width(const struct record *rec, double *width)
{
	const bool arms = has_arms(rec);
	double one = NAN, widest = 0;
	int ret = 0;

	for (size_t i = 0; !ret && i < rec->nr_cells; i++) {
		const struct record_cell *of = &rec->cells[i];

		if (of->idle || of->arm)
			continue;
		if (!arms) {
			ret = width_of_median(rec, i, &one);
			widest = wider(widest, one);
		}
		for (size_t k = 0; !ret && k < rec->nr_cells; k++) {
			if (!rec->cells[k].arm || rec->cells[k].idle ||
			    !comparison_same_rate(of, &rec->cells[k]))
				continue;
			ret = width_of_change(rec, i, k, &one);
			widest = wider(widest, one);
		}
	}
	*width = ret ? NAN : widest;
	return ret;
}
