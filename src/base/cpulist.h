/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpulist.h - "0-3,8" and the set it means
 */
#ifndef IRQSTORM_CPULIST_H
#define IRQSTORM_CPULIST_H

#include <stddef.h>
#include <hwloc.h>

#define CPULIST_MAX_CPU 65535

/*
 * Adds the CPUs of a kernel CPU list to set; blanks around a number, as in blk-mq's "0, 1", and a
 * newline at the end are taken. 0; -EINVAL for anything else, with set unchanged (no sentence: the
 * caller knows the operand). An empty list is an empty set.
 */
int cpulist_parse(const char *text, hwloc_bitmap_t set);

/* "0-3,8" into buf (>= 1 byte, cut where it does not fit); returns buf */
char *cpulist_format(hwloc_const_bitmap_t set, char *buf, size_t size);

#endif
