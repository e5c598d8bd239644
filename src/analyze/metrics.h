/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * metrics.h - what can be said of one block in one number, and how two such numbers compare
 */
#ifndef IRQSTORM_METRICS_H
#define IRQSTORM_METRICS_H

#include <stdbool.h>
#include "record/record.h"

#define METRICS_HELD_SHARE                                                                         \
	RECORD_FIND_MAX_HELD /* of the due events of every row: the rate was held within 1 % */

enum metric_unit { METRIC_HZ, METRIC_NS, METRIC_SHARE, METRIC_RATIO, METRIC_COUNT, METRIC_CYCLES };
enum metric_sense { METRIC_LESS, METRIC_MORE, METRIC_NEITHER }; /* which is better */

enum metric_of {
	METRIC_OF_STORM,
	METRIC_OF_PROGRAM,
	METRIC_OF_BOTH
}; /* which blocks can have it */

struct metric {
	const char *key;   /* in JSON and in expressions: "p99_ns" */
	const char *title; /* in tables: "latency p99" */
	enum metric_unit unit;
	enum metric_sense sense;
	enum metric_of blocks;
	bool relative; /* a change is a share of the reference; else a difference, of shares in
			  points */
	double (*of)(const struct record *rec, const struct record_block *b);
};

extern const struct metric metrics[]; /* ends with key NULL */
#define METRICS_NR 18		      /* so many, without the end */

const struct metric *metrics_find(const char *key); /* NULL: there is no such */

/*
 * Of a block of rec; NAN: not measured. Where the run searched a rate (--find-max), a repeat of a
 * cell has many blocks and only max_rate_hz, which is the same for each of them.
 */
double metrics_value(const struct metric *m, const struct record *rec,
		     const struct record_block *b);

/* the idle block of the repeat that b, a block of rec, is in; NULL: there was none */
const struct record_block *metrics_idle(const struct record *rec, const struct record_block *b);
/* capacity that the block's soakers had less than those of the idle one: in CPUs (0.5: half a CPU);
 * NAN: not measured */
double metrics_lost_cpus(const struct record *rec, const struct record_block *b,
			 const struct record_block *idle);
double metrics_interrupts_hz(const struct record *rec,
			     const struct record_block *b); /* of the storm; NAN */

#endif
