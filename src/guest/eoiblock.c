// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * eoiblock.c - reads a copied block by the header's offsets, which eoidev.c has checked. Knows the
 * ABI header; pure.
 */
#include "guest/eoiblock.h"

#include "irqstorm_eoi.h"

static struct eoi_source source(const struct irqstorm_eoi_source *s)
{
	return (struct eoi_source){ s->fast, s->msr, s->level };
}

static const void *at(const void *block, uint32_t offset)
{
	return (const char *)block + offset;
}

struct eoi_source eoiblock_irq(const struct eoi_layout *l, const void *block, uint32_t irq)
{
	return source((const struct irqstorm_eoi_source *)at(block, l->irqs_offset) + irq);
}

struct eoi_source eoiblock_vector(const struct eoi_layout *l, const void *block, uint32_t vector)
{
	return source((const struct irqstorm_eoi_source *)at(block, l->vectors_offset) + vector);
}

struct eoi_source eoiblock_other_irq(const void *block)
{
	return source(&((const struct irqstorm_eoi_block *)block)->other_irq);
}

struct eoi_source eoiblock_unclaimed(const void *block)
{
	return source(&((const struct irqstorm_eoi_block *)block)->unclaimed);
}

uint64_t eoiblock_no_eoi(const void *block)
{
	return ((const struct irqstorm_eoi_block *)block)->no_eoi;
}

uint64_t eoiblock_cycles(const void *block, bool msr)
{
	const struct irqstorm_eoi_block *b = block;

	return msr ? b->cycles_msr : b->cycles_fast;
}

uint64_t eoiblock_bucket(const struct eoi_layout *l, const void *block, bool msr, uint32_t bucket)
{
	return ((const __u64 *)at(block, l->hist_offset))[(msr ? l->nr_buckets : 0) + bucket];
}

const char *eoiblock_vector_name(uint32_t vector)
{
	static const char *const names[IRQSTORM_EOI_NR_V] = {
		[IRQSTORM_EOI_V_LOCAL_TIMER] = "local_timer",
		[IRQSTORM_EOI_V_RESCHEDULE] = "reschedule",
		[IRQSTORM_EOI_V_CALL_FUNCTION] = "call_function",
		[IRQSTORM_EOI_V_CALL_FUNCTION_SINGLE] = "call_function_single",
		[IRQSTORM_EOI_V_IRQ_WORK] = "irq_work",
	};

	return vector < IRQSTORM_EOI_NR_V ? names[vector] : "vector";
}
