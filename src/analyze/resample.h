/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * resample.h - intervals by the bootstrap, p by permutation; knows no comparison, only numbers and
 * how often to draw
 */
#ifndef IRQSTORM_RESAMPLE_H
#define IRQSTORM_RESAMPLE_H

#include <stddef.h>
#include <gsl/gsl_rng.h>
#include "analyze/stats.h"

/* of one group of units, or of two that are drawn each by itself (nr[1] is 0 for one) */
struct resample {
	/*
	 * the statistic where unit i was drawn drawn[i] times (the second group's units after the
	 * first's): once each are the data themselves. NAN: it has no value there
	 */
	double (*statistic)(void *data, const unsigned int *drawn);
	void *data;
	size_t nr[2];
	size_t nr_resamples;
	double level; /* 0.95 */
};

/* what BCa corrects by: 0 and 0 give the percentile interval */
struct resample_bca {
	double bias, acceleration;
};

/*
 * Bias-corrected and accelerated interval (Efron & Tibshirani 1993, chapter 14; two groups: Davison
 * & Hinkley 1997, 3.2 and 5.3). All NAN where the statistic has no value for the data or for a
 * resample; low and high NAN where a group has fewer units than RESAMPLE_LEAST. corrections may be
 * NULL.
 */
#define RESAMPLE_LEAST 5
int resample_interval(const struct resample *r, gsl_rng *rng, struct stats_interval *out,
		      struct resample_bca *corrections);

/*
 * Two-sided p of the mean, a share of trim left out at each end. Where that is the same for both,
 * the whole mean decides: a change that is equal in all pairs would not be rare otherwise, as a few
 * other signs would be cut off. By all 2^nr changes of signs of the differences up to
 * RESAMPLE_ENUMERATED of them, else by random ones, (k + 1)/(nr_resamples + 1). NAN: no differences
 */
#define RESAMPLE_ENUMERATED 12
int resample_flip_signs(const double *differences, size_t nr, double trim, size_t nr_resamples,
			gsl_rng *rng, double *p);
/* likewise of the difference of two such means, by random labels */
int resample_shuffle_labels(const double *a, size_t nr_a, const double *b, size_t nr_b, double trim,
			    size_t nr_resamples, gsl_rng *rng, double *p);

#endif
