// SPDX-License-Identifier: GPL-2.0-only
/*
 * eoi_bench.c - what a call of the EOI callback takes, in TSC ticks: those of the callback that is
 * installed when this module is loaded, and with irqstorm_eoi also with its word's bit set before
 * each call
 *
 * For a guest in which one instruction is one tick (QEMU's -icount shift=0), and up to Linux 6.5,
 * where the callback is called through a pointer. Prints by pr_info, and is never loaded: its init
 * returns an error. Knows that the module's word of a CPU is where its per-CPU pv_word_now points
 * to.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <asm/apic.h>
#include <asm/msr.h>

#define CALLS 1000

static notrace noinline void empty(u32 reg, u32 v)
{
	barrier();
}

static u64 ticks(void (*fn)(u32, u32), unsigned long *word, unsigned long bit)
{
	unsigned long flags;
	u64 begin, end;
	int i;

	local_irq_save(flags);
	begin = rdtsc_ordered();
	for (i = 0; i < CALLS; i++) {
		WRITE_ONCE(*word, bit);
		fn(APIC_EOI, APIC_EOI_ACK);
	}
	end = rdtsc_ordered();
	WRITE_ONCE(*word, 0);
	local_irq_restore(flags);
	return end - begin;
}

/* in hundredths of a tick, without the loop and the call: an empty function is called by the same
 * loop */
static void report(const char *what, unsigned long *word, unsigned long bit)
{
	void (*fn)(u32, u32) = READ_ONCE(apic->eoi_write);
	u64 base = ticks(empty, word, bit);
	u64 sum = ticks(fn, word, bit) - base;

	pr_info("%s %ps %llu.%02llu\n", what, fn, sum / CALLS, sum % CALLS / (CALLS / 100));
}

static unsigned long **find_word(void)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	unsigned long (*lookup)(const char *name);

	if (register_kprobe(&probe))
		return NULL;
	lookup = (void *)probe.addr;
	unregister_kprobe(&probe);
	return (unsigned long **)lookup("irqstorm_eoi:pv_word_now");
}

static int __init eoi_bench_init(void)
{
	unsigned long no_bit = 0;
	unsigned long **word = find_word();

	report("register", &no_bit, 0);
	if (word) {
		preempt_disable();
		report("fast", *this_cpu_ptr(word), 1);
		preempt_enable();
	}
	return -ECANCELED;
}
module_init(eoi_bench_init);

MODULE_DESCRIPTION("what a call of the EOI callback takes");
MODULE_LICENSE("GPL");
