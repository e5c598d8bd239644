// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * metrics.c - the table of metrics: a block becomes a number. Pure; knows no statistic.
 *
 * A block of a storm has events, and its own interrupts; one of a program has neither, but counts
 * of its whole run.
 */
#include "analyze/metrics.h"

#include <math.h>
#include <string.h>
#include "analyze/repeats.h"
#include "analyze/rows.h"

static double ratio(double a, double b)
{
	return b > 0 ? a / b : NAN;
}

static double known(uint64_t count)
{
	return count == RECORD_UNKNOWN ? NAN : (double)count;
}

static double seconds(const struct record_block *b)
{
	return (double)b->elapsed_ns / 1e9;
}

static double events(const struct record *rec, const struct record_block *b)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rec->nr_rows; i++)
		sum += b->rows[i].events;
	return rec->nr_rows ? (double)sum : NAN;
}

static double interrupts(const struct record *rec, const struct record_block *b)
{
	for (size_t i = 0; i < rec->nr_rows; i++)
		if (rec->workloads[b->rows[i].workload].has_vectors)
			return known(record_sum(rows_interrupts(b->rows, rec->nr_rows),
						b->interrupts_elsewhere));
	return NAN;
}

/* of the CPUs where they were counted; NAN: nowhere */
static double eois(const struct record *rec, const struct record_block *b, bool fast, bool msr)
{
	double sum = NAN;

	for (size_t i = 0; i < rec->nr_cpus; i++)
		if (b->cpus[i].has_eoi)
			sum = (isnan(sum) ? 0 : sum) +
			      (double)((fast ? b->cpus[i].fast : 0) + (msr ? b->cpus[i].msr : 0));
	return sum;
}

static double rate_hz(const struct record *rec, const struct record_block *b)
{
	return ratio(events(rec, b), seconds(b));
}

static double held_share(const struct record *rec, const struct record_block *b)
{
	double worst = NAN;

	for (size_t i = 0; i < rec->nr_rows; i++)
		if (b->rows[i].events_due != UINT64_MAX)
			worst = fmin(worst, ratio((double)b->rows[i].events,
						  (double)b->rows[i].events_due));
	return worst;
}

double metrics_interrupts_hz(const struct record *rec, const struct record_block *b)
{
	return ratio(interrupts(rec, b), seconds(b));
}

static double interrupts_per_event(const struct record *rec, const struct record_block *b)
{
	return ratio(interrupts(rec, b), events(rec, b));
}

static double quantile_ns(const struct record_block *b, double q)
{
	return b->latency && b->latency->count ? (double)hist_quantile(b->latency, q) : NAN;
}

static double p50_ns(const struct record *rec, const struct record_block *b)
{
	(void)rec;
	return quantile_ns(b, 0.5);
}

static double p99_ns(const struct record *rec, const struct record_block *b)
{
	(void)rec;
	return quantile_ns(b, 0.99);
}

static double of_program(const struct record *rec, double value)
{
	return rec->program.argv ? value : NAN;
}

static double time_ns(const struct record *rec, const struct record_block *b)
{
	return of_program(rec, (double)b->elapsed_ns);
}

static double user_ns(const struct record *rec, const struct record_block *b)
{
	return of_program(rec, (double)b->user_ns);
}

static double system_ns(const struct record *rec, const struct record_block *b)
{
	return of_program(rec, (double)b->system_ns);
}

static double eois_of_run(const struct record *rec, const struct record_block *b)
{
	return of_program(rec, eois(rec, b, true, true));
}

static double register_writes(const struct record *rec, const struct record_block *b)
{
	return of_program(rec, eois(rec, b, false, true));
}

static double reschedule_ipis(const struct record *rec, const struct record_block *b)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rec->nr_cpus; i++)
		sum = record_sum(sum, b->cpus[i].reschedule);
	return of_program(rec, known(sum));
}

static double fast_share(const struct record *rec, const struct record_block *b)
{
	return ratio(eois(rec, b, true, false), eois(rec, b, true, true));
}

static double register_writes_per_interrupt(const struct record *rec, const struct record_block *b)
{
	return ratio(eois(rec, b, false, true), interrupts(rec, b));
}

static double eoi_cycles(const struct record *rec, const struct record_block *b)
{
	(void)rec;
	return ratio((double)(b->cycles[0].sum + b->cycles[1].sum),
		     (double)(b->cycles[0].count + b->cycles[1].count));
}

static double steal_share(const struct record *rec, const struct record_block *b)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rec->nr_cpus; i++)
		sum = record_sum(sum, b->cpus[i].steal_ns);
	return ratio(known(sum), (double)b->elapsed_ns * (double)rec->nr_cpus);
}

/* the first block of the repeat that b is in, and the end of them */
static const struct record_block *repeat_of(const struct record *rec, const struct record_block *b,
					    const struct record_block **end)
{
	size_t i = (size_t)(b - rec->blocks);

	*end = rec->blocks + repeats_end(rec, i);
	while (!repeats_begin(rec, i))
		i--;
	return rec->blocks + i;
}

const struct record_block *metrics_idle(const struct record *rec, const struct record_block *b)
{
	const struct record_block *end, *i = repeat_of(rec, b, &end);

	for (; i < end; i++)
		if (rec->cells[i->cell].idle)
			return i;
	return NULL;
}

/* CPU by CPU, as their speeds may differ */
double metrics_lost_cpus(const struct record *rec, const struct record_block *b,
			 const struct record_block *idle)
{
	double lost = NAN;

	for (size_t i = 0; idle && i < rec->nr_cpus; i++) {
		double full = ratio((double)idle->cpus[i].soak_loops, seconds(idle));

		if (!(full > 0) || !b->elapsed_ns)
			continue;
		lost = (isnan(lost) ? 0 : lost) + 1 -
		       (double)b->cpus[i].soak_loops / seconds(b) / full;
	}
	return lost;
}

static double cost_ns(const struct record *rec, const struct record_block *b)
{
	return ratio(metrics_lost_cpus(rec, b, metrics_idle(rec, b)) * 1e9,
		     metrics_interrupts_hz(rec, b));
}

static bool held(const struct record *rec, const struct record_block *b)
{
	return held_share(rec, b) >= METRICS_HELD_SHARE;
}

static double max_rate_hz(const struct record *rec, const struct record_block *b)
{
	const struct record_block *end, *probe = repeat_of(rec, b, &end);
	uint64_t highest = 0;

	for (; probe < end; probe++)
		if (probe->cell == b->cell && probe->rate_mhz > highest && held(rec, probe))
			highest = probe->rate_mhz;
	return highest ? (double)highest / 1000 : NAN;
}

const struct metric metrics[METRICS_NR + 1] = {
	{ "rate_hz", "events/s", METRIC_HZ, METRIC_MORE, METRIC_OF_STORM, true, rate_hz },
	{ "held_share", "events done of due", METRIC_SHARE, METRIC_MORE, METRIC_OF_STORM, false,
	  held_share },
	{ "max_rate_hz", "highest rate held", METRIC_HZ, METRIC_MORE, METRIC_OF_STORM, true,
	  max_rate_hz },
	{ "time_ns", "time", METRIC_NS, METRIC_LESS, METRIC_OF_PROGRAM, true, time_ns },
	{ "user_ns", "user time", METRIC_NS, METRIC_LESS, METRIC_OF_PROGRAM, true, user_ns },
	{ "system_ns", "system time", METRIC_NS, METRIC_LESS, METRIC_OF_PROGRAM, true, system_ns },
	{ "interrupts_hz", "interrupts/s", METRIC_HZ, METRIC_NEITHER, METRIC_OF_STORM, true,
	  metrics_interrupts_hz },
	{ "interrupts_per_event", "interrupts/event", METRIC_RATIO, METRIC_NEITHER, METRIC_OF_STORM,
	  true, interrupts_per_event },
	{ "p50_ns", "latency p50", METRIC_NS, METRIC_LESS, METRIC_OF_STORM, true, p50_ns },
	{ "p99_ns", "latency p99", METRIC_NS, METRIC_LESS, METRIC_OF_STORM, true, p99_ns },
	{ "fast_share", "fast EOIs", METRIC_SHARE, METRIC_MORE, METRIC_OF_BOTH, false, fast_share },
	{ "register_writes_per_interrupt", "EOI writes/interrupt", METRIC_RATIO, METRIC_LESS,
	  METRIC_OF_STORM, true, register_writes_per_interrupt },
	{ "eois", "EOIs/run", METRIC_COUNT, METRIC_NEITHER, METRIC_OF_PROGRAM, true, eois_of_run },
	{ "register_writes", "EOI writes/run", METRIC_COUNT, METRIC_LESS, METRIC_OF_PROGRAM, true,
	  register_writes },
	{ "reschedule_ipis", "reschedule IPIs/run", METRIC_COUNT, METRIC_NEITHER, METRIC_OF_PROGRAM,
	  true, reschedule_ipis },
	{ "eoi_cycles", "cycles/EOI", METRIC_CYCLES, METRIC_LESS, METRIC_OF_BOTH, true,
	  eoi_cycles },
	{ "cost_ns", "CPU lost/interrupt", METRIC_NS, METRIC_LESS, METRIC_OF_STORM, true, cost_ns },
	{ "steal_share", "steal", METRIC_SHARE, METRIC_LESS, METRIC_OF_BOTH, false, steal_share },
	{ NULL, NULL, METRIC_COUNT, METRIC_NEITHER, METRIC_OF_BOTH, false, NULL },
};

const struct metric *metrics_find(const char *key)
{
	for (const struct metric *m = metrics; m->key; m++)
		if (!strcmp(m->key, key))
			return m;
	return NULL;
}

double metrics_value(const struct metric *m, const struct record *rec, const struct record_block *b)
{
	if (rec->plan.set.find_max != (m->of == max_rate_hz))
		return NAN;
	if (rec->cells[b->cell].idle && m->of != steal_share)
		return NAN;
	return m->of(rec, b);
}
