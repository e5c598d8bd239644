// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * request.c - the defaults, and how the choices are spelt. Knows nothing of the machine.
 */
#include "plan/request.h"

#include <stddef.h>
#include "base/units.h"

const char *const pace_names[] = { "sleep", "spin", NULL };
const char *const arrivals_names[] = { "const", "poisson", "burst", NULL };
const char *const eoi_ask_names[] = { "auto", "none", "pv", "msr", "ignored", NULL };
const char *const affinity_ask_names[] = { "auto", "keep", NULL };

void request_init(struct request *req)
{
	*req = (struct request){
		.action = ACTION_RUN,
		.rate_mhz = UNITS_RATE_MAX,
		.duration_ns = 10 * NS_PER_S,
		.warmup_ns = NS_PER_S,
		.interval_ns = 100 * NS_PER_MS,
		.pace = PACE_SLEEP,
		.arrivals = ARRIVALS_CONST,
		.seed = 1,
		.eoi = EOI_AUTO,
		.block_ns = NS_PER_S,
		.settle_ns = 100 * NS_PER_MS,
		.repeat_min = 20,
		.repeat_max = 20,
		.margin = 0.01,
		.form = FORM_TEXT,
		.bind = "0.0.0.0",
		.sysroot = "/",
	};
}
