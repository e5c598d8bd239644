// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cpulist.c - text to a set of CPUs and back. Knows nothing of which CPUs there are.
 */
#include "base/cpulist.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

static const char *parse_cpu(const char *s, unsigned long *cpu)
{
	char *end;

	s = skip_blanks(s);
	if (!isdigit((unsigned char)*s))
		return NULL;
	errno = 0;
	*cpu = strtoul(s, &end, 10);
	if (errno || *cpu > CPULIST_MAX_CPU)
		return NULL;
	return skip_blanks(end);
}

static int parse_into(const char *s, hwloc_bitmap_t set)
{
	unsigned long from, to;

	s = skip_blanks(s);
	if (!*s || *s == '\n')
		return 0;
	for (;;) {
		s = parse_cpu(s, &from);
		if (!s)
			return -EINVAL;
		to = from;
		if (*s == '-') {
			s = parse_cpu(s + 1, &to);
			if (!s || to < from)
				return -EINVAL;
		}
		hwloc_bitmap_set_range(set, from, (int)to);
		if (*s != ',')
			break;
		s++;
	}
	if (*s == '\n')
		s++;
	return *s ? -EINVAL : 0;
}

int cpulist_parse(const char *text, hwloc_bitmap_t set)
{
	hwloc_bitmap_t parsed = hwloc_bitmap_alloc();
	int ret;

	if (!parsed)
		return -ENOMEM;
	ret = parse_into(text, parsed);
	if (!ret)
		hwloc_bitmap_or(set, set, parsed);
	hwloc_bitmap_free(parsed);
	return ret;
}

char *cpulist_format(hwloc_const_bitmap_t set, char *buf, size_t size)
{
	buf[0] = '\0';
	if (set)
		hwloc_bitmap_list_snprintf(buf, size, set);
	return buf;
}
