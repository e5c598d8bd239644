/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nvme.h - the NVMe disks of a guest, by sysfs
 */
#ifndef IRQSTORM_NVME_H
#define IRQSTORM_NVME_H

#include "guest/irqmap.h"

/*
 * Adds a device for each namespace of each controller on PCI, with name, node, bdf, driver, numbers
 * and disk. 0 or -ENOMEM with a sentence. Namespaces that the kernel hides behind a multipath disk
 * are left out: it has no queues to tell of.
 */
int nvme_add_disks(struct irqmap *map, const char *root);

bool nvme_is(const struct irq_device *dev);

#endif
