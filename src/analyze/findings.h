/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * findings.h - what a record means: every number that an output form shows
 *
 * A value that was not measured says so by its has_… or by NAN; it is never 0.
 */
#ifndef IRQSTORM_FINDINGS_H
#define IRQSTORM_FINDINGS_H

#include "record/record.h"

struct correlations;
struct experiment;
struct judgements;

#define RATE_HELD_SHARE                                                                            \
	0.995 /* of the due events, and of those begun: below, the asked rate was not held */

struct finding_eoi {
	bool has;
	uint64_t fast, msr;
	double fast_share;	       /* fast / (fast + msr); NAN where there was no EOI */
	uint64_t mark_begin, mark_end; /* 0: no marks */
};

struct finding_latency {
	uint64_t count, p50, p99, p999, max;
}; /* ns; count 0: nothing measured */

struct finding_row {
	const struct record_row *row;
	const struct record_workload *workload;
	const char *label; /* the workload's name; its whole text where two have the same name */
	double asked_hz;   /* NAN for max */
	double rate_hz;	   /* achieved */
	double held_share; /* events / due; NAN for max */
	double interrupts_per_event; /* NAN without a vector or an event */
	bool has_interrupts; /* false also where several rows are counted on one line and CPU */
	const struct record_cpu *on; /* the row's CPU, which other rows may share; its eoi is: */
	struct finding_eoi eoi;
	struct finding_latency latency, delay;
};

struct finding_spread {
	double median, low, high;
}; /* quartiles over the whole intervals; NAN of fewer than 4 */

/* EOIs by the register, by the first reason that holds: they add up to msr */
struct finding_why {
	bool has;
	uint64_t not_offered, off, ignored;
	uint64_t level;		  /* of a level-triggered interrupt: never granted */
	uint64_t apicv_like;	  /* never granted, and the register write is cheap */
	uint64_t pending_or_exit; /* the rest: another interrupt was pending, or an exit came in
				     between */
};

struct finding_cycles { /* TSC cycles of the EOIs of one path; count 0: not timed */
	uint64_t count;
	double mean, mean_ns; /* NAN */
	uint64_t p50_below,
		p99_below; /* so many took at most that (the upper edge of a power of two) */
};

struct finding_source { /* whose EOIs, over all CPUs of the run */
	const char *name;
	int irq; /* -1: no number */
	bool storm;
	uint64_t fast, msr, level;
	double fast_share;
};

struct finding_line { /* a line of /proc/interrupts, over all CPUs of the run */
	const char *label, *name;
	uint64_t count;
	double rate_hz;
};

struct finding_cpu { /* a vCPU of the run, whatever runs on it */
	const struct record_cpu *cpu;
	struct finding_eoi eoi;
};

/* what a person is told in one line; the numbers are in totals */
enum verdict {
	VERDICT_NOT_COUNTED, /* no module: rates and latencies only */
	VERDICT_HELD_OFF,    /* the mode was msr: every EOI wrote the register, as asked */
	VERDICT_IGNORED,     /* the mode was ignored: likewise, though the host granted */
	VERDICT_NO_EOI,
	VERDICT_NEVER_GRANTED, /* the word is registered and the host never set the bit */
	VERDICT_MIXED,	       /* some fast */
	VERDICT_FAST,	       /* at least 90 % fast */
};

struct findings {
	const struct record *rec;
	struct finding_row *rows;
	size_t nr_rows;
	struct {
		uint64_t events, events_due, lost, late, skipped, coalesced, interrupts;
		uint64_t events_of_due; /* those of the rows with a rate */
		bool has_due, has_interrupts;
		double rate_hz;	    /* of all vCPUs together */
		double asked_hz;    /* the same; NAN where any is max */
		double held_share;  /* events / due, of the rows with a rate; NAN without one */
		double lost_share;  /* lost / (events + lost); NAN where there were none */
		bool rate_held;	    /* by every row, few were lost, and nothing failed */
		double worst_share; /* the lowest held_share of a row; NAN for max */
		double interrupts_per_event, register_writes_per_interrupt; /* NAN */
		bool few_interrupts;	/* fewer than the depth explains: did the events reach the
					   device? */
		struct finding_eoi eoi; /* each CPU once */
		struct finding_latency latency, delay;
		uint64_t timer, reschedule, call, steal_ns;
	} totals;
	struct finding_spread rate_spread, share_spread; /* rate of all vCPUs in Hz; fast share */
	enum verdict verdict;
	struct finding_why why;
	struct finding_cycles cycles_fast, cycles_msr;
	int write_exits;		/* 1: a register write exits, 0: it does not, -1: unknown */
	struct finding_source *sources; /* most EOIs first */
	size_t nr_sources;
	struct finding_line *lines; /* most first */
	size_t nr_lines;
	struct finding_cpu *cpus;
	size_t nr_cpus;
	struct correlations *correlations; /* of the intervals */
	struct experiment *experiment;	   /* NULL: a plain run */
	struct judgements *judgements;	   /* NULL: analyze_bounds() was not called */
	const char *register_path; /* "msr" in x2APIC mode, "mmio" in xAPIC mode, NULL: unknown */
};

/* 0 or -ENOMEM with a sentence; the findings point into the record */
int analyze_record(struct findings *f, const struct record *rec);
/* judges these texts of --fail-if; errors as judge_record()'s */
int analyze_bounds(struct findings *f, const char *const *exprs, size_t nr);
void findings_fini(struct findings *f);
const char *verdict_name(enum verdict v); /* "fast", "mixed", … */

#endif
