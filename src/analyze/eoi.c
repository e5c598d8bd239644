// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * eoi.c - reasons and costs, from what the record holds. Pure. The order of the reasons is that of
 * the ABI header.
 */
#include "analyze/eoi.h"

#include <math.h>
#include <string.h>

/* an exit takes a thousand cycles and more, a register write that is virtualised a few dozen */
#define EXIT_CYCLES 500

int eoi_write_exits(const struct record *rec)
{
	if (!rec->calib_msr_cycles)
		return -1;
	return rec->calib_msr_cycles > rec->calib_base_cycles + EXIT_CYCLES;
}

static uint64_t level_triggered(const struct record *rec)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rec->nr_sources; i++)
		sum += rec->sources[i].level < rec->sources[i].msr ? rec->sources[i].level
								   : rec->sources[i].msr;
	return sum;
}

struct finding_why eoi_why(const struct record *rec, const struct finding_eoi *eoi)
{
	struct finding_why why = { .has = eoi->has && rec->eoi_mode };
	uint64_t left = eoi->msr;

	if (!why.has)
		return why;
	if (!rec->pv_eoi_usable) {
		why.not_offered = left;
	} else if (!strcmp(rec->eoi_mode, "msr")) {
		why.off = left;
	} else if (!strcmp(rec->eoi_mode, "ignored")) {
		why.ignored = left;
	} else {
		why.level = level_triggered(rec);
		if (why.level >
		    left) /* read live, without marks, a source may be an EOI ahead of the total */
			why.level = left;
		left -= why.level;
		if (!eoi->fast && eoi_write_exits(rec) == 0)
			why.apicv_like = left;
		else
			why.pending_or_exit = left;
	}
	return why;
}

static uint64_t quantile(const struct record_cycles *c, double q)
{
	uint64_t wanted = (uint64_t)ceil(q * (double)c->count), seen = 0;

	for (unsigned int i = 0; i < RECORD_BUCKETS - 1; i++) {
		seen += c->buckets[i];
		if (seen >= wanted)
			return (2ull << i) - 1;
	}
	return UINT64_MAX;
}

struct finding_cycles eoi_cycles(const struct record_cycles *c, uint32_t tsc_khz)
{
	struct finding_cycles f = { .count = c->count, .mean = NAN, .mean_ns = NAN };

	if (!c->count)
		return f;
	f.mean = (double)c->sum / (double)c->count;
	f.p50_below = quantile(c, 0.5);
	f.p99_below = quantile(c, 0.99);
	if (tsc_khz)
		f.mean_ns = f.mean * 1e6 / tsc_khz;
	return f;
}
