/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scsi.h - the disks behind a virtio-scsi controller
 */
#ifndef IRQSTORM_SCSI_H
#define IRQSTORM_SCSI_H

#include "guest/irqmap.h"

bool scsi_is(const struct irq_device *dev);
/* a controller's entry becomes its first disk's; the others get entries at the end. 0 or -ENOMEM */
int scsi_add_disks(struct irqmap *map, const char *root);

#endif
