// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * analyze.c - a record becomes findings. Pure: no clock, no file, no thread.
 */
#include "analyze/findings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/correlation.h"
#include "analyze/eoi.h"
#include "analyze/experiment.h"
#include "analyze/judge.h"
#include "analyze/rows.h"
#include "analyze/stats.h"
#include "base/err.h"

#define FAST_SHARE 0.9

static double ratio(double a, double b)
{
	return b > 0 ? a / b : NAN;
}

static struct finding_latency latency_of(const struct hist *h)
{
	return (struct finding_latency){
		.count = h->count,
		.p50 = hist_quantile(h, 0.5),
		.p99 = hist_quantile(h, 0.99),
		.p999 = hist_quantile(h, 0.999),
		.max = h->max,
	};
}

static double share_of(uint64_t fast, uint64_t msr)
{
	return ratio((double)fast, (double)(fast + msr));
}

static struct finding_eoi eoi_of(const struct record_cpu *cpu)
{
	if (!cpu || !cpu->has_eoi)
		return (struct finding_eoi){ .fast_share = NAN };
	return (struct finding_eoi){
		true,	      cpu->fast, cpu->msr, share_of(cpu->fast, cpu->msr), cpu->mark_begin,
		cpu->mark_end
	};
}

static const char *label_of(const struct record *rec, unsigned int workload)
{
	const struct record_workload *w = &rec->workloads[workload];

	for (size_t i = 0; i < rec->nr_workloads; i++)
		if (i != workload && !strcmp(rec->workloads[i].name, w->name))
			return w->spec;
	return w->name;
}

static void find_row(struct findings *f, size_t i, double seconds)
{
	const struct record_row *row = &f->rec->rows[i];
	struct finding_row *fr = &f->rows[i];

	fr->row = row;
	fr->workload = &f->rec->workloads[row->workload];
	fr->label = label_of(f->rec, row->workload);
	fr->asked_hz = fr->workload->rate_mhz ? (double)fr->workload->rate_mhz / 1000 : NAN;
	fr->rate_hz = ratio((double)row->events, seconds);
	fr->held_share = row->events_due == UINT64_MAX
				 ? NAN
				 : ratio((double)row->events, (double)row->events_due);
	fr->has_interrupts = fr->workload->has_vectors && row->interrupts != RECORD_UNKNOWN &&
			     rows_same_counter(f->rec->rows, i, 0, f->rec->nr_rows) ==
				     f->rec->nr_rows;
	fr->interrupts_per_event = fr->has_interrupts
					   ? ratio((double)row->interrupts, (double)row->events)
					   : NAN;
	fr->on = record_cpu(f->rec, row->cpu);
	fr->eoi = eoi_of(fr->on);
	fr->latency = latency_of(row->latency);
	fr->delay = latency_of(row->delay);
}

static int sum_rows(struct findings *f)
{
	struct hist *latency = malloc(sizeof(*latency)), *delay = malloc(sizeof(*delay));

	if (!latency || !delay) {
		free(latency);
		free(delay);
		return err_nomem();
	}
	hist_init(latency);
	hist_init(delay);
	for (size_t i = 0; i < f->nr_rows; i++) {
		const struct record_row *row = &f->rec->rows[i];

		f->totals.events += row->events;
		f->totals.lost += row->lost;
		f->totals.late += row->late;
		f->totals.skipped += row->skipped;
		f->totals.coalesced += row->coalesced;
		f->totals.has_interrupts |= f->rows[i].workload->has_vectors;
		f->totals.asked_hz += f->rows[i].asked_hz;
		if (row->events_due != UINT64_MAX) {
			f->totals.has_due = true;
			f->totals.events_due += row->events_due;
			f->totals.events_of_due += row->events;
		}
		hist_merge(latency, row->latency);
		hist_merge(delay, row->delay);
	}
	f->totals.interrupts = record_sum(rows_interrupts(f->rec->rows, f->nr_rows),
					  f->rec->interrupts_elsewhere);
	f->totals.has_interrupts &= f->totals.interrupts != RECORD_UNKNOWN;
	f->totals.latency = latency_of(latency);
	f->totals.delay = latency_of(delay);
	free(latency);
	free(delay);
	return 0;
}

static int sum_cpus(struct findings *f)
{
	struct finding_eoi *eoi = &f->totals.eoi;

	f->cpus = calloc(f->rec->nr_cpus + 1, sizeof(*f->cpus));
	if (!f->cpus)
		return err_nomem();
	for (size_t i = 0; i < f->rec->nr_cpus; i++) {
		const struct record_cpu *cpu = &f->rec->cpus[i];

		eoi->has |= cpu->has_eoi;
		eoi->fast += cpu->fast;
		eoi->msr += cpu->msr;
		f->totals.timer = record_sum(f->totals.timer, cpu->timer);
		f->totals.reschedule = record_sum(f->totals.reschedule, cpu->reschedule);
		f->totals.call = record_sum(f->totals.call, cpu->call);
		f->totals.steal_ns = record_sum(f->totals.steal_ns, cpu->steal_ns);
		f->cpus[f->nr_cpus++] = (struct finding_cpu){ cpu, eoi_of(cpu) };
	}
	eoi->fast_share = eoi->has ? share_of(eoi->fast, eoi->msr) : NAN;
	return 0;
}

/* a batch of depth events may be answered by one interrupt; half of that is less than any device
 * makes */
static bool few_interrupts(const struct findings *f)
{
	double least = 0;

	for (size_t i = 0; i < f->nr_rows; i++)
		if (f->rows[i].has_interrupts)
			least += (double)f->rows[i].row->events / f->rows[i].workload->depth / 2;
	return f->totals.has_interrupts && least >= 10 && (double)f->totals.interrupts < least;
}

static void find_totals(struct findings *f, double seconds)
{
	f->totals.rate_hz = ratio((double)f->totals.events, seconds);
	f->totals.held_share = f->totals.has_due ? ratio((double)f->totals.events_of_due,
							 (double)f->totals.events_due)
						 : NAN;
	f->totals.worst_share = NAN;
	if (!f->nr_rows) /* a program: nothing was asked for */
		f->totals.asked_hz = f->totals.rate_hz = NAN;
	for (size_t i = 0; i < f->nr_rows; i++)
		f->totals.worst_share = fmin(f->totals.worst_share,
					     f->rows[i].held_share); /* fmin leaves a NAN out */
	f->totals.lost_share = ratio((double)f->totals.lost,
				     (double)(f->totals.events + f->totals.lost));
	f->totals.rate_held = !(f->totals.worst_share < RATE_HELD_SHARE) && !f->rec->failed &&
			      !(f->totals.lost_share > 1 - RATE_HELD_SHARE);
	for (size_t i = 0; i < f->rec->nr_cells;
	     i++) /* rates that are tried out need not be held */
		f->totals.rate_held |= f->rec->cells[i].has_rate && !f->rec->failed;
	f->totals.interrupts_per_event = f->totals.has_interrupts
						 ? ratio((double)f->totals.interrupts,
							 (double)f->totals.events)
						 : NAN;
	f->totals.few_interrupts = few_interrupts(f);
	f->totals.register_writes_per_interrupt = f->totals.has_interrupts && f->totals.eoi.has
							  ? ratio((double)f->totals.eoi.msr,
								  (double)f->totals.interrupts)
							  : NAN;
}

/* the intervals come CPU by CPU with the same t_ns: one value for each t_ns. The last is of no full
 * length: left out */
static int find_spread(struct findings *f)
{
	const struct record *rec = f->rec;
	size_t per_time = rec->nr_cpus, nr = per_time ? rec->nr_intervals / per_time : 0,
	       nr_shares = 0;
	double *rates = calloc(nr + 1, sizeof(*rates)), *shares = calloc(nr + 1, sizeof(*shares));
	uint64_t before_ns = 0;

	if (!rates || !shares) {
		free(rates);
		free(shares);
		return err_nomem();
	}
	nr -= nr > 0;
	for (size_t t = 0; t < nr; t++) {
		const struct record_interval *at = &rec->intervals[t * per_time];
		uint64_t events = 0, fast = 0, msr = 0;

		if (t && at->block != at[-1].block)
			before_ns = 0;

		for (size_t c = 0; c < per_time; c++) {
			events += at[c].events;
			fast += at[c].fast;
			msr += at[c].msr;
		}
		rates[t] = ratio((double)events * 1e9, (double)(at->t_ns - before_ns));
		if (at->has_eoi && fast + msr)
			shares[nr_shares++] = share_of(fast, msr);
		before_ns = at->t_ns;
	}
	f->rate_spread = stats_spread(rates, nr);
	f->share_spread = stats_spread(shares, nr_shares);
	free(rates);
	free(shares);
	return 0;
}

static int by_eois(const void *a, const void *b)
{
	const struct finding_source *p = a, *q = b;
	uint64_t n = p->fast + p->msr, m = q->fast + q->msr;

	return n < m ? 1 : n > m ? -1 : strcmp(p->name, q->name);
}

static int sum_sources(struct findings *f)
{
	const struct record *rec = f->rec;

	f->sources = calloc(rec->nr_sources + 1, sizeof(*f->sources));
	if (!f->sources)
		return err_nomem();
	for (size_t i = 0; i < rec->nr_sources; i++) {
		const struct record_source *s = &rec->sources[i];
		struct finding_source *sum = f->sources;

		while (sum->name && (sum->irq != s->irq || strcmp(sum->name, s->name)))
			sum++;
		f->nr_sources += !sum->name;
		sum->name = s->name;
		sum->irq = s->irq;
		sum->storm = s->storm;
		sum->fast += s->fast;
		sum->msr += s->msr;
		sum->level += s->level;
		sum->fast_share = share_of(sum->fast, sum->msr);
	}
	qsort(f->sources, f->nr_sources, sizeof(*f->sources), by_eois);
	return 0;
}

static int by_count(const void *a, const void *b)
{
	const struct finding_line *p = a, *q = b;

	return p->count < q->count ? 1 : p->count > q->count ? -1 : strcmp(p->label, q->label);
}

static int sum_lines(struct findings *f, double seconds)
{
	f->lines = calloc(f->rec->nr_lines + 1, sizeof(*f->lines));
	if (!f->lines)
		return err_nomem();
	for (size_t i = 0; i < f->rec->nr_lines; i++) {
		const struct record_line *l = &f->rec->lines[i];
		struct finding_line *sum = f->lines;

		while (sum->label && strcmp(sum->label, l->label))
			sum++;
		f->nr_lines += !sum->label;
		sum->label = l->label;
		sum->name = l->name;
		sum->count += l->count;
	}
	for (size_t i = 0; i < f->nr_lines; i++)
		f->lines[i].rate_hz = ratio((double)f->lines[i].count, seconds);
	qsort(f->lines, f->nr_lines, sizeof(*f->lines), by_count);
	return 0;
}

static enum verdict judge(const struct findings *f)
{
	const struct finding_eoi *eoi = &f->totals.eoi;

	if (!eoi->has)
		return VERDICT_NOT_COUNTED;
	if (!(eoi->fast + eoi->msr))
		return VERDICT_NO_EOI;
	if (f->rec->eoi_mode && !strcmp(f->rec->eoi_mode, "msr"))
		return VERDICT_HELD_OFF;
	if (f->rec->eoi_mode && !strcmp(f->rec->eoi_mode, "ignored"))
		return VERDICT_IGNORED;
	if (!eoi->fast)
		return VERDICT_NEVER_GRANTED;
	return eoi->fast_share >= FAST_SHARE ? VERDICT_FAST : VERDICT_MIXED;
}

static int find_experiment(struct findings *f)
{
	f->experiment = calloc(1, sizeof(*f->experiment));
	return f->experiment ? experiment_find(f->experiment, f->rec) : err_nomem();
}

static int find_correlations(struct findings *f)
{
	f->correlations = calloc(1, sizeof(*f->correlations));
	return f->correlations ? correlation_find(f->correlations, f->rec) : err_nomem();
}

int analyze_bounds(struct findings *f, const char *const *exprs, size_t nr)
{
	f->judgements = calloc(1, sizeof(*f->judgements));
	return f->judgements ? judge_record(f->judgements, exprs, nr, f->rec, f->experiment)
			     : err_nomem();
}

int analyze_record(struct findings *f, const struct record *rec)
{
	double seconds = (double)rec->elapsed_ns / 1e9;
	const char *apic = rec->machine.apic_mode;
	int ret;

	memset(f, 0, sizeof(*f));
	f->rec = rec;
	f->nr_rows = rec->nr_rows;
	f->rows = calloc(f->nr_rows + 1, sizeof(*f->rows));
	if (!f->rows)
		return err_nomem();
	for (size_t i = 0; i < f->nr_rows; i++)
		find_row(f, i, seconds);
	ret = sum_rows(f);
	if (!ret)
		ret = sum_cpus(f);
	if (ret)
		return ret;
	find_totals(f, seconds);
	ret = find_spread(f);
	f->verdict = judge(f);
	f->why = eoi_why(rec, &f->totals.eoi);
	f->cycles_fast = eoi_cycles(&rec->cycles[0], rec->tsc_khz);
	f->cycles_msr = eoi_cycles(&rec->cycles[1], rec->tsc_khz);
	f->write_exits = eoi_write_exits(rec);
	if (!ret)
		ret = sum_sources(f);
	if (!ret)
		ret = sum_lines(f, seconds);
	if (!ret)
		ret = find_correlations(f);
	if (!ret && rec->plan.set.experiment)
		ret = find_experiment(f);
	f->register_path = !apic ? NULL : !strcmp(apic, "x2apic") ? "msr" : "mmio";
	return ret;
}

void findings_fini(struct findings *f)
{
	free(f->rows);
	free(f->sources);
	free(f->lines);
	free(f->cpus);
	if (f->experiment)
		experiment_fini(f->experiment);
	free(f->experiment);
	if (f->correlations)
		correlation_fini(f->correlations);
	free(f->correlations);
	if (f->judgements)
		judge_fini(f->judgements);
	free(f->judgements);
	memset(f, 0, sizeof(*f));
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_NOT_COUNTED] = "not-counted",
		[VERDICT_HELD_OFF] = "held-off",
		[VERDICT_IGNORED] = "ignored",
		[VERDICT_NO_EOI] = "no-eoi",
		[VERDICT_NEVER_GRANTED] = "never-granted",
		[VERDICT_MIXED] = "mixed",
		[VERDICT_FAST] = "fast",
	};

	return names[v];
}
