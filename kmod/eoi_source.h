/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eoi_source.h - tells the counters which handler was entered
 *
 * Knows: the kernel's interrupt tracepoints and flow handlers.
 * Must not know: how an EOI is made or counted.
 */
#ifndef IRQSTORM_EOI_SOURCE_H
#define IRQSTORM_EOI_SOURCE_H

int eoi_source_register(void);

/* on return no probe runs any more */
void eoi_source_unregister(void);

#endif /* IRQSTORM_EOI_SOURCE_H */
