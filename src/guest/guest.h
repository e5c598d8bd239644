/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest.h - all that the plan is told about this guest
 */
#ifndef IRQSTORM_GUEST_H
#define IRQSTORM_GUEST_H

#include "guest/eoidev.h"
#include "guest/irqmap.h"
#include "guest/machine.h"
#include "guest/nic.h"

struct guest {
	char root[4096];
	struct machine machine;
	struct irqmap irqmap;
	struct nic *nics; /* of the virtio-net devices, by their order in the map */
	size_t nr_nics;
	struct eoidev_info eoi;
};

int guest_read(struct guest *g, const char *root); /* 0 or -errno with a sentence */
void guest_fini(struct guest *g);

/* of a virtio-net device; NULL: it is none, or has no node */
const struct nic *guest_nic(const struct guest *g, const struct irq_device *dev);

/* root joined with an absolute or relative path, into buf; returns buf */
char *guest_path(const struct guest *g, const char *path, char *buf, size_t size);

#endif
