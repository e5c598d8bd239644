/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bound.h - the expressions of --fail-if as text: METRIC OP BOUND, change(METRIC) OP BOUND
 */
#ifndef IRQSTORM_BOUND_H
#define IRQSTORM_BOUND_H

#include "analyze/metrics.h"

#define BOUND_LONGEST 100 /* characters of an expression */

enum bound_op { BOUND_LESS, BOUND_AT_MOST, BOUND_MORE, BOUND_AT_LEAST };

struct bound {
	const char *text; /* the expression, as it was given */
	const struct metric *metric;
	bool change; /* of the change of the metric, not of the metric itself */
	enum bound_op op;
	double value; /* in the metric's unit; of a relative change, and of shares: 0.02 is 2 % */
	unsigned int column; /* of what is wrong, from 1; behind the last where something is
				missing. 0: nothing */
};

/* 0, or -EINVAL with a usage sentence that says the column. Points into text */
int bound_parse(struct bound *b, const char *text);
/* usage error for an expression that is well formed: what is wrong with its metric */
int bound_refuse(struct bound *b, const char *why);

#endif
