/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * procstat.h - the time that the host took from each vCPU: "steal" of /proc/stat
 *
 * The kernel gives it in clock ticks (sysconf(_SC_CLK_TCK), 10 ms as a rule), and so coarse it is.
 */
#ifndef IRQSTORM_PROCSTAT_H
#define IRQSTORM_PROCSTAT_H

#include <stddef.h>
#include <stdint.h>

/*
 * By Linux CPU; DELTA_UNKNOWN of one that has no line, or whose line has no steal. steal_ns has room
 * for nr. 0, or -errno with a sentence and all of them unknown.
 */
int procstat_steal(const char *root, uint64_t *steal_ns, size_t nr);

#endif
