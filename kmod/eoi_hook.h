/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eoi_hook.h - the EOI callback, taken over and given back
 *
 * Knows: how this kernel's local APIC driver does EOI.
 * Must not know: the device, user memory, the MSR of the PV-EOI word.
 */
#ifndef IRQSTORM_EOI_HOOK_H
#define IRQSTORM_EOI_HOOK_H

#include <linux/types.h>

int eoi_hook_probe(void); /* refuses with a sentence in the log; changes nothing */
bool eoi_hook_is_x2apic(void);
bool eoi_hook_is_hyperv(
	void); /* the bit is in the VP assist page, and no PV-EOI word of KVM's is looked at */
int eoi_hook_take(void);
void eoi_hook_calibrate(u64 *msr_cycles, u64 *base_cycles); /* process context */
void eoi_hook_give_back(void); /* when it returns, no CPU runs the callback any more */

#endif /* IRQSTORM_EOI_HOOK_H */
