// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hist.c - counts by size. Arithmetic only.
 */
#include "record/hist.h"

#include <math.h>
#include <string.h>

void hist_init(struct hist *h)
{
	memset(h, 0, sizeof(*h));
	h->min = UINT64_MAX;
}

uint64_t hist_upper_edge(unsigned int bucket)
{
	unsigned int shift;

	if (bucket < 2 * HIST_HALF)
		return bucket;
	shift = bucket / HIST_HALF - 1;
	return (((uint64_t)(bucket % HIST_HALF + HIST_HALF) + 1) << shift) - 1;
}

void hist_merge(struct hist *into, const struct hist *from)
{
	into->count += from->count;
	if (from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	for (unsigned int i = 0; i < HIST_BUCKETS; i++)
		into->buckets[i] += from->buckets[i];
}

uint64_t hist_quantile(const struct hist *h, double q)
{
	uint64_t wanted, seen = 0;

	if (!h->count)
		return 0;
	wanted = (uint64_t)ceil(q * (double)h->count);
	if (!wanted)
		wanted = 1;
	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		uint64_t edge;

		seen += h->buckets[i];
		if (seen < wanted)
			continue;
		edge = hist_upper_edge(i);
		return edge < h->max ? edge : h->max;
	}
	return h->max;
}
