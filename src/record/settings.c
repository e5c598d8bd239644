// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * settings.c - the defaults of a run, and how its choices are spelt
 */
#include "record/settings.h"

#include <stdio.h>
#include "base/units.h"

const char *const pace_names[] = { "sleep", "spin", NULL };
const char *const arrivals_names[] = { "const", "poisson", "burst", NULL };
const char *const eoi_ask_names[] = { "auto", "none", "pv", "msr", "ignored", NULL };

void settings_init(struct settings *set)
{
	*set = (struct settings){
		.rate_mhz = UNITS_RATE_MAX,
		.duration_ns = 10 * NS_PER_S,
		.warmup_ns = NS_PER_S,
		.interval_ns = 100 * NS_PER_MS,
		.seed = 1,
		.block_ns = NS_PER_S,
		.settle_ns = 100 * NS_PER_MS,
		.repeat_min = 20,
		.repeat_max = 20,
		.margin = 0.01,
	};
}

char *settings_arrivals(const struct settings *set, char *buf, size_t size)
{
	if (set->arrivals == ARRIVALS_BURST)
		snprintf(buf, size, "burst=%u", set->burst);
	else
		snprintf(buf, size, "%s", arrivals_names[set->arrivals]);
	return buf;
}
