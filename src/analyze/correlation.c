// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * correlation.c - the intervals of a record, cell by cell, become pairs of numbers. Pure; the
 * statistics are stats.c's.
 *
 * Cells are kept apart: what arms or rates make of share, rate and latency is in their blocks, and
 * would drown what the intervals of one cell show. The blocks of a cell stand one behind the other.
 * The two intervals at such a seam are no neighbours in time, and are taken for ones: that is one
 * pair in a block, and makes n_effective a little too large at the most. The last interval of each
 * block is of no full length and includes the end: it is left out.
 */
#include "analyze/correlation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/metrics.h"
#include "base/err.h"

/* of one cell, for one vCPU or all: a value for each interval, NAN where there is none */
struct series {
	double *share, *rate, *latency;
	size_t nr;
};

static int series_init(struct series *s, size_t max)
{
	*s = (struct series){ calloc(max + 1, sizeof(double)), calloc(max + 1, sizeof(double)),
			      calloc(max + 1, sizeof(double)), 0 };
	return s->share && s->rate && s->latency ? 0 : err_nomem();
}

static void series_fini(struct series *s)
{
	free(s->share);
	free(s->rate);
	free(s->latency);
}

static double ratio(double a, double b)
{
	return b > 0 ? a / b : NAN;
}

/* the intervals of one time, which are rec->nr_cpus; cpu: one of them, or -1. before_ns: when they
 * began */
static void add_time(struct series *s, const struct record *rec, const struct record_interval *at,
		     int cpu, uint64_t before_ns)
{
	double events = 0, latency_ns = 0, fast = 0, eois = 0;

	for (size_t i = 0; i < rec->nr_cpus; i++) {
		if (cpu >= 0 && at[i].cpu != (unsigned int)cpu)
			continue;
		events += (double)at[i].events;
		latency_ns += (double)at[i].latency_sum_ns;
		fast += at[i].has_eoi ? (double)at[i].fast : 0;
		eois += at[i].has_eoi ? (double)at[i].fast + (double)at[i].msr : 0;
	}
	s->share[s->nr] = 100 * ratio(fast, eois);
	s->rate[s->nr] = ratio(events * 1e9, (double)(at->t_ns - before_ns));
	s->latency[s->nr] = latency_ns > 0 ? ratio(latency_ns, events) : NAN;
	s->nr++;
}

static void fill(struct series *s, const struct record *rec, size_t cell, int cpu)
{
	const size_t step = rec->nr_cpus;
	uint64_t before_ns = 0;

	s->nr = 0;
	for (size_t i = 0; i + step < rec->nr_intervals; i += step) {
		const struct record_interval *at = &rec->intervals[i];

		if (i && at->block != at[-1].block)
			before_ns = 0;
		if (at->block == at[step].block && rec->blocks[at->block].cell == cell)
			add_time(s, rec, at, cpu, before_ns);
		before_ns = at->t_ns;
	}
}

/* events/s of this cell is what was asked for: due evenly, and done */
static bool rate_was_set(const struct record *rec, size_t cell, int cpu)
{
	uint64_t events = 0, due = 0;

	if (rec->plan.set.arrivals == ARRIVALS_POISSON)
		return false;
	for (size_t i = 0; i < rec->nr_blocks; i++) {
		for (size_t k = 0; k < rec->nr_rows && rec->blocks[i].cell == cell; k++) {
			const struct record_row *row = &rec->blocks[i].rows[k];

			if (cpu >= 0 && rec->rows[k].cpu != (unsigned int)cpu)
				continue;
			if (row->events_due == UINT64_MAX)
				return false;
			events += row->events;
			due += row->events_due;
		}
	}
	return (double)events >= METRICS_HELD_SHARE * (double)due;
}

static size_t nr_of(const double *values, size_t nr)
{
	size_t n = 0;

	for (size_t i = 0; i < nr; i++)
		n += !isnan(values[i]);
	return n;
}

static enum correlation_status status_of(const struct stats_correlation *c)
{
	if (!c->hardly_varied)
		return isnan(c->pearson.estimate) ? CORRELATION_CONSTANT : CORRELATION_FOUND;
	return c->nr >= STATS_LEAST_EFFECTIVE && c->sd_x < CORRELATION_LEAST_SD
		       ? CORRELATION_HARDLY_VARIED
		       : CORRELATION_FEW;
}

static int add(struct correlations *to, const struct record *rec, const struct series *s,
	       struct correlation c)
{
	const double *values = c.with == CORRELATION_RATE ? s->rate : s->latency;
	int ret;

	/* too few intervals is worth a word, no module and no event are not */
	if (s->nr && (!nr_of(s->share, s->nr) || !nr_of(values, s->nr)))
		return 0;
	ret = stats_correlate(s->share, values, s->nr, CORRELATION_LEAST_SD, &c.of);
	if (ret)
		return ret;
	c.status = status_of(&c.of);
	if (rec->plan.set.find_max)
		c.status = CORRELATION_RATES_TRIED;
	else if (c.with == CORRELATION_RATE && rate_was_set(rec, c.cell, c.cpu))
		c.status = CORRELATION_RATE_SET;
	if (c.status <= CORRELATION_RATES_TRIED)
		c.of.nr_effective = c.of.pearson.estimate = c.of.spearman.estimate =
			c.of.slope.estimate = NAN;
	to->items[to->nr++] = c;
	return 0;
}

/* it has a worker, and its EOIs were counted */
static bool is_wanted(const struct record *rec, int cpu)
{
	for (size_t i = 0; i < rec->nr_rows; i++) {
		const struct record_cpu *on = record_cpu(rec, rec->rows[i].cpu);

		if (on && on->has_eoi && (cpu < 0 || on->cpu == (unsigned int)cpu))
			return true;
	}
	return false;
}

static int find_cell(struct correlations *c, const struct record *rec, struct series *s,
		     size_t cell)
{
	int ret = 0;

	for (size_t i = 0; i <= rec->nr_cpus; i++) {
		const int cpu = i ? (int)rec->cpus[i - 1].cpu : -1;

		if (!is_wanted(rec, cpu) || (rec->nr_cpus == 1 && i))
			continue;
		fill(s, rec, cell, cpu);
		for (int with = CORRELATION_RATE; !ret && with <= CORRELATION_LATENCY; with++)
			ret = add(c, rec, s,
				  (struct correlation){ .cell = cell,
							.cpu = cpu,
							.with = (enum correlation_with)with });
	}
	return ret;
}

int correlation_find(struct correlations *c, const struct record *rec)
{
	struct series s;
	int ret = series_init(&s, rec->nr_intervals);

	*c = (struct correlations){ .items = calloc(2 * rec->nr_cells * (rec->nr_cpus + 1) + 1,
						    sizeof(*c->items)) };
	if (!ret && !c->items)
		ret = err_nomem();
	for (size_t i = 0; !ret && i < rec->nr_cells; i++)
		if (!rec->cells[i].idle)
			ret = find_cell(c, rec, &s, i);
	series_fini(&s);
	return ret;
}

void correlation_fini(struct correlations *c)
{
	free(c->items);
	*c = (struct correlations){ 0 };
}
