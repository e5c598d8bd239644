/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stats_change.h - the comparisons of stats.h with the number of resamples given
 *
 * For the simulations of the tests, which make thousands of them; all others take STATS_RESAMPLES
 * by stats.h.
 */
#ifndef IRQSTORM_STATS_CHANGE_H
#define IRQSTORM_STATS_CHANGE_H

#include "analyze/stats.h"

#define STATS_RESAMPLES                                                                            \
	9999 /* (k + 1)/(n + 1) and the ranks of the usual quantiles come out even */

int stats_change_paired(const double *a, const double *b, size_t nr, bool relative, uint64_t seed,
			size_t nr_resamples, struct stats_change *out);
int stats_change_unpaired(const double *a, size_t nr_a, const double *b, size_t nr_b, bool relative,
			  uint64_t seed, size_t nr_resamples, struct stats_change *out);

#endif
