// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stats.c - GSL's statistics on our arrays, and what is concluded from them; knows no record.
 */
#include "analyze/stats.h"

#include <math.h>
#include <stdlib.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include "analyze/findings.h"
#include "base/err.h"

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

/* the highest rank k (from 1) that the median is below with a probability of at most 2.5 %; 0:
 * there is none */
static size_t median_rank(size_t nr)
{
	double below = floor((double)nr / 2 - sqrt((double)nr)) -
		       1; /* more than two standard deviations down */
	size_t k = below > 0 ? (size_t)below : 0;

	while (gsl_cdf_binomial_P((unsigned int)k, 0.5, (unsigned int)nr) <= 0.025)
		k++;
	return k;
}

int stats_median(const double *values, size_t nr, struct stats_interval *out)
{
	double *sorted = malloc((nr + 1) * sizeof(*sorted));
	size_t i, k, used = 0;

	if (!sorted)
		return err_nomem();
	for (i = 0; i < nr; i++)
		if (isfinite(values[i]))
			sorted[used++] = values[i];
	*out = (struct stats_interval){ NAN, NAN, NAN };
	if (used) {
		gsl_sort(sorted, 1, used);
		out->estimate = gsl_stats_median_from_sorted_data(sorted, 1, used);
		k = median_rank(used);
		if (k) {
			out->low = sorted[k - 1];
			out->high = sorted[used - k];
		}
	}
	free(sorted);
	return 0;
}

/* what is done carries a minus sign until the end, also a zero: needs no memory, and there are a
 * few dozen at most */
void stats_holm(double *p, size_t nr)
{
	size_t i, least, left = 0;
	double highest = 0;

	for (i = 0; i < nr; i++)
		left += !isnan(p[i]);
	for (; left; left--) {
		for (least = nr, i = 0; i < nr; i++)
			if (!isnan(p[i]) && !signbit(p[i]) && (least == nr || p[i] < p[least]))
				least = i;
		if (least == nr)
			break;
		highest = fmax(highest, fmin(1, (double)left * p[least]));
		p[least] = -highest;
	}
	for (i = 0; i < nr; i++)
		p[i] = fabs(p[i]);
}

double stats_lag1(const double *values, size_t nr)
{
	/* GSL divides by the variance without a look */
	if (nr < 3 || !(gsl_stats_tss(values, 1, nr) > 0))
		return NAN;
	return gsl_stats_lag1_autocorrelation(values, 1, nr);
}

enum stats_verdict stats_judge(const struct stats_change *c, double margin, bool more_is_better)
{
	const struct stats_interval *i = &c->change;

	/* a NAN is neither within nor clear of anything */
	if (i->low >= -margin && i->high <= margin)
		return STATS_EQUIVALENT;
	if (!(c->p < 0.05) || !(i->low > 0 || i->high < 0))
		return STATS_NOT_SHOWN;
	return (i->low > 0) == more_is_better ? STATS_BETTER : STATS_WORSE;
}
