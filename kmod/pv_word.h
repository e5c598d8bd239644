/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pv_word.h - the PV-EOI word of each CPU and the MSR that tells the host where it is
 *
 * Knows: MSR_KVM_PV_EOI_EN, whose word is used, and when a CPU's MSR has to be written.
 * Must not know: how this kernel calls its EOI, files and ioctls.
 */
#ifndef IRQSTORM_EOI_PV_WORD_H
#define IRQSTORM_EOI_PV_WORD_H

#include <linux/bitops.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <uapi/asm/kvm_para.h>

DECLARE_PER_CPU(unsigned long *, pv_word_now);

/*
 * Hot. One instruction, because the host takes the bit back at any exit; no LOCK, because the host
 * only ever touches the word while this CPU is not running.
 */
static __always_inline bool pv_word_take(void)
{
	return __test_and_clear_bit(KVM_PV_EOI_BIT, __this_cpu_read(pv_word_now));
}

int pv_word_probe(bool own_word, bool countonly);
bool pv_word_offered(void);
bool pv_word_is_kernels(void);

int pv_word_start(void);
void pv_word_stop(void);

/* on all online CPUs, back when the last one has done it; both are a mark */
void pv_word_set(bool granted, bool ignored);
void pv_word_mark(void);

#endif /* IRQSTORM_EOI_PV_WORD_H */
