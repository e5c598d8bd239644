// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * packet.c - what a request says, so that its reply is known again: a stamp, and for ICMP a head
 * before it. Knows bytes, and which socket ICMP needs; not what is in flight.
 */
#include "workload.h"

#include <errno.h>
#include <linux/icmp.h>
#include <netinet/in.h>
#include <string.h>

struct stamp {	      /* the first bytes of the payload */
	uint64_t key; /* this worker of this run */
	uint64_t number;
};

static uint16_t checksum(const char *bytes, size_t size)
{
	uint32_t sum = 0;
	uint16_t word;

	for (size_t i = 0; i < size; i += 2) {
		memcpy(&word, bytes + i, 2); /* behind an odd one stands a zero */
		sum += word;
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

size_t wl_packet_write(char *packet, size_t size, bool icmp, uint64_t key, uint64_t number)
{
	const struct stamp stamp = { key, number };
	struct icmphdr head = { .type = ICMP_ECHO };

	if (!icmp) {
		memcpy(packet, &stamp, sizeof(stamp));
		return size;
	}
	head.un.echo.id = (uint16_t)key;
	head.un.echo.sequence = (uint16_t)number;
	memcpy(packet, &head, sizeof(head));
	memcpy(packet + sizeof(head), &stamp, sizeof(stamp));
	head.checksum = checksum(packet, sizeof(head) + size);
	memcpy(packet, &head, sizeof(head));
	return sizeof(head) + size;
}

uint64_t wl_packet_number(const char *packet, size_t size, bool icmp, bool raw, uint64_t key)
{
	size_t head = icmp ? sizeof(struct icmphdr) : 0;
	struct stamp stamp;

	if (raw && size)
		head += (size_t)(packet[0] & 15) * 4;
	if (size < head + sizeof(stamp))
		return WL_NO_PACKET;
	memcpy(&stamp, packet + head, sizeof(stamp));
	return stamp.key == key ? stamp.number : WL_NO_PACKET;
}

/* a ping socket where this user may have one, else a raw one */
int wl_packet_icmp_socket(bool *raw)
{
	const uint32_t all_but_replies = ~(1u << ICMP_ECHOREPLY);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP);

	*raw = fd < 0;
	if (fd >= 0)
		return fd;
	fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
	if (fd < 0)
		return wl_error(
			-errno,
			"cannot open an ICMP socket (it takes CAP_NET_RAW, or a group in sysctl"
			" net.ipv4.ping_group_range): %s",
			strerror(errno));
	setsockopt(fd, SOL_RAW, ICMP_FILTER, &all_but_replies, sizeof(all_but_replies));
	return fd;
}
