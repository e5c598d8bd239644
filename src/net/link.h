/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * link.h - network devices, addresses and routes by netlink (libmnl), in the network namespace
 * where link_open was called
 *
 * No sentences but link_open's: what a refusal means, the caller knows.
 */
#ifndef IRQSTORM_LINK_H
#define IRQSTORM_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <netinet/in.h>

struct mnl_socket;

int link_open(struct mnl_socket **nl);	/* 0 or -errno with a sentence */
void link_close(struct mnl_socket *nl); /* NULL is taken */

int link_set_up(struct mnl_socket *nl, unsigned int index, bool up);
int link_move(struct mnl_socket *nl, unsigned int index, int namespace_fd);
/* valid_s: the kernel takes the address away after so many seconds; adding it again begins anew */
int link_add_address(struct mnl_socket *nl, unsigned int index, struct in_addr address,
		     uint8_t prefix, uint32_t valid_s);
int link_remove_address(struct mnl_socket *nl, unsigned int index, struct in_addr address,
			uint8_t prefix);

struct link_gateway {
	unsigned int index; /* of the device, 0: there is no default route with a gateway */
	struct in_addr address;
	uint32_t metric;
};

/* the IPv4 gateway of the default route with the lowest metric, by the device index or (0) by any;
 * 0 or -errno */
int link_find_gateway(struct mnl_socket *nl, unsigned int index, struct link_gateway *gateway);

#endif
