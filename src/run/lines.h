/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lines.h - all interrupts of a phase, as /proc/interrupts names them, and the time that was stolen
 */
#ifndef IRQSTORM_LINES_H
#define IRQSTORM_LINES_H

#include "guest/procirq.h"
#include "record/record.h"

/* what each line grew by on each of the record's CPUs; those that did not grow are left out. 0 or
 * -ENOMEM */
int lines_add(struct record *rec, const struct procirq *begin, const struct procirq *end);

#endif
