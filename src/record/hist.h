/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hist.h - a log-linear histogram of 64-bit values
 *
 * Values below 2^HIST_BITS are exact; above, a bucket is 2^-(HIST_BITS-1) of its value wide at the
 * most, so a quantile is at most that much (1/64, 1.6 %) above the true one, and never below.
 * Histograms add exactly.
 */
#ifndef IRQSTORM_HIST_H
#define IRQSTORM_HIST_H

#include <stdint.h>

#define HIST_BITS 7
#define HIST_HALF (1u << (HIST_BITS - 1))
#define HIST_BUCKETS ((64 - HIST_BITS + 2) * HIST_HALF)

struct hist {
	uint64_t count, min, max; /* min and max are exact; min is UINT64_MAX of none */
	uint64_t buckets[HIST_BUCKETS];
};

void hist_init(struct hist *h);

static inline unsigned int hist_bucket(uint64_t value)
{
	unsigned int shift;

	if (value < 2 * HIST_HALF)
		return (unsigned int)value;
	shift = 64u - HIST_BITS - (unsigned int)__builtin_clzll(value);
	return shift * HIST_HALF + (unsigned int)(value >> shift);
}

/* hot: once an event */
static inline void hist_record(struct hist *h, uint64_t value)
{
	h->buckets[hist_bucket(value)]++;
	h->count++;
	if (value < h->min)
		h->min = value;
	if (value > h->max)
		h->max = value;
}

void hist_merge(struct hist *into, const struct hist *from);
/* the smallest bucket's upper edge that at least q (0 … 1) of the values do not exceed, never above
 * max; 0 of none */
uint64_t hist_quantile(const struct hist *h, double q);
uint64_t hist_upper_edge(unsigned int bucket);

#endif
