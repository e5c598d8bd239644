/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inetaddr.h - "192.0.2.1:7", "[2001:db8::1]:7" and the socket address it means; numbers only, no
 * name is looked up
 */
#ifndef IRQSTORM_INETADDR_H
#define IRQSTORM_INETADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>

#define INETADDR_TEXT (INET6_ADDRSTRLEN + 8)

union inetaddr {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* ADDR or ADDR:PORT, a port only with an IPv6 address in brackets; 0, or -EINVAL without a sentence
 * (the caller knows whose) */
int inetaddr_parse(const char *text, uint16_t default_port, union inetaddr *addr);
socklen_t inetaddr_length(const union inetaddr *addr);
uint16_t inetaddr_port(const union inetaddr *addr);
char *inetaddr_format(const union inetaddr *addr,
		      char *buf); /* buf is INETADDR_TEXT bytes; returns buf */

#endif
