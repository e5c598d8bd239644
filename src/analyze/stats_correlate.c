// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stats_correlate.c - whether y goes with x, where neighbours in time resemble each other; knows no
 * metric.
 */
#include "analyze/stats.h"

#include <math.h>
#include <stdlib.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_statistics_double.h>
#include "base/err.h"

static double effective(const double *x, const double *y, size_t nr)
{
	double common = stats_lag1(x, nr) * stats_lag1(y, nr), n = (double)nr;

	/* opposite signs would give more than there are; a y that never changes has no
	 * autocorrelation */
	return common > 0 ? n * (1 - common) / (1 + common) : n;
}

/* Fisher's z, whose variance is of_z/(n - 3) */
static struct stats_interval by_fisher_z(double r, double of_z, double nr_effective)
{
	double z = atanh(fmin(fmax(r, -1), 1)),
	       half = gsl_cdf_ugaussian_Pinv(0.975) * sqrt(of_z / (nr_effective - 3));

	return (struct stats_interval){ r, tanh(z - half), tanh(z + half) };
}

static struct stats_interval least_squares(const double *x, const double *y, size_t nr,
					   double nr_effective)
{
	double intercept, slope, cov00, cov01, cov11, sumsq, half;

	gsl_fit_linear(x, 1, y, 1, nr, &intercept, &slope, &cov00, &cov01, &cov11, &sumsq);
	half = gsl_cdf_tdist_Pinv(0.975, nr_effective - 2) *
	       sqrt(cov11 * (double)nr / nr_effective);
	return (struct stats_interval){ slope, slope - half, slope + half };
}

static void correlate(const double *x, const double *y, double *ranks, double least_sd_x,
		      struct stats_correlation *out)
{
	const struct stats_interval none = { NAN, NAN, NAN };
	size_t nr = out->nr;
	double r, rho;

	out->nr_effective = effective(x, y, nr);
	if (out->sd_x < least_sd_x || !(out->sd_x > 0) ||
	    out->nr_effective < STATS_LEAST_EFFECTIVE) {
		out->nr_effective = NAN;
		out->hardly_varied = true;
		return;
	}
	r = gsl_stats_correlation(x, 1, y, 1, nr);
	rho = gsl_stats_spearman(x, 1, y, 1, nr, ranks);
	out->pearson = isnan(r) ? none : by_fisher_z(r, 1, out->nr_effective);
	/* Bonett & Wright 2000 (Psychometrika 65, 23-28) */
	out->spearman = isnan(rho) ? none : by_fisher_z(rho, 1 + rho * rho / 2, out->nr_effective);
	out->slope = least_squares(x, y, nr, out->nr_effective);
}

int stats_correlate(const double *x, const double *y, size_t nr, double least_sd_x,
		    struct stats_correlation *out)
{
	const struct stats_interval none = { NAN, NAN, NAN };
	double *both = malloc((4 * nr + 1) * sizeof(*both)), *used_x, *used_y;
	size_t i;

	if (!both)
		return err_nomem();
	used_x = both;
	used_y = both + nr;
	*out = (struct stats_correlation){
		.nr_effective = NAN, .sd_x = NAN, .pearson = none, .spearman = none, .slope = none
	};
	for (i = 0; i < nr; i++) {
		if (!isfinite(x[i]) || !isfinite(y[i]))
			continue;
		used_x[out->nr] = x[i];
		used_y[out->nr++] = y[i];
	}
	if (out->nr >= 2)
		out->sd_x = gsl_stats_sd(used_x, 1, out->nr);
	correlate(used_x, used_y, both + 2 * nr, least_sd_x, out);
	free(both);
	return 0;
}
