/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stats.h - the statistics of runs and blocks, by GSL: arrays of double in, structs out
 *
 * Knows no record and no metric. The unit is whatever the caller puts into one array member: for a
 * comparison a block, never the pooled samples. Values that are not finite (a block that had
 * nothing to measure) are left out, of a pair both. The same values and the same seed give the same
 * result, in whatever order the pairs come (but for lag1).
 */
#ifndef IRQSTORM_STATS_H
#define IRQSTORM_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct finding_spread;

/* median and quartiles (gsl_stats_quantile_from_sorted_data: linear between ranks); sorts the
 * values */
struct finding_spread stats_spread(double *values, size_t nr);

struct stats_interval {
	double estimate, low, high;
}; /* 95 %; low and high NAN where there are too few values */

/*
 * median with its distribution-free interval (order statistics, binomial: at least 95 %); n < 6:
 * low, high NAN. values stay as they are
 */
int stats_median(const double *values, size_t nr, struct stats_interval *out);

/*
 * The change is the 20 % trimmed mean of the differences (unpaired: the difference of the trimmed
 * means): an outlier of a noisy host does not move it, and it loses little where there is none.
 * Interval: BCa bootstrap of the pairs (unpaired: of each group), 5 values at least. p: flipping
 * the signs of the differences (unpaired: shuffling the labels), always of the absolute change, so
 * it is the same whether relative or not; by all 2^n of them up to 12 pairs.
 *
 * How much is found: the unit of a paired comparison is the pair, and σ the standard deviation of
 * the differences b[i] - a[i]. A change of one σ is found by 20 pairs in more than 95 % of
 * experiments (a t-test: 98.9 %). Blocks whose own independent noise is s give σ = √2 s: a change
 * of one s is found by 20 pairs in about 80 % only (a t-test:
 * 85.1 %). Drift that both blocks of a repetition share costs nothing.
 *
 * Unpaired values must be exchangeable under "no change". Two runs apart in time with a drift of
 * their own are not, and p is then far too small: lag1 above 2/sqrt(nr_a + nr_b) says so where the
 * drift is strong.
 */
struct stats_change {
	struct stats_interval
		change; /* of b compared with a: relative (0.01 is 1 %), or in the values' unit */
	bool relative;
	double p;    /* two-sided, by permutation; NAN where it can't be told */
	size_t nr;   /* pairs, or the smaller group */
	double lag1; /* autocorrelation at lag 1 of the paired differences (unpaired: of a's and
			b's residuals pooled); NAN */
};
/*
 * a[i] and b[i] ran in the same repetition. relative: change is the trimmed mean of (b - a) over
 * |trimmed mean of a|; falls back to absolute, relative=false, where that is 0 or so near to 0 that
 * resampling changes its sign
 */
int stats_paired(const double *a, const double *b, size_t nr, bool relative, uint64_t seed,
		 struct stats_change *out);
int stats_unpaired(const double *a, size_t nr_a, const double *b, size_t nr_b, bool relative,
		   uint64_t seed, struct stats_change *out);

/* Holm's step-down adjustment, in place; NANs are left and not counted */
void stats_holm(double *p, size_t nr);
/* NAN below 3 values and where all are equal */
double stats_lag1(const double *values, size_t nr);

enum stats_verdict { STATS_NOT_SHOWN, STATS_BETTER, STATS_WORSE, STATS_EQUIVALENT };
/*
 * EQUIVALENT where the whole interval is within ±margin (first, also where p is small);
 * BETTER/WORSE where p < 0.05 and the interval is clear of 0; else NOT_SHOWN
 */
enum stats_verdict stats_judge(const struct stats_change *c, double margin, bool more_is_better);

#define STATS_LEAST_EFFECTIVE 6 /* values that a correlation needs */
struct stats_correlation {
	size_t nr;
	double nr_effective; /* what is left of nr by the autocorrelation of both
				(Bartlett/Quenouille,
				Bretherton 1999: n (1 - r1x r1y)/(1 + r1x r1y), at most n) */
	double sd_x;
	struct stats_interval pearson, spearman,
		slope;	    /* slope: of y per unit of x, least squares */
	bool hardly_varied; /* sd_x below least_sd_x, or too few effective values: nothing but nr
			       and sd_x
			       is filled, the rest is NAN */
};
/* where y never changes, the slope is 0 and both correlations are NAN */
int stats_correlate(const double *x, const double *y, size_t nr, double least_sd_x,
		    struct stats_correlation *out);

#endif
