// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * progress.c - the line on the terminal while a run goes on. Knows the terminal's one escape: erase
 * to end of line.
 */
#include "output/output.h"

#include "base/units.h"

void output_progress(const struct run_progress *p, void *ctx)
{
	FILE *out = ctx;
	char rate[UNITS_TEXT];
	uint64_t left_ns = p->total_ns > p->elapsed_ns ? p->total_ns - p->elapsed_ns : 0;
	double seconds = (double)p->phase_ns / 1e9;

	if (p->nr_blocks)
		fprintf(out, "\rblock %llu of %llu, ", (unsigned long long)p->block,
			(unsigned long long)p->nr_blocks);
	else
		fputc('\r', out);
	fprintf(out, "%s %.1f of %.1f s, %s events/s", p->warmup ? "warm-up" : "run",
		(double)p->elapsed_ns / 1e9, (double)p->total_ns / 1e9,
		units_format_rate(seconds > 0 ? (double)p->events / seconds : 0, rate));
	if (p->has_eoi && p->fast + p->msr)
		fprintf(out, ", %.1f %% fast",
			100.0 * (double)p->fast / (double)(p->fast + p->msr));
	fprintf(out, ", ETA %.0f s\033[K", (double)left_ns / 1e9);
	fflush(out);
}

void output_progress_clear(FILE *out)
{
	fputs("\r\033[K", out);
	fflush(out);
}
