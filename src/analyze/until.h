/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * until.h - what --until judges after each repeat
 */
#ifndef IRQSTORM_UNTIL_H
#define IRQSTORM_UNTIL_H

#include "analyze/metrics.h"

const struct metric *until_metric(const struct record *rec);
/*
 * The widest interval of that metric, from end to end: of the change between arms, without them of
 * the median, as a share of the reference (0.05 is 5 %). NAN: there is none yet. 0 or -ENOMEM with
 * a sentence
 */
int until_width(const struct record *rec, double *width);

#endif
