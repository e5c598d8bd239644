/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat.h - what differs between kernels, under one name each
 *
 * Knows: kernel version numbers and how each kernel declares its EOI callback; no other file does.
 * Must not know: what the module does with any of it.
 */
#ifndef IRQSTORM_EOI_COMPAT_H
#define IRQSTORM_EOI_COMPAT_H

#include <linux/mm.h>
#include <linux/version.h>
#include <asm/apic.h>
#include <asm/msr.h>
#include <asm/processor.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#include <asm/cpuid/api.h>
#else
/* 3bf8ce828419 ("x86/cpuid: Rename hypervisor_cpuid_base() ... to cpuid_base_hypervisor()") */
#define cpuid_base_hypervisor hypervisor_cpuid_base
/* 6fe22abacd40 ("x86/msr: Rename 'rdmsrl_safe()' to 'rdmsrq_safe()'") */
#define rdmsrq_safe rdmsrl_safe
/* renamed in the same series */
#define native_wrmsrq native_wrmsrl
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
/* 1c71222e5f23 ("mm: replace vma->vm_flags direct modifications with modifier calls") */
static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/*
 * The EOI callback. Since 6.6 it is the static call apic_call_eoi, and the driver's pointer only
 * says what was installed; before, the kernel calls through that pointer.
 */
#ifdef apic_update_callback
#define EOI_STATIC_CALL
#define EOI_ARGS void
#define EOI_CALLBACK (apic->eoi)
#define EOI_NATIVE_CALLBACK (apic->native_eoi)
#define EOI_WRITE_MSR() native_apic_msr_eoi()
#define EOI_WRITE_MEM() native_apic_mem_eoi()
#define EOI_WRITE_MSR_NAME "native_apic_msr_eoi"
#define EOI_WRITE_MEM_NAME "native_apic_mem_eoi"
#else
#define EOI_ARGS u32 reg, u32 v
#define EOI_CALLBACK (apic->eoi_write)
#define EOI_NATIVE_CALLBACK (apic->native_eoi_write)
#define EOI_WRITE_MSR() native_apic_msr_eoi_write(APIC_EOI, APIC_EOI_ACK)
#define EOI_WRITE_MEM() native_apic_mem_write(APIC_EOI, APIC_EOI_ACK)
#define EOI_WRITE_MSR_NAME "native_apic_msr_eoi_write"
#define EOI_WRITE_MEM_NAME "native_apic_mem_write"
#endif

#endif /* IRQSTORM_EOI_COMPAT_H */
