// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * null.c - events that are over when they start: measures the generator itself. Knows no device.
 */
#include "workload.h"

static int null_fire(struct wl_worker *worker, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		wl_begin(worker, 0);
		wl_done(worker, 0, wl_now_ns());
	}
	return (int)n;
}

static int null_reap(struct wl_worker *worker, uint64_t until_ns)
{
	struct timespec until = { (time_t)(until_ns / 1000000000u),
				  (long)(until_ns % 1000000000u) };

	(void)worker;
	if (until_ns)
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
	return 0;
}

const struct workload wl_null = {
	.name = "null",
	.summary = "events that are over at once: no interrupts, measures the generator itself",
	.fire = null_fire,
	.reap = null_reap,
};
