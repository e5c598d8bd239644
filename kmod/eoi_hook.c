// SPDX-License-Identifier: GPL-2.0-only
/*
 * eoi_hook.c - the EOI callback, taken over and given back
 *
 * Knows: how this kernel's local APIC driver does EOI, and is the only file that does.
 * Must not know: the device, user memory, the MSR of the PV-EOI word.
 *
 * Linux has two ways, and the header tells which: up to 6.5 the driver's struct has a pointer
 * eoi_write that is called through; from 6.6 on it is a static call, and the pointer in the struct
 * only says what was installed.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/msr.h>

#include "eoi_account.h"
#include "eoi_hook.h"
#include "pv_word.h"

#ifdef apic_update_callback /* static call */
#include <linux/kallsyms.h>
#include <linux/static_call.h>
#define EOI_ARGS void
#define EOI_MSR() native_apic_msr_eoi()
#define EOI_MEM() native_apic_mem_eoi()
#define EOI_MSR_NAME "native_apic_msr_eoi"
#define EOI_MEM_NAME "native_apic_mem_eoi"
#define EOI_POINTER (apic->eoi)
#define EOI_NATIVE_POINTER (apic->native_eoi)
#else /* pointer */
#include <linux/delay.h>
#include <linux/vmalloc.h>
#include <asm/pgtable_types.h>
#define EOI_ARGS u32 reg, u32 v
#define EOI_MSR() native_apic_msr_eoi_write(APIC_EOI, APIC_EOI_ACK)
#define EOI_MEM() native_apic_mem_write(APIC_EOI, APIC_EOI_ACK)
#define EOI_MSR_NAME "native_apic_msr_eoi_write"
#define EOI_MEM_NAME "native_apic_mem_write"
#define EOI_POINTER (apic->eoi_write)
#define EOI_NATIVE_POINTER (apic->native_eoi_write)
#endif

#if IS_ENABLED(CONFIG_HYPERV)
#include <asm/mshyperv.h>
#endif

static void (*saved)(EOI_ARGS);
static void (*ours)(EOI_ARGS);

/* where the bit is, and which register is written when it is not set */
enum way { WAY_X2APIC, WAY_XAPIC, WAY_HYPERV };

#if IS_ENABLED(CONFIG_HYPERV)
/* as the kernel does it, hv_apic_eoi_write(); a CPU without a page has no bit */
static __always_inline bool hyperv_take(void)
{
	struct hv_vp_assist_page *page = hv_vp_assist_page ? hv_vp_assist_page[smp_processor_id()]
							   : NULL;

	return page && (xchg(&page->apic_assist, 0) & 1);
}
#define HYPERV_EOI() native_wrmsr(HV_X64_MSR_EOI, APIC_EOI_ACK, 0)
#else
#define hyperv_take() false
#define HYPERV_EOI()                                                                               \
	do {                                                                                       \
	} while (0)
#endif

static __always_inline bool take(enum way way)
{
	return way == WAY_HYPERV ? hyperv_take() : pv_word_take();
}

static __always_inline void write_register(enum way way)
{
	switch (way) {
	case WAY_X2APIC:
		EOI_MSR();
		break;
	case WAY_XAPIC:
		EOI_MEM();
		break;
	case WAY_HYPERV:
		HYPERV_EOI();
		break;
	}
}

static notrace noinline void timed(enum way way)
{
	const u64 begin = rdtsc_ordered();
	const bool fast = take(way);

	if (!fast)
		write_register(way);
	eoi_account_cycles(fast, rdtsc_ordered() - begin);
	if (fast)
		eoi_account_fast();
	else
		eoi_account_msr();
}
NOKPROBE_SYMBOL(timed);

static __always_inline void make_eoi(enum way way)
{
	if (static_branch_unlikely(&eoi_account_timing)) {
		timed(way);
	} else if (take(way)) {
		eoi_account_fast();
	} else {
		eoi_account_msr();
		write_register(way);
	}
}

/*
 * The callbacks. Always in a hard interrupt, interrupts off, never in an NMI. No call that could be
 * traced: the kernel's own can't be traced either, and for the same reason use the WRMSR without a
 * tracepoint.
 */
static notrace void eoi_x2apic(EOI_ARGS)
{
	make_eoi(WAY_X2APIC);
}
NOKPROBE_SYMBOL(eoi_x2apic);

static notrace void eoi_xapic(EOI_ARGS)
{
	make_eoi(WAY_XAPIC);
}
NOKPROBE_SYMBOL(eoi_xapic);

static notrace void eoi_hyperv(EOI_ARGS)
{
	make_eoi(WAY_HYPERV);
}
NOKPROBE_SYMBOL(eoi_hyperv);

#ifdef apic_update_callback

static_assert(__same_type(eoi_x2apic, *EOI_POINTER));

static struct static_call_key *key;
static void *tramp;

/* typed by the kernel's own declaration, so a changed prototype stops the build */
DEFINE_STATIC_CALL_RET0(lookup, kallsyms_lookup_name);

/*
 * Neither the key nor kallsyms_lookup_name is exported; a kprobe tells where the latter is. With
 * IBT that address is behind the ENDBR, which may be sealed besides: a static call gets there by a
 * direct CALL, which needs none.
 */
static int slot_find(void)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	int err;

	err = register_kprobe(&probe);
	if (err) {
		pr_err("cannot find kallsyms_lookup_name by a kprobe (error %d)\n", err);
		return err;
	}
	unregister_kprobe(&probe);
	static_call_update(lookup, (void *)probe.addr);

	key = (void *)static_call(lookup)("__SCK__apic_call_eoi");
	tramp = (void *)static_call(lookup)("__SCT__apic_call_eoi");
	if (!key || !tramp) {
		pr_err("cannot find the static call apic_call_eoi; it needs CONFIG_KALLSYMS_ALL\n");
		return -EOPNOTSUPP;
	}
	if (key->func != EOI_POINTER) {
		pr_err("the EOI callback is held by %ps already\n", key->func);
		return -EBUSY;
	}
	return 0;
}

static void *slot_now(void)
{
	return key->func;
}

static int slot_write(void (*fn)(EOI_ARGS))
{
	__static_call_update(key, tramp, fn);
	return 0;
}

static void slot_write_surely(void (*fn)(EOI_ARGS))
{
	slot_write(fn);
}

#else /* pointer */

static_assert(__same_type(eoi_x2apic, *EOI_POINTER));

/* `apic` is exported, and the driver is chosen once, at boot */
static int slot_find(void)
{
	return 0;
}

static void *slot_now(void)
{
	return READ_ONCE(EOI_POINTER);
}

/*
 * The driver's struct is read-only after init. It is written through a mapping of its page that
 * lives for this one store: an aligned pointer, so that every CPU calls either the old or the new
 * one.
 */
static int slot_write(void (*fn)(EOI_ARGS))
{
	struct page *page = pfn_to_page(PHYS_PFN(slow_virt_to_phys(&EOI_POINTER)));
	void *alias = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	void (**slot)(EOI_ARGS);

	if (!alias)
		return -ENOMEM;
	slot = alias + offset_in_page(&EOI_POINTER);
	WRITE_ONCE(*slot, fn);
	vunmap(alias);
	return 0;
}

/* an unload can't fail, and must not leave a pointer to what it frees */
static void slot_write_surely(void (*fn)(EOI_ARGS))
{
	while (slot_write(fn))
		msleep(20);
}

#endif

static bool is_named(const void *fn, const char *name)
{
	char symbol[64];

	/* a function of a module has the module's name behind its own, so only the kernel's compare
	 * equal */
	snprintf(symbol, sizeof(symbol), "%ps", fn);
	return !strcmp(symbol, name);
}

int eoi_hook_probe(void)
{
	/* NULL up to 6.5 where nobody has replaced the driver's own */
	void (*native)(EOI_ARGS) = EOI_NATIVE_POINTER ?: EOI_POINTER;
	int err;

	err = slot_find();
	if (err)
		return err;
	saved = slot_now();

	if (IS_ENABLED(CONFIG_HYPERV) && is_named(saved, "hv_apic_eoi_write")) {
		ours = eoi_hyperv;
		return 0;
	}
	if (is_named(native, EOI_MSR_NAME) && x2apic_mode) {
		ours = eoi_x2apic;
	} else if (is_named(native, EOI_MEM_NAME) && !x2apic_mode) {
		ours = eoi_xapic;
	} else {
		pr_err("the APIC driver '%s' makes its EOI by %ps, which is neither " EOI_MSR_NAME
		       " nor " EOI_MEM_NAME "\n",
		       apic->name, native);
		return -EOPNOTSUPP;
	}
	if (saved != native && !is_named(saved, "kvm_guest_apic_eoi_write")) {
		pr_err("the EOI callback is held by %ps already\n", saved);
		return -EBUSY;
	}
	return 0;
}

bool eoi_hook_is_x2apic(void)
{
	return x2apic_mode;
}

bool eoi_hook_is_hyperv(void)
{
	return ours == eoi_hyperv;
}

static int compare(const void *a, const void *b)
{
	const u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static u64 median_cycles(void (*write)(void))
{
	u64 cycles[31];
	unsigned long flags;
	int i;

	for (i = 0; i < ARRAY_SIZE(cycles); i++) {
		/* outside of any interrupt: nothing is in service, so the register write ends none
		 */
		local_irq_save(flags);
		cycles[i] = rdtsc_ordered();
		if (write)
			write();
		cycles[i] = rdtsc_ordered() - cycles[i];
		local_irq_restore(flags);
	}
	sort(cycles, ARRAY_SIZE(cycles), sizeof(cycles[0]), compare, NULL);
	return cycles[ARRAY_SIZE(cycles) / 2];
}

static void write_one(void)
{
	write_register(ours == eoi_hyperv   ? WAY_HYPERV
		       : ours == eoi_x2apic ? WAY_X2APIC
					    : WAY_XAPIC);
}

void eoi_hook_calibrate(u64 *msr_cycles, u64 *base_cycles)
{
	*base_cycles = median_cycles(NULL);
	*msr_cycles = median_cycles(write_one);
}

int eoi_hook_take(void)
{
	return slot_write(ours);
}

static void nothing(void *unused)
{
}

void eoi_hook_give_back(void)
{
	if (slot_now() != ours)
		pr_warn("the EOI callback was replaced by %ps meanwhile, and is put back to %ps\n",
			slot_now(), saved);
	slot_write_surely(saved);
	/* the callback runs with interrupts off: who takes this IPI is not in it, and has seen the
	 * old pointer */
	synchronize_rcu();
	on_each_cpu(nothing, NULL, 1);
}
