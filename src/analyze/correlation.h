/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * correlation.h - whether what else changes from interval to interval goes with the share of fast
 * EOIs
 */
#ifndef IRQSTORM_CORRELATION_H
#define IRQSTORM_CORRELATION_H

#include "analyze/stats.h"
#include "record/record.h"

/* percentage points: a share that varies less has nothing to say */
#define CORRELATION_LEAST_SD 1

enum correlation_with {
	CORRELATION_RATE,
	CORRELATION_LATENCY
}; /* events/s; mean latency of an event, in ns */

/* in rising order: of many cells the highest says most */
enum correlation_status {
	CORRELATION_RATE_SET,	 /* events/s is what was asked for: no number */
	CORRELATION_RATES_TRIED, /* --find-max: both follow the probes: no number */
	CORRELATION_FEW, /* too few intervals, or they resemble each other too much: no number */
	CORRELATION_HARDLY_VARIED, /* the share: no number */
	CORRELATION_CONSTANT, /* what it is compared with never changed: slope 0 and nothing else */
	CORRELATION_FOUND,
};

struct correlation {
	size_t cell; /* index into the record's cells: never over several of them */
	int cpu;     /* -1: all together */
	enum correlation_with with;
	enum correlation_status status;
	struct stats_correlation of; /* x: the share, in percent; y as "with" says */
};

/* cell by cell, first all vCPUs together, then each; the rate before the latency. What was not
 * measured is not there */
struct correlations {
	struct correlation *items;
	size_t nr;
};

/* 0 or -ENOMEM with a sentence */
int correlation_find(struct correlations *c, const struct record *rec);
void correlation_fini(struct correlations *c);

#endif
