/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * eoiblock.h - whose EOIs they were, and what they cost: what stands in a copied block
 * (kmod/uapi/irqstorm_eoi.h)
 */
#ifndef IRQSTORM_EOIBLOCK_H
#define IRQSTORM_EOIBLOCK_H

#include "guest/eoidev.h"

struct eoi_source {
	uint64_t fast, msr;
	uint64_t level; /* of both: how many were of a level-triggered interrupt */
};

struct eoi_source eoiblock_irq(const struct eoi_layout *l, const void *block,
			       uint32_t irq); /* irq < nr_irqs */
struct eoi_source eoiblock_vector(const struct eoi_layout *l, const void *block,
				  uint32_t vector); /* < nr_vectors */
struct eoi_source eoiblock_other_irq(const void *block);
struct eoi_source eoiblock_unclaimed(const void *block);
uint64_t eoiblock_no_eoi(const void *block);
uint64_t eoiblock_cycles(const void *block, bool msr); /* sum of all that were timed */
uint64_t eoiblock_bucket(const struct eoi_layout *l, const void *block, bool msr, uint32_t bucket);

/* "local_timer", "reschedule", … as the kernel's tracepoints are called; "vector" for one this
 * program does not know */
const char *eoiblock_vector_name(uint32_t vector);

#endif
