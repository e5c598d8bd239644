// SPDX-License-Identifier: GPL-2.0-only
/*
 * eoi_bench.c - TSC ticks for each call of the installed EOI callback; with irqstorm_eoi loaded also
 * for a call that finds the PV-EOI bit set
 *
 * Knows that the module's per-CPU pv_eoi_area points to the area that its callback looks at.
 * Must not know how the callback makes an EOI.
 *
 * For a guest in which one instruction is one tick (QEMU's -icount shift=0), and for kernels up to
 * 6.5, which call through a pointer. Prints with pr_info; its init fails, so that it never stays.
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

static u64 ticks(void (*fn)(u32, u32), unsigned long *area, unsigned long bit)
{
	unsigned long flags;
	u64 begin, end;
	int i;

	local_irq_save(flags);
	begin = rdtsc_ordered();
	for (i = 0; i < CALLS; i++) {
		WRITE_ONCE(*area, bit);
		fn(APIC_EOI, APIC_EOI_ACK);
	}
	end = rdtsc_ordered();
	WRITE_ONCE(*area, 0);
	local_irq_restore(flags);
	return end - begin;
}

/* without the loop and the call, which an empty function measures */
static void report(const char *what, unsigned long *area, unsigned long bit)
{
	void (*fn)(u32, u32) = READ_ONCE(apic->eoi_write);
	u64 base = ticks(empty, area, bit);
	u64 sum = ticks(fn, area, bit) - base;

	pr_info("%s %ps %llu.%02llu\n", what, fn, sum / CALLS, sum % CALLS / (CALLS / 100));
}

static unsigned long **find_area(void)
{
	struct kprobe kp = { .symbol_name = "kallsyms_lookup_name" };
	unsigned long (*lookup)(const char *name);

	if (register_kprobe(&kp))
		return NULL;
	lookup = (void *)kp.addr;
	unregister_kprobe(&kp);
	return (unsigned long **)lookup("irqstorm_eoi:pv_eoi_area");
}

static int __init eoi_bench_init(void)
{
	unsigned long no_bit = 0;
	unsigned long **area = find_area();

	report("register", &no_bit, 0);
	if (area) {
		preempt_disable();
		report("fast", *this_cpu_ptr(area), 1);
		preempt_enable();
	}
	return -ECANCELED;
}
module_init(eoi_bench_init);

MODULE_DESCRIPTION("Measure calls of the EOI callback");
MODULE_LICENSE("GPL");
