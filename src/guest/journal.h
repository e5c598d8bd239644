/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * journal.h - what affinities were before a run changed them, in a file that outlives the run
 *
 * One file a process, run/irqstorm/affinity-PID below the root. It is complete and on the disk
 * before it has its name.
 *
 *	irqstorm-affinity 1
 *	boot BOOT_ID
 *	process PID START_TIME
 *	irq NUMBER BEFORE AFTER ACTION		(CPU lists; the action is the rest of the line)
 */
#ifndef IRQSTORM_JOURNAL_H
#define IRQSTORM_JOURNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define JOURNAL_DIR "run/irqstorm"
#define JOURNAL_LIST 512

struct journal_irq {
	unsigned int irq;
	char before[JOURNAL_LIST], after[JOURNAL_LIST]; /* CPU lists */
	char action[64]; /* "virtio1-input.0": the number may be another's later */
};

struct journal {
	char path[PATH_MAX];
	char boot[64];
	long pid;
	unsigned long long start_time; /* with the PID it names one process of this boot */
	struct journal_irq *irqs;
	size_t nr_irqs;
};

int journal_self(struct journal *j,
		 const char *root); /* this process, no IRQs; 0 or -errno with a sentence */
int journal_write(const struct journal *j, const char *root); /* 0 or -errno with a sentence */
int journal_read(struct journal *j, const char *root,
		 const char *name);   /* 0; -EINVAL: no journal of ours; -ENOMEM */
void journal_fini(struct journal *j); /* forgets it; the file stays */

/* an exclusive lock on the directory, made if it is not there: a descriptor to close, or -errno (no
 * sentence) */
int journal_lock(const char *root, bool make);
bool journal_of_this_boot(const struct journal *j, const char *root);
bool journal_alive(const struct journal *j, const char *root); /* its process still runs */

#endif
