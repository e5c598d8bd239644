/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eoi_hook.h - replaces the kernel's EOI callback and restores it
 *
 * Knows: how this kernel's local APIC driver makes an EOI.
 * Must not know: the device, user memory, the PV-EOI MSR.
 */
#ifndef IRQSTORM_EOI_HOOK_H
#define IRQSTORM_EOI_HOOK_H

#include <linux/types.h>

/* changes nothing; logs why if the callback cannot be replaced */
int eoi_hook_probe(void);

bool eoi_hook_is_x2apic(void);

/* the bit is in the VP assist page; KVM's PV-EOI area is not used */
bool eoi_hook_is_hyperv(void);

/* process context */
void eoi_hook_calibrate(u64 *msr_cycles, u64 *base_cycles);

int eoi_hook_install(void);

/* on return no CPU runs the callback any more */
void eoi_hook_remove(void);

#endif /* IRQSTORM_EOI_HOOK_H */
