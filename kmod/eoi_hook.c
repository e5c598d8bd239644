// SPDX-License-Identifier: GPL-2.0-only
/*
 * eoi_hook.c - replaces the kernel's EOI callback and restores it
 *
 * Knows: how this kernel's local APIC driver makes an EOI; no other file does.
 * Must not know: the device, user memory, the PV-EOI MSR.
 *
 * The kernel exports no way to do this. Up to 6.5 apic_set_eoi_write() is __init, so the driver's
 * pointer is written; since 6.6 apic_update_callback() needs the key of the static call
 * apic_call_eoi, which modules cannot link to, so it is looked up.
 *
 * Observing instead of replacing would not be exact: kvm_guest_apic_eoi_write() is notrace, the
 * interrupt tracepoints fire after the EOI, and an exit between a kprobe's look at the bit and the
 * kernel's test-and-clear can change the path.
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

#include "compat.h"
#include "eoi_account.h"
#include "eoi_hook.h"
#include "pv_eoi.h"

#ifdef EOI_STATIC_CALL
#include <linux/kallsyms.h>
#include <linux/static_call.h>
#else
#include <linux/delay.h>
#include <linux/vmalloc.h>
#include <asm/pgtable_types.h>
#endif

#if IS_ENABLED(CONFIG_HYPERV)
#include <asm/mshyperv.h>
#endif

/* where the bit is, and which register is written when it is clear */
enum eoi_type { EOI_X2APIC, EOI_XAPIC, EOI_HYPERV };

static void (*orig_eoi)(EOI_ARGS);
static void (*hook_eoi)(EOI_ARGS);

#if IS_ENABLED(CONFIG_HYPERV)
/* as in hv_apic_eoi_write(); a CPU without a VP assist page has no bit */
static __always_inline bool hv_eoi_test_and_clear(void)
{
	struct hv_vp_assist_page *hvp = hv_vp_assist_page ? hv_vp_assist_page[smp_processor_id()]
							  : NULL;

	return hvp && (xchg(&hvp->apic_assist, 0) & 1);
}

static __always_inline void hv_eoi_write(void)
{
	native_wrmsr(HV_X64_MSR_EOI, APIC_EOI_ACK, 0);
}
#else
static __always_inline bool hv_eoi_test_and_clear(void)
{
	return false;
}

static __always_inline void hv_eoi_write(void)
{
}
#endif

static __always_inline bool eoi_test_and_clear(enum eoi_type type)
{
	return type == EOI_HYPERV ? hv_eoi_test_and_clear() : pv_eoi_test_and_clear();
}

static __always_inline void eoi_write(enum eoi_type type)
{
	switch (type) {
	case EOI_X2APIC:
		EOI_WRITE_MSR();
		break;
	case EOI_XAPIC:
		EOI_WRITE_MEM();
		break;
	case EOI_HYPERV:
		hv_eoi_write();
		break;
	}
}

static notrace noinline void do_eoi_timed(enum eoi_type type)
{
	const u64 begin = rdtsc_ordered();
	const bool fast = eoi_test_and_clear(type);

	if (!fast)
		eoi_write(type);
	eoi_account_cycles(fast, rdtsc_ordered() - begin);
	if (fast)
		eoi_account_fast();
	else
		eoi_account_msr();
}
NOKPROBE_SYMBOL(do_eoi_timed);

static __always_inline void do_eoi(enum eoi_type type)
{
	if (static_branch_unlikely(&eoi_account_timing)) {
		do_eoi_timed(type);
	} else if (eoi_test_and_clear(type)) {
		eoi_account_fast();
	} else {
		eoi_account_msr();
		eoi_write(type);
	}
}

/*
 * The callbacks run in hard interrupt context with interrupts off, never in an NMI. Like the
 * kernel's own they must not be traced, nor call anything that is.
 */
static notrace void eoi_x2apic(EOI_ARGS)
{
	do_eoi(EOI_X2APIC);
}
NOKPROBE_SYMBOL(eoi_x2apic);

static notrace void eoi_xapic(EOI_ARGS)
{
	do_eoi(EOI_XAPIC);
}
NOKPROBE_SYMBOL(eoi_xapic);

static notrace void eoi_hyperv(EOI_ARGS)
{
	do_eoi(EOI_HYPERV);
}
NOKPROBE_SYMBOL(eoi_hyperv);

/* the call goes through an untyped pointer: a changed prototype must stop the build */
static_assert(__same_type(eoi_x2apic, *EOI_CALLBACK));

#ifdef EOI_STATIC_CALL

static struct static_call_key *eoi_key;
static void *eoi_tramp;

/* declared by the kernel's own prototype: a change of it must stop the build */
DEFINE_STATIC_CALL_RET0(lookup_name, kallsyms_lookup_name);

/*
 * kallsyms_lookup_name() is not exported either; a kprobe finds it. With IBT the address lies
 * behind an ENDBR that may be sealed, so it is reached by a direct call, which needs none.
 */
static int eoi_slot_find(void)
{
	struct kprobe kp = { .symbol_name = "kallsyms_lookup_name" };
	int err;

	err = register_kprobe(&kp);
	if (err) {
		pr_err("cannot find kallsyms_lookup_name: error %d (requires CONFIG_KPROBES)\n",
		       err);
		return err;
	}
	unregister_kprobe(&kp);
	static_call_update(lookup_name, (void *)kp.addr);

	eoi_key = (void *)static_call(lookup_name)("__SCK__apic_call_eoi");
	eoi_tramp = (void *)static_call(lookup_name)("__SCT__apic_call_eoi");
	if (!eoi_key || !eoi_tramp) {
		pr_err("cannot find static call apic_call_eoi (requires CONFIG_KALLSYMS_ALL)\n");
		return -EOPNOTSUPP;
	}
	if (eoi_key->func != EOI_CALLBACK) {
		pr_err("EOI callback already replaced by %ps (unload the module that did it)\n",
		       eoi_key->func);
		return -EBUSY;
	}
	return 0;
}

static void *eoi_slot_get(void)
{
	return eoi_key->func;
}

static int eoi_slot_set(void (*fn)(EOI_ARGS))
{
	__static_call_update(eoi_key, eoi_tramp, fn);
	return 0;
}

static void eoi_slot_set_nofail(void (*fn)(EOI_ARGS))
{
	eoi_slot_set(fn);
}

#else /* !EOI_STATIC_CALL */

/* apic is exported, and the driver does not change after boot */
static int eoi_slot_find(void)
{
	return 0;
}

static void *eoi_slot_get(void)
{
	return READ_ONCE(EOI_CALLBACK);
}

/*
 * The driver's struct is __ro_after_init, hence the alias. One aligned store: every CPU calls
 * either the old or the new callback.
 */
static int eoi_slot_set(void (*fn)(EOI_ARGS))
{
	struct page *page = pfn_to_page(PHYS_PFN(slow_virt_to_phys(&EOI_CALLBACK)));
	void *alias = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	void (**slot)(EOI_ARGS);

	if (!alias)
		return -ENOMEM;
	slot = alias + offset_in_page(&EOI_CALLBACK);
	WRITE_ONCE(*slot, fn);
	vunmap(alias);
	return 0;
}

/* unloading cannot fail, and the slot must not keep pointing to freed text */
static void eoi_slot_set_nofail(void (*fn)(EOI_ARGS))
{
	while (eoi_slot_set(fn))
		msleep(20);
}

#endif /* EOI_STATIC_CALL */

/* false for a module's function of that name: %ps appends the module */
static bool is_kernel_symbol(const void *fn, const char *name)
{
	char symbol[64];

	snprintf(symbol, sizeof(symbol), "%ps", fn);
	return !strcmp(symbol, name);
}

int eoi_hook_probe(void)
{
	/* up to 6.5 NULL unless something has replaced the driver's own */
	void (*native)(EOI_ARGS) = EOI_NATIVE_CALLBACK ?: EOI_CALLBACK;
	int err;

	err = eoi_slot_find();
	if (err)
		return err;
	orig_eoi = eoi_slot_get();

	if (IS_ENABLED(CONFIG_HYPERV) && is_kernel_symbol(orig_eoi, "hv_apic_eoi_write")) {
		hook_eoi = eoi_hyperv;
		return 0;
	}
	if (is_kernel_symbol(native, EOI_WRITE_MSR_NAME) && x2apic_mode) {
		hook_eoi = eoi_x2apic;
	} else if (is_kernel_symbol(native, EOI_WRITE_MEM_NAME) && !x2apic_mode) {
		hook_eoi = eoi_xapic;
	} else {
		pr_err("unsupported APIC driver '%s': EOI function is %ps (expected %s)\n",
		       apic->name, native, x2apic_mode ? EOI_WRITE_MSR_NAME : EOI_WRITE_MEM_NAME);
		return -EOPNOTSUPP;
	}
	if (orig_eoi != native && !is_kernel_symbol(orig_eoi, "kvm_guest_apic_eoi_write")) {
		pr_err("EOI callback already replaced by %ps (unload the module that did it)\n",
		       orig_eoi);
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
	return hook_eoi == eoi_hyperv;
}

static int cmp_u64(const void *a, const void *b)
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
		/* in process context no interrupt is in service: the write ends none */
		local_irq_save(flags);
		cycles[i] = rdtsc_ordered();
		if (write)
			write();
		cycles[i] = rdtsc_ordered() - cycles[i];
		local_irq_restore(flags);
	}
	sort(cycles, ARRAY_SIZE(cycles), sizeof(cycles[0]), cmp_u64, NULL);
	return cycles[ARRAY_SIZE(cycles) / 2];
}

static void write_one_eoi(void)
{
	if (hook_eoi == eoi_hyperv)
		eoi_write(EOI_HYPERV);
	else
		eoi_write(hook_eoi == eoi_x2apic ? EOI_X2APIC : EOI_XAPIC);
}

void eoi_hook_calibrate(u64 *msr_cycles, u64 *base_cycles)
{
	*base_cycles = median_cycles(NULL);
	*msr_cycles = median_cycles(write_one_eoi);
}

int eoi_hook_install(void)
{
	return eoi_slot_set(hook_eoi);
}

void eoi_hook_remove(void)
{
	if (eoi_slot_get() != hook_eoi)
		pr_warn("EOI callback is now %ps, restoring %ps (unload that module, too)\n",
			eoi_slot_get(), orig_eoi);
	eoi_slot_set_nofail(orig_eoi);
	synchronize_rcu();
	/* callbacks run with interrupts off: a CPU that takes the IPI has left ours */
	kick_all_cpus_sync();
}
