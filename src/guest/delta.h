/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * delta.h - the difference of two readings of a counter that somebody else keeps
 *
 * Such a counter may go back (a live migration, a hypervisor's fault) or begin again (a device that
 * was taken away and given back): then nobody knows what came in between.
 */
#ifndef IRQSTORM_DELTA_H
#define IRQSTORM_DELTA_H

#include <stdint.h>

#define DELTA_UNKNOWN UINT64_MAX

/* of the kernel's 32-bit counts: one that was near its end has wrapped, any other went back */
static inline uint64_t delta_u32(uint64_t before, uint64_t after)
{
	if (after >= before)
		return after - before;
	if (before <= UINT32_MAX && before > UINT32_MAX / 4 * 3 && after < UINT32_MAX / 4)
		return after + (UINT64_C(1) << 32) - before;
	return DELTA_UNKNOWN;
}

static inline uint64_t delta_u64(uint64_t before, uint64_t after)
{
	return before != DELTA_UNKNOWN && after != DELTA_UNKNOWN && after >= before ? after - before
										    : DELTA_UNKNOWN;
}

/* of two differences; unknown where one of them is */
static inline uint64_t delta_sum(uint64_t a, uint64_t b)
{
	return a == DELTA_UNKNOWN || b == DELTA_UNKNOWN ? DELTA_UNKNOWN : a + b;
}

#endif
