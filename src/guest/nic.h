/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nic.h - a network device as the plan wants to know it: is it there, up, with a carrier, and has
 * it an address
 */
#ifndef IRQSTORM_NIC_H
#define IRQSTORM_NIC_H

#include <net/if.h>
#include <netinet/in.h>
#include "guest/irqmap.h"

struct nic {
	char name[IFNAMSIZ];
	bool present;		   /* in this network namespace */
	enum tristate up, carrier; /* UNKNOWN: the recording does not tell */
	char address[64];	   /* the first IPv4 or global IPv6 one; "": none, or recorded */
	const struct irq_device
		*device; /* the virtio-net device; NULL: it is none, and its vectors are unknown */
};

/* of a recorded guest only what was recorded is known */
void nic_read(struct nic *nic, const struct irqmap *map, const char *root, const char *name);

struct nic_gateway {
	char nic[IFNAMSIZ]; /* "": there is no default route with a gateway */
	struct in_addr address;
};

/* the default gateway of this machine by the named NIC, or by any where nic is NULL; 0 or -errno
 * with a sentence */
int nic_gateway(struct nic_gateway *gateway, const char *nic);

#endif
