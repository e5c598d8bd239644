// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * inetaddr.c - text to a socket address and back. Knows no interface and looks up no name.
 */
#include "base/inetaddr.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int parse_port(const char *text, uint16_t *port)
{
	unsigned long number;
	char *end;

	if (!isdigit((unsigned char)*text) || strlen(text) > 5)
		return -EINVAL;
	number = strtoul(text, &end, 10);
	if (*end || !number || number > UINT16_MAX)
		return -EINVAL;
	*port = (uint16_t)number;
	return 0;
}

int inetaddr_parse(const char *text, uint16_t default_port, union inetaddr *addr)
{
	char host[INET6_ADDRSTRLEN];
	uint16_t port = default_port;
	const char *end, *colon = strchr(text, ':');
	bool brackets = *text == '[', bare_v6 = !brackets && colon && strchr(colon + 1, ':');

	text += brackets;
	end = brackets ? strchr(text, ']') : bare_v6 ? NULL : colon;
	if (brackets && !end)
		return -EINVAL;
	if ((end ? (size_t)(end - text) : strlen(text)) >= sizeof(host))
		return -EINVAL;
	snprintf(host, sizeof(host), "%.*s", end ? (int)(end - text) : (int)sizeof(host), text);
	if (end) {
		end += brackets;
		if ((*end && *end != ':') || (*end && parse_port(end + 1, &port)))
			return -EINVAL;
	}
	memset(addr, 0, sizeof(*addr));
	if (!brackets && !bare_v6 && inet_pton(AF_INET, host, &addr->v4.sin_addr) == 1) {
		addr->v4.sin_family = AF_INET;
		addr->v4.sin_port = htons(port);
		return 0;
	}
	if ((brackets || bare_v6) && inet_pton(AF_INET6, host, &addr->v6.sin6_addr) == 1) {
		addr->v6.sin6_family = AF_INET6;
		addr->v6.sin6_port = htons(port);
		return 0;
	}
	return -EINVAL;
}

socklen_t inetaddr_length(const union inetaddr *addr)
{
	return addr->any.sa_family == AF_INET6 ? sizeof(addr->v6) : sizeof(addr->v4);
}

uint16_t inetaddr_port(const union inetaddr *addr)
{
	return ntohs(addr->any.sa_family == AF_INET6 ? addr->v6.sin6_port : addr->v4.sin_port);
}

char *inetaddr_format(const union inetaddr *addr, char *buf)
{
	char host[INET6_ADDRSTRLEN] = "?";

	if (addr->any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &addr->v6.sin6_addr, host, sizeof(host));
		snprintf(buf, INETADDR_TEXT, "[%s]:%u", host, inetaddr_port(addr));
	} else {
		inet_ntop(AF_INET, &addr->v4.sin_addr, host, sizeof(host));
		snprintf(buf, INETADDR_TEXT, "%s:%u", host, inetaddr_port(addr));
	}
	return buf;
}
