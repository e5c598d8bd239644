/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bisect.h - one search for the highest rate that is held: which rate to try next
 *
 * First as fast as it goes, which bounds it; then between a quarter of that and a little more, by
 * the geometric mean, until the highest rate held and the lowest one not held are within 1 %.
 * Arithmetic only.
 */
#ifndef IRQSTORM_BISECT_H
#define IRQSTORM_BISECT_H

#include <stdbool.h>
#include <stdint.h>

struct bisect {
	uint64_t held_mhz, not_held_mhz; /* 0: not known yet */
	uint64_t low_mhz, high_mhz;	 /* what is believed, before it is known */
	bool begun;
	unsigned int nr; /* tries */
};

/* the next rate to try, UNITS_RATE_MAX the first time; false: the search is over (zeroed: it
 * begins) */
bool bisect_next(const struct bisect *b, uint64_t *rate_mhz);
/* what became of it: was it held, and (of UNITS_RATE_MAX) what the slowest worker achieved */
void bisect_tell(struct bisect *b, uint64_t rate_mhz, bool held, uint64_t achieved_mhz);

#endif
