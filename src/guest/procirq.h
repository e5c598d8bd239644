/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * procirq.h - the kernel's own interrupt counts, /proc/interrupts
 *
 * Columns are named by the header line's CPU ids (an offline CPU has no column), split on blanks,
 * and counts are 64 bits wide though the kernel's are 32: see delta.h.
 */
#ifndef IRQSTORM_PROCIRQ_H
#define IRQSTORM_PROCIRQ_H

#include <stdint.h>
#include <stddef.h>
#include <stdbool.h>

#define PROCIRQ_LABEL_MAX 16

struct procirq_row {
	char label[PROCIRQ_LABEL_MAX]; /* "36", "LOC", "CAL" */
	uint32_t text;	    /* offset in buffer: what stands behind the counts, "PCI-MSI 32769-edge
			       virtio0-req.0" */
	uint32_t counts;    /* index into counts of the first column */
	uint32_t nr_counts; /* nr_cpus, or less: ERR and MIS have one */
};

/* one reading; the same struct is read into again without allocating once it has grown to size */
struct procirq {
	char *buffer;
	size_t buffer_size, length;
	unsigned int *cpus; /* Linux CPU of each column */
	size_t nr_cpus, max_cpus;
	struct procirq_row *rows;
	size_t nr_rows, max_rows;
	uint64_t *counts;
	size_t nr_counts, max_counts;
	bool skip_odd; /* leave out lines with a wrong number of counts, instead of -EAGAIN */
};

/*
 * 0 or -errno with a sentence. Lines that have no label or no count are skipped. A line with more
 * or fewer counts than the header has CPUs is -EAGAIN from the parser, since a CPU may have come or
 * gone in the middle of the file; procirq_read reads again a few times and then skips it too. A
 * file that does not begin with a list of CPUs is -EINVAL. After an error the struct is empty, and
 * can be read into again.
 */
int procirq_read(struct procirq *p, const char *root);
int procirq_parse(struct procirq *p, const char *text,
		  size_t length); /* what procirq_read does with the text; pure */
void procirq_fini(struct procirq *p);

const struct procirq_row *procirq_find(const struct procirq *p,
				       const char *label); /* NULL: no such line */
/* count of a line on a Linux CPU; 0 where the line or the column is not there */
uint64_t procirq_count(const struct procirq *p, const char *label, unsigned int cpu);
/* the same of a row that was found before; NULL is 0 */
uint64_t procirq_row_count(const struct procirq *p, const struct procirq_row *row,
			   unsigned int cpu);
bool procirq_has_cpu(const struct procirq *p, unsigned int cpu);
/* what stands behind the counts, "" for ERR; whose interrupt it is, irqmap tells */
const char *procirq_text(const struct procirq *p, const struct procirq_row *row);

#endif
