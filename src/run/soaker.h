/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * soaker.h - a SCHED_IDLE thread on each vCPU that counts loops: what everything else, the host
 * included, leaves of it
 *
 * What an interrupt costs a vCPU is lost to the soaker, be it in the guest's kernel or in an exit,
 * which the guest's own accounting takes for time of whoever ran. It never blocks, so the vCPU
 * never halts while there are soakers.
 */
#ifndef IRQSTORM_SOAKER_H
#define IRQSTORM_SOAKER_H

#include <hwloc.h>
#include <stddef.h>
#include <stdint.h>

struct soaker;

struct soakers {
	struct soaker *all; /* NULL: none */
	size_t nr;
};

/* one on each of these CPUs. 0, or -errno with a sentence; soakers_stop takes a zeroed or
 * half-started struct */
int soakers_start(struct soakers *s, hwloc_const_bitmap_t cpus);
void soakers_stop(struct soakers *s);
/* since the start; 0 for a CPU without one. Any thread */
uint64_t soakers_loops(const struct soakers *s, unsigned int cpu);

#endif
