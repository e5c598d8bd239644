/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pv_eoi.h - the PV-EOI area of each CPU, and the MSR that tells the host its address
 *
 * Knows: MSR_KVM_PV_EOI_EN, whose area is registered, and when a CPU's MSR has to be written.
 * Must not know: how this kernel calls its EOI callback, files and ioctls.
 */
#ifndef IRQSTORM_EOI_PV_EOI_H
#define IRQSTORM_EOI_PV_EOI_H

#include <linux/bitops.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <uapi/asm/kvm_para.h>

/* the area that the callback looks at */
DECLARE_PER_CPU(unsigned long *, pv_eoi_area);

/*
 * Hot. One instruction, because the host clears the bit at any full exit; no LOCK prefix, because
 * it touches the area only while this CPU is not running.
 */
static __always_inline bool pv_eoi_test_and_clear(void)
{
	return __test_and_clear_bit(KVM_PV_EOI_BIT, __this_cpu_read(pv_eoi_area));
}

/* decides whose area is used; changes nothing that others can see */
int pv_eoi_probe(bool own_area, bool countonly);
bool pv_eoi_offered(void);
bool pv_eoi_is_kernel_area(void);

int pv_eoi_register(void);
void pv_eoi_unregister(void);

/* both make a sync mark on each online CPU, and return after the last one */
void pv_eoi_set(bool enable, bool ignore);
void pv_eoi_mark(void);

#endif /* IRQSTORM_EOI_PV_EOI_H */
