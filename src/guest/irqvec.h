/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irqvec.h - the vectors of one device: its lines of /proc/interrupts, and where they go
 */
#ifndef IRQSTORM_IRQVEC_H
#define IRQSTORM_IRQVEC_H

#include "guest/irqmap.h"
#include "guest/procirq.h"

/* dev has its name and bdf; 0 or -ENOMEM with a sentence. Half a list is left to irqvec_fini() */
int irqvec_read(struct irq_device *dev, const struct procirq *irqs, const struct machine *m,
		const char *root);
void irqvec_fini(struct irq_device *dev);

/* index of the vector that serves virtqueue NAME.INDEX, or the I/O queue INDEX of NVMe, be it its
 * own or one that all share; -1 */
int irqvec_of_queue(const struct irq_device *dev, const char *name, unsigned int index);

#endif
