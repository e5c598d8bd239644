// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bisect.c - a bisection on a logarithmic scale, whose ends are verified. Arithmetic only.
 */
#include "run/bisect.h"

#include <math.h>
#include "base/units.h"

#define WITHIN 1.01
#define ABOVE 1.25 /* of what was achieved as fast as it goes: surely not held */
#define BELOW 4	   /* surely held; if not, so much less again */
#define NEAR 1.1   /* so near to a believed end it is doubted */
#define MAX_TRIES 40
#define LEAST_MHZ 1

static uint64_t between(uint64_t low_mhz, uint64_t high_mhz)
{
	return (uint64_t)(sqrt((double)low_mhz) * sqrt((double)high_mhz));
}

bool bisect_next(const struct bisect *b, uint64_t *rate_mhz)
{
	if (!b->begun) {
		*rate_mhz = UNITS_RATE_MAX;
		return true;
	}
	*rate_mhz = between(b->low_mhz, b->high_mhz);
	return b->nr<MAX_TRIES && * rate_mhz> LEAST_MHZ &&
	       (double)b->high_mhz > WITHIN * (double)b->low_mhz;
}

void bisect_tell(struct bisect *b, uint64_t rate_mhz, bool held, uint64_t achieved_mhz)
{
	b->nr++;
	if (!b->begun) {
		b->begun = true;
		b->high_mhz = (uint64_t)(ABOVE * (double)achieved_mhz) + 1;
		if (b->high_mhz > UNITS_RATE_LIMIT_MHZ)
			b->high_mhz = UNITS_RATE_LIMIT_MHZ;
		b->low_mhz = b->high_mhz / BELOW;
		return;
	}
	if (held)
		b->held_mhz = b->low_mhz = rate_mhz;
	else
		b->not_held_mhz = b->high_mhz = rate_mhz;
	/* an end that was only believed, and towards which everything went, is moved on */
	if ((double)b->high_mhz > NEAR * (double)b->low_mhz)
		return;
	if (!b->held_mhz)
		b->low_mhz /= BELOW;
	else if (!b->not_held_mhz && b->high_mhz < UNITS_RATE_LIMIT_MHZ / BELOW)
		b->high_mhz *= BELOW;
}
