/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eoi_account.h - the counters, in the layout of the ABI, and whose each EOI was
 *
 * Knows: the records that user space maps, and who may write them; in which order EOIs and handlers
 * come. Must not know: how an EOI is made, what a mark means to the host, tracepoints, files and
 * ioctls.
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
 * Hot: hard interrupt, interrupts off, never in an NMI. A record has one writer, its CPU, so a
 * plain increment is enough; it is one aligned 64-bit store on x86-64, which is all that the ABI
 * promises to readers. Whose it was is found out later, from the history, by whoever enters a
 * handler: it costs the callback one shift.
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

/* the same, of an EOI that was timed */
void eoi_account_cycles(bool fast, u64 cycles);

int eoi_account_init(u32 flags, u32 mode, unsigned int nr_irqs);
void eoi_account_fini(void);

/* this CPU, interrupts off; a source is one of this CPU's */
struct irqstorm_eoi_source *eoi_account_irq(unsigned int irq);
struct irqstorm_eoi_source *eoi_account_vector(unsigned int vector);
void eoi_account_entry(struct irqstorm_eoi_source *source);	  /* its EOI came before this */
void eoi_account_entry_level(struct irqstorm_eoi_source *source); /* its EOI will be the next */
void eoi_account_entry_other(void);				  /* it has none */
void eoi_account_mark(void);

/* caller serializes */
void eoi_account_set_mode(u32 mode);
void eoi_account_set_timing(bool on);
void eoi_account_set_calibration(u64 msr_cycles, u64 base_cycles);

const struct irqstorm_eoi_header *eoi_account_header(void);
int eoi_account_mmap(struct vm_area_struct *vma);

#endif /* IRQSTORM_EOI_ACCOUNT_H */
