/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat.h - old kernels made to look like new ones
 *
 * Knows: kernel version numbers, and is the only file of the module that does.
 * Must not know: what the module does with any of it.
 */
#ifndef IRQSTORM_EOI_COMPAT_H
#define IRQSTORM_EOI_COMPAT_H

#include <linux/mm.h>
#include <linux/version.h>
#include <asm/msr.h>
#include <asm/processor.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#include <asm/cpuid/api.h>
#else
/* 3bf8ce828419 ("x86/cpuid: Rename hypervisor_cpuid_base() ... to cpuid_base_hypervisor()") */
#define cpuid_base_hypervisor hypervisor_cpuid_base
/* 6fe22abacd40 ("x86/msr: Rename 'rdmsrl_safe()' to 'rdmsrq_safe()'"), and so with native_wrmsrl()
 */
#define rdmsrq_safe rdmsrl_safe
#define native_wrmsrq native_wrmsrl
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
/* 1c71222e5f23 ("mm: replace vma->vm_flags direct modifications with modifier calls") */
static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

#endif /* IRQSTORM_EOI_COMPAT_H */
