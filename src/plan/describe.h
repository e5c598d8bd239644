/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * describe.h - guest and plan become the head of a record
 */
#ifndef IRQSTORM_DESCRIBE_H
#define IRQSTORM_DESCRIBE_H

#include "plan/plan.h"
#include "record/record.h"

/* makes the record and writes what guest and plan are into it; 0 or -errno with a sentence */
int plan_describe(const struct plan *plan, const struct guest *guest, struct record *rec);

#endif
