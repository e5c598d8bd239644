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

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
/* 1c71222e5f23 ("mm: replace vma->vm_flags direct modifications with modifier calls") */
static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

#endif /* IRQSTORM_EOI_COMPAT_H */
