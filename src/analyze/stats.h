/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stats.h - the few statistics of one run, by GSL
 */
#ifndef IRQSTORM_STATS_H
#define IRQSTORM_STATS_H

#include <stddef.h>

struct finding_spread;

/* median and quartiles (gsl_stats_quantile_from_sorted_data: linear between ranks); sorts the values */
struct finding_spread stats_spread(double *values, size_t nr);

#endif
