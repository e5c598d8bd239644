// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stats.c - GSL's statistics on our arrays; knows no record.
 */
#include "analyze/stats.h"

#include <math.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include "analyze/findings.h"

struct finding_spread stats_spread(double *values, size_t nr)
{
	if (nr < 4)
		return (struct finding_spread){ NAN, NAN, NAN };
	gsl_sort(values, 1, nr);
	return (struct finding_spread){
		.median = gsl_stats_median_from_sorted_data(values, 1, nr),
		.low = gsl_stats_quantile_from_sorted_data(values, 1, nr, 0.25),
		.high = gsl_stats_quantile_from_sorted_data(values, 1, nr, 0.75),
	};
}
