// SPDX-License-Identifier: GPL-2.0-only
/*
 * pv_word.c - the PV-EOI word of each CPU and the MSR that tells the host where it is
 *
 * Knows: MSR_KVM_PV_EOI_EN, whose word is used, and when a CPU's MSR has to be written.
 * Must not know: how this kernel calls its EOI, files and ioctls.
 *
 * A WRMSR to MSR_KVM_PV_EOI_EN is an exit, and at every exit the host takes a granted bit back or
 * completes its EOI. So the old word is 0 before the MSR changes, no order of callback and MSR can
 * lose or double an EOI, and a callback that looks at a word which is not registered sees 0 and
 * writes the register.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cc_platform.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/reboot.h>
#include <linux/smp.h>
#include <linux/suspend.h>
#include <asm/cpufeature.h>
#include <asm/io.h>
#include <asm/msr.h>
#include <asm/pgtable_types.h>

#include "compat.h"
#include "eoi_account.h"
#include "pv_word.h"

/*
 * static: the host needs a physical address that never changes. From the 8 KiB that all modules
 * share. The module never stores to it: while it is registered, clearing the bit would be an EOI.
 */
static DEFINE_PER_CPU(unsigned long, own_word);

/* always 0 and never registered: what a CPU looks at that shall write the register. One each, as
 * BTR is a store. */
static DEFINE_PER_CPU(unsigned long, no_word);

/* what the MSR held before the module, or what the kernel wrote when the CPU came online */
static DEFINE_PER_CPU(u64, saved_msr);

DEFINE_PER_CPU(unsigned long *, pv_word_now);

static bool offered; /* the MSR is there and may be used */
static bool kernels; /* the word is the kernel's own */

/* written with pv_word_mutex and cpus_read_lock held; hotplug callbacks read them */
static bool granted = true; /* the host may set the bit */
static bool ignored;	    /* the guest does not look at it */
static bool paused;	    /* suspending, or going down */
static DEFINE_MUTEX(pv_word_mutex);

static enum cpuhp_state hotplug_state;

static u64 own_msr(void)
{
	return slow_virt_to_phys(this_cpu_ptr(&own_word)) | KVM_MSR_ENABLED;
}

static unsigned long *word_of(u64 msr)
{
	return __va(msr & ~(u64)KVM_MSR_ENABLED);
}

static bool names_a_word(u64 msr)
{
	const u64 pa = msr & ~(u64)KVM_MSR_ENABLED;

	return (msr & KVM_MSR_ENABLED) && IS_ALIGNED(pa, 4) && pfn_valid(PHYS_PFN(pa));
}

/* this CPU, interrupts off: each write of the MSR by the module is a mark */
static void mark_and_write(u64 msr)
{
	eoi_account_mark();
	if (offered)
		native_wrmsrq(MSR_KVM_PV_EOI_EN, msr);
}

static void learn(void *nr_without)
{
	u64 msr;

	if (!offered)
		return;
	if (rdmsrq_safe(MSR_KVM_PV_EOI_EN, &msr))
		msr = 0;
	/* 0: an offline that was undone half-way; the kernel's word is still the one that was
	 * learnt before */
	if ((msr & KVM_MSR_ENABLED) && msr != own_msr())
		this_cpu_write(saved_msr, msr);
	if (nr_without && !names_a_word(this_cpu_read(saved_msr)))
		atomic_inc(nr_without);
}

/*
 * The callback looks at the kernel's word only while the module has it registered: at a resume and
 * when a CPU comes online the kernel registers it by itself, and no EOI may be fast there in mode
 * msr. A word that is registered and not looked at: the register write is an exit, at which the
 * host takes the bit back before it does the EOI.
 */
static void apply(void *unused)
{
	unsigned long *word = this_cpu_ptr(&no_word);
	u64 msr = 0;

	if (READ_ONCE(granted) && !READ_ONCE(paused)) {
		if (!kernels) {
			msr = own_msr();
			word = this_cpu_ptr(&own_word);
		} else if (names_a_word(this_cpu_read(saved_msr))) {
			msr = this_cpu_read(saved_msr);
			word = word_of(msr);
		}
	}
	mark_and_write(msr);
	if (READ_ONCE(ignored))
		word = this_cpu_ptr(&no_word);
	this_cpu_write(pv_word_now, word);
}

static void give_back(void *unused)
{
	mark_and_write(this_cpu_read(saved_msr));
}

/* the kernel's own state comes earlier, so its word is registered when this one runs */
static int cpu_comes(unsigned int cpu)
{
	unsigned long flags;

	local_irq_save(flags);
	learn(NULL);
	apply(NULL);
	local_irq_restore(flags);
	return 0;
}

/*
 * The kernel writes 0 itself a little later, but not where it never registered a word (nopv).
 */
static int cpu_goes(unsigned int cpu)
{
	unsigned long flags;

	local_irq_save(flags);
	mark_and_write(0);
	this_cpu_write(pv_word_now, this_cpu_ptr(&no_word));
	local_irq_restore(flags);
	return 0;
}

/* no CPU may come online between the two: its MSR would keep a word that nobody takes back */
static void leave_cpus(void)
{
	cpus_read_lock();
	cpuhp_remove_state_nocalls_cpuslocked(hotplug_state);
	on_each_cpu(give_back, NULL, 1);
	cpus_read_unlock();
}

static void begin_change(void)
{
	mutex_lock(&pv_word_mutex);
	cpus_read_lock();
}

static void end_change(void)
{
	on_each_cpu(apply, NULL, 1);
	cpus_read_unlock();
	mutex_unlock(&pv_word_mutex);
}

void pv_word_set(bool grant, bool ignore)
{
	begin_change();
	WRITE_ONCE(granted, grant);
	WRITE_ONCE(ignored, ignore);
	end_change();
}

void pv_word_mark(void)
{
	begin_change();
	end_change();
}

static void set_paused(bool pause)
{
	begin_change();
	WRITE_ONCE(paused, pause);
	end_change();
}

/*
 * No word is registered across a suspend, and none while a hibernated image overwrites this
 * kernel's memory. The kernel registers its own word on the boot CPU at resume, whatever the mode
 * is, so the mode has to be applied again.
 */
static int on_pm(struct notifier_block *nb, unsigned long event, void *unused)
{
	switch (event) {
	case PM_HIBERNATION_PREPARE:
	case PM_SUSPEND_PREPARE:
	case PM_RESTORE_PREPARE:
		set_paused(true);
		break;
	case PM_POST_HIBERNATION:
	case PM_POST_SUSPEND:
	case PM_POST_RESTORE:
		set_paused(false);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block pm_notifier = { .notifier_call = on_pm };

/* the next kernel owns this memory; the kernel itself does this for SYS_RESTART only, and for its
 * own word */
static int on_reboot(struct notifier_block *nb, unsigned long code, void *unused)
{
	set_paused(true);
	return NOTIFY_DONE;
}

static struct notifier_block reboot_notifier = { .notifier_call = on_reboot };

static bool cpuid_offers(bool *kvm)
{
	u32 base = 0;

	if (boot_cpu_has(X86_FEATURE_HYPERVISOR))
		base = cpuid_base_hypervisor(KVM_SIGNATURE, 0);
	*kvm = base;
	return base && (cpuid_eax(base | KVM_CPUID_FEATURES) & BIT(KVM_FEATURE_PV_EOI));
}

/* decides whose word it will be; changes nothing that anybody else could see */
int pv_word_probe(bool own, bool countonly)
{
	atomic_t nr_without = ATOMIC_INIT(0);
	bool kvm;
	int cpu;

	for_each_possible_cpu(cpu) per_cpu(pv_word_now, cpu) = per_cpu_ptr(&no_word, cpu);

	offered = cpuid_offers(&kvm);
	if (!offered && !countonly) {
		if (!kvm)
			pr_err("this is not a KVM guest; countonly=1 would count its EOIs all the "
			       "same\n");
		else
			pr_err("this KVM host does not offer PV-EOI (CPUID feature bit %d); "
			       "countonly=1 would count all the same\n",
			       KVM_FEATURE_PV_EOI);
		return -ENODEV;
	}
	if (!offered)
		return 0;

	cpus_read_lock();
	on_each_cpu(learn, &nr_without, 1);
	cpus_read_unlock();
	kernels = !own && !atomic_read(&nr_without);

	/* a module's memory is private to such a guest: what the host writes there never arrives */
	if (!kernels && cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT)) {
		pr_err("guest memory is encrypted, so only the kernel's PV-EOI word can be used, "
		       "and %s\n",
		       own ? "own_word=1 forbids that" : "the kernel has none");
		return -EOPNOTSUPP;
	}
	return 0;
}

bool pv_word_offered(void)
{
	return offered;
}

bool pv_word_is_kernels(void)
{
	return kernels;
}

int pv_word_start(void)
{
	int err;

	/* on every CPU that is online, too: mark 1, and from here on PV-EOI is the module's */
	err = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "x86/irqstorm_eoi:online", cpu_comes,
				cpu_goes);
	if (err < 0)
		return err;
	hotplug_state = err;

	err = register_pm_notifier(&pm_notifier);
	if (err)
		goto err_hotplug;
	err = register_reboot_notifier(&reboot_notifier);
	if (err)
		goto err_pm;
	return 0;

err_pm:
	unregister_pm_notifier(&pm_notifier);
err_hotplug:
	leave_cpus();
	return err;
}

void pv_word_stop(void)
{
	unregister_reboot_notifier(&reboot_notifier);
	unregister_pm_notifier(&pm_notifier);
	leave_cpus();
}
