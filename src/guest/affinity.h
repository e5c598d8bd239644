/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * affinity.h - sends vectors to CPUs for the time of a run, and back
 *
 * What was before is in a journal (journal.h) before the first write; affinity_recover() puts back
 * what a process that died has left. An affinity that somebody else has changed since is left as it
 * is. Vectors whose affinity the kernel manages must not be asked for: whoever asks, chooses the
 * queue instead.
 */
#ifndef IRQSTORM_AFFINITY_H
#define IRQSTORM_AFFINITY_H

#include <stddef.h>
#include "guest/journal.h"

struct affinity_change {
	unsigned int irq, cpu;
};

struct affinity {
	char root[PATH_MAX];
	struct journal journal; /* nr_irqs 0: nothing was changed */
};

/* 0 or -errno with a sentence; affinity_end takes a zeroed and a half-begun one */
int affinity_begin(struct affinity *a, const char *root, const struct affinity_change *changes,
		   size_t nr);
int affinity_end(struct affinity *a); /* 0 or -errno with a sentence; the journal stays where
					 something failed */

struct affinity_recovery {
	unsigned int nr_restored; /* affinities put back */
	unsigned int nr_left;  /* that somebody else has changed since, or whose device is gone */
	unsigned int nr_alive; /* journals of processes that still run: not touched */
	long dead, alive;      /* PID of the last one of each; 0: none */
};

/* 0 or -errno with a sentence */
int affinity_recover(const char *root, struct affinity_recovery *found);

/* may this vector's affinity be written by us? No: not root, or the kernel manages it (newer
 * kernels say so by its mode) */
bool affinity_settable(const char *root, unsigned int irq);
long affinity_irqbalance(const char *root); /* PID of a running irqbalance, 0: none */

#endif
