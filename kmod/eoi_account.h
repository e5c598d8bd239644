/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eoi_account.h - the counters, in the layout of the ABI, and which source each EOI belongs to
 *
 * Knows: the records that user space maps, who writes them, and in which order EOIs and handler
 * entries come.
 * Must not know: how an EOI is made, what a sync mark means to the host, tracepoints, files, ioctls.
 */
#ifndef IRQSTORM_EOI_ACCOUNT_H
#define IRQSTORM_EOI_ACCOUNT_H

#include <linux/jump_label.h>
#include <linux/percpu.h>

#include "uapi/irqstorm_eoi.h"

#define EOI_ACCOUNT_MAX_IRQS 65536

struct vm_area_struct;

DECLARE_PER_CPU(struct irqstorm_eoi_cpu *, eoi_account_record);
DECLARE_STATIC_KEY_FALSE(eoi_account_timing);

/*
 * Hot. A record has one writer, its CPU with interrupts off and never in an NMI, so that a plain
 * increment will do. The history lets a later handler entry attribute the EOI.
 */
static __always_inline void eoi_account_fast(void)
{
	struct irqstorm_eoi_cpu *record = __this_cpu_read(eoi_account_record);

	record->fast++;
	record->history <<= 1;
}

static __always_inline void eoi_account_msr(void)
{
	struct irqstorm_eoi_cpu *record = __this_cpu_read(eoi_account_record);

	record->msr++;
	record->history = record->history << 1 | 1;
}

/* in addition, for an EOI that was timed */
void eoi_account_cycles(bool fast, u64 cycles);

int eoi_account_init(u32 flags, u32 mode, unsigned int nr_irqs);

/* mappings pin the module, so that none is left */
void eoi_account_fini(void);

/* on this CPU with interrupts off; so is all that takes a source */
struct irqstorm_eoi_source *eoi_account_irq(unsigned int irq);
struct irqstorm_eoi_source *eoi_account_vector(unsigned int index);

/* a handler was entered: its EOI came before, will be the next one, or does not exist */
void eoi_account_entry(struct irqstorm_eoi_source *source);
void eoi_account_entry_level(struct irqstorm_eoi_source *source);
void eoi_account_entry_no_eoi(void);

/* on this CPU with interrupts off */
void eoi_account_mark(void);

/* the caller serializes these */
void eoi_account_set_mode(u32 mode);
void eoi_account_set_timing(bool on);
void eoi_account_set_calibration(u64 msr_cycles, u64 base_cycles);

const struct irqstorm_eoi_header *eoi_account_header(void);
int eoi_account_mmap(struct vm_area_struct *vma);

#endif /* IRQSTORM_EOI_ACCOUNT_H */
