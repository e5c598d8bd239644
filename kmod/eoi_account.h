/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eoi_account.h - the counters, in the layout of the ABI
 *
 * Knows: the records that user space maps, and who may write them.
 * Must not know: how an EOI is made, what a mark means to the host, files and ioctls.
 */
#ifndef IRQSTORM_EOI_ACCOUNT_H
#define IRQSTORM_EOI_ACCOUNT_H

#include <linux/percpu.h>

#include "uapi/irqstorm_eoi.h"

struct vm_area_struct;

DECLARE_PER_CPU(struct irqstorm_eoi_cpu *, eoi_account_record);

/*
 * Hot: hard interrupt, interrupts off, never in an NMI. A record has one writer, its CPU, so a plain increment is
 * enough; it is one aligned 64-bit store on x86-64, which is all that the ABI promises to readers.
 */
static __always_inline void eoi_account_fast(void)
{
	__this_cpu_read(eoi_account_record)->fast++;
}

static __always_inline void eoi_account_msr(void)
{
	__this_cpu_read(eoi_account_record)->msr++;
}

int eoi_account_init(u32 flags, u32 mode);
void eoi_account_fini(void);

void eoi_account_mark(void);		/* this CPU, interrupts off */
void eoi_account_set_mode(u32 mode);	/* caller serializes */
const struct irqstorm_eoi_header *eoi_account_header(void);
int eoi_account_mmap(struct vm_area_struct *vma);

#endif /* IRQSTORM_EOI_ACCOUNT_H */
