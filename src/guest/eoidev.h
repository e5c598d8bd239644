/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * eoidev.h - /dev/irqstorm_eoi: the module's counters, its mode and its marks
 * (kmod/uapi/irqstorm_eoi.h is the manual)
 */
#ifndef IRQSTORM_EOIDEV_H
#define IRQSTORM_EOIDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum eoidev_state {
	EOIDEV_ABSENT,	  /* no module */
	EOIDEV_FORBIDDEN, /* there, not readable by this user */
	EOIDEV_OTHER_ABI, /* there, of another ABI */
	EOIDEV_READY,
};

struct eoidev_info {
	enum eoidev_state state;
	char why[256]; /* a sentence, where the state is not READY */
	bool control;  /* this user may set the mode and make marks */
	bool x2apic;   /* the register path is an MSR write */
	bool kernel_word;
	bool offered;				      /* the host offers PV-EOI */
	bool can_time;				      /* EOIs can be timed */
	uint64_t calib_msr_cycles, calib_base_cycles; /* TSC cycles of a register write, of the
							 measuring; 0: not made */
	uint32_t tsc_khz;			      /* 0: unknown */
	unsigned int mode;			      /* IRQSTORM_EOI_MODE_* */
};

/* where things stand in a block (kmod/uapi/irqstorm_eoi.h); block_size 0: the module keeps no
 * blocks */
struct eoi_layout {
	uint32_t block_size, live_offset, marked_offset;
	uint32_t nr_irqs, irqs_offset, nr_vectors, vectors_offset, nr_buckets, hist_offset;
};

struct eoidev {
	int fd; /* -1: not open */
	bool control;
	const volatile unsigned char *map;
	size_t map_size;
	uint32_t header_size, record_size, nr_records;
	struct eoi_layout layout;
};

struct eoi_count {
	uint64_t fast, msr;
};

/* looks and closes again; 0 (see state) or -errno with a sentence */
int eoidev_probe(struct eoidev_info *info, const char *root);

/* opens for control where it may, else for reading. 0, or -errno with a sentence */
int eoidev_open(struct eoidev *dev, const char *root);
void eoidev_close(struct eoidev *dev); /* a mode that was set goes back */

int eoidev_set_mode(struct eoidev *dev, unsigned int mode); /* IRQSTORM_EOI_MODE_*; a mark */
int eoidev_mark(struct eoidev *dev);

/* EOIs are timed until the file is closed */
int eoidev_set_timing(struct eoidev *dev);
/* copies a CPU's live block of layout.block_size bytes. eoiblock.h reads it */
void eoidev_live_block(const struct eoidev *dev, unsigned int cpu, void *block);

/* the live counters of a CPU: no system call. Zeros for a CPU without a record */
struct eoi_count eoidev_live(const struct eoidev *dev, unsigned int cpu);
/* the counters at the CPU's last mark, in *nr_marks which mark that was, and the block of then
 * (NULL: not wanted) */
struct eoi_count eoidev_marked(const struct eoidev *dev, unsigned int cpu, uint64_t *nr_marks,
			       void *block);

#endif
