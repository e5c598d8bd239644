/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * eoi.h - why EOIs were not fast, and what they cost
 */
#ifndef IRQSTORM_ANALYZE_EOI_H
#define IRQSTORM_ANALYZE_EOI_H

#include "analyze/findings.h"

/* of all EOIs by the register, by the first reason that holds; they add up to msr */
struct finding_why eoi_why(const struct record *rec, const struct finding_eoi *eoi);
struct finding_cycles eoi_cycles(const struct record_cycles *c, uint32_t tsc_khz);
/* 1: the register write exits; 0: it does not (APICv, AVIC); -1: it was not measured */
int eoi_write_exits(const struct record *rec);

#endif
