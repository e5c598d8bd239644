/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eoi_source.h - tells the counters which interrupt's handler was entered
 *
 * Knows: the kernel's tracepoints of interrupts, and flow handlers.
 * Must not know: how an EOI is made or counted.
 */
#ifndef IRQSTORM_EOI_SOURCE_H
#define IRQSTORM_EOI_SOURCE_H

int eoi_source_start(void);
void eoi_source_stop(void); /* when it returns, no probe runs any more */

#endif /* IRQSTORM_EOI_SOURCE_H */
