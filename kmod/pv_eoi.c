// SPDX-License-Identifier: GPL-2.0-only
/*
 * pv_eoi.c - the PV-EOI area of each CPU, and the MSR that tells the host its address
 *
 * Knows: MSR_KVM_PV_EOI_EN, whose area is registered, and when a CPU's MSR has to be written.
 * Must not know: how this kernel calls its EOI callback, files and ioctls.
 *
 * A write of MSR_KVM_PV_EOI_EN is a full exit: the host clears a bit that it has granted, or
 * completes the EOI, before the address changes. (Fast-path exits, such as a write of the TSC
 * deadline, leave the bit alone.) An area that is not registered reads 0, which makes the callback
 * write the register. So no order of callback and MSR can lose or double an EOI.
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
#include "pv_eoi.h"

/*
 * Static per-CPU memory, because the host keeps the physical address. The module never stores to
 * it: clearing the bit of a registered area is an EOI.
 */
static DEFINE_PER_CPU(unsigned long, own_area);

/* never registered, so always 0; one for each CPU, because BTR is a store */
static DEFINE_PER_CPU(unsigned long, zero_area);

/* the MSR as the kernel left it: before the module, or when the CPU came online */
static DEFINE_PER_CPU(u64, orig_msr);

DEFINE_PER_CPU(unsigned long *, pv_eoi_area);

static bool offered;	 /* by the host */
static bool kernel_area; /* the kernel's own area is registered, not the module's */

/* written under pv_eoi_mutex and cpus_read_lock(), read by hotplug callbacks */
static bool enabled = true; /* the host may set the bit */
static bool ignored;	    /* the callback does not look at it */
static bool paused;	    /* suspended or going down */
static DEFINE_MUTEX(pv_eoi_mutex);

static enum cpuhp_state cpuhp_online;

static u64 own_area_msr(void)
{
	return slow_virt_to_phys(this_cpu_ptr(&own_area)) | KVM_MSR_ENABLED;
}

static unsigned long *msr_to_area(u64 msr)
{
	return __va(msr & ~(u64)KVM_MSR_ENABLED);
}

static bool msr_has_area(u64 msr)
{
	const u64 pa = msr & ~(u64)KVM_MSR_ENABLED;

	return (msr & KVM_MSR_ENABLED) && IS_ALIGNED(pa, 4) && pfn_valid(PHYS_PFN(pa));
}

/* this CPU, interrupts off: every write of the MSR by the module is a sync mark */
static void mark_and_wrmsr(u64 msr)
{
	eoi_account_mark();
	if (offered)
		native_wrmsrq(MSR_KVM_PV_EOI_EN, msr);
}

static void save_orig_msr(void *nr_without_area)
{
	u64 msr;

	if (!offered)
		return;
	if (rdmsrq_safe(MSR_KVM_PV_EOI_EN, &msr))
		msr = 0;
	/* 0 after an offline that was rolled back: the address saved before still holds */
	if ((msr & KVM_MSR_ENABLED) && msr != own_area_msr())
		this_cpu_write(orig_msr, msr);
	if (nr_without_area && !msr_has_area(this_cpu_read(orig_msr)))
		atomic_inc(nr_without_area);
}

/*
 * The callback looks at the kernel's area only while the module has it registered. The kernel
 * registers it by itself at resume and CPU online, and mode msr must stay slow then.
 */
static void update_cpu(void *unused)
{
	unsigned long *area = this_cpu_ptr(&zero_area);
	u64 msr = 0;

	if (READ_ONCE(enabled) && !READ_ONCE(paused)) {
		if (!kernel_area) {
			msr = own_area_msr();
			area = this_cpu_ptr(&own_area);
		} else if (msr_has_area(this_cpu_read(orig_msr))) {
			msr = this_cpu_read(orig_msr);
			area = msr_to_area(msr);
		}
	}
	mark_and_wrmsr(msr);
	/* a bit that is ignored is cleared by the host: the register write is a full exit */
	if (READ_ONCE(ignored))
		area = this_cpu_ptr(&zero_area);
	this_cpu_write(pv_eoi_area, area);
}

static void restore_orig_msr(void *unused)
{
	mark_and_wrmsr(this_cpu_read(orig_msr));
}

/* runs after the kernel's own online state, which registers the kernel's area */
static int pv_eoi_cpu_online(unsigned int cpu)
{
	unsigned long flags;

	local_irq_save(flags);
	save_orig_msr(NULL);
	update_cpu(NULL);
	local_irq_restore(flags);
	return 0;
}

/* the kernel writes 0 by itself a little later, but not if booted with nopv */
static int pv_eoi_cpu_offline(unsigned int cpu)
{
	unsigned long flags;

	local_irq_save(flags);
	mark_and_wrmsr(0);
	this_cpu_write(pv_eoi_area, this_cpu_ptr(&zero_area));
	local_irq_restore(flags);
	return 0;
}

/* under one lock: a CPU that came online in between would keep the module's area registered */
static void restore_all_cpus(void)
{
	cpus_read_lock();
	cpuhp_remove_state_nocalls_cpuslocked(cpuhp_online);
	on_each_cpu(restore_orig_msr, NULL, 1);
	cpus_read_unlock();
}

static void update_begin(void)
{
	mutex_lock(&pv_eoi_mutex);
	cpus_read_lock();
}

static void update_end(void)
{
	on_each_cpu(update_cpu, NULL, 1);
	cpus_read_unlock();
	mutex_unlock(&pv_eoi_mutex);
}

void pv_eoi_set(bool enable, bool ignore)
{
	update_begin();
	WRITE_ONCE(enabled, enable);
	WRITE_ONCE(ignored, ignore);
	update_end();
}

void pv_eoi_mark(void)
{
	update_begin();
	update_end();
}

static void pv_eoi_pause(bool pause)
{
	update_begin();
	WRITE_ONCE(paused, pause);
	update_end();
}

/*
 * No area stays registered while a hibernation image overwrites memory. At resume the kernel
 * registers its own area on the boot CPU in any mode, so the mode is applied again.
 */
static int pv_eoi_pm_notify(struct notifier_block *nb, unsigned long event, void *unused)
{
	switch (event) {
	case PM_HIBERNATION_PREPARE:
	case PM_SUSPEND_PREPARE:
	case PM_RESTORE_PREPARE:
		pv_eoi_pause(true);
		break;
	case PM_POST_HIBERNATION:
	case PM_POST_SUSPEND:
	case PM_POST_RESTORE:
		pv_eoi_pause(false);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block pv_eoi_pm_nb = { .notifier_call = pv_eoi_pm_notify };

/* the next kernel reuses the memory; kvm_pv_reboot_notify() covers SYS_RESTART only */
static int pv_eoi_reboot_notify(struct notifier_block *nb, unsigned long code, void *unused)
{
	pv_eoi_pause(true);
	return NOTIFY_DONE;
}

static struct notifier_block pv_eoi_reboot_nb = { .notifier_call = pv_eoi_reboot_notify };

static bool host_offers_pv_eoi(bool *is_kvm)
{
	u32 base = 0;

	if (boot_cpu_has(X86_FEATURE_HYPERVISOR))
		base = cpuid_base_hypervisor(KVM_SIGNATURE, 0);
	*is_kvm = base;
	return base && (cpuid_eax(base | KVM_CPUID_FEATURES) & BIT(KVM_FEATURE_PV_EOI));
}

int pv_eoi_probe(bool want_own_area, bool countonly)
{
	atomic_t nr_without_area = ATOMIC_INIT(0);
	bool is_kvm;
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(pv_eoi_area, cpu) = per_cpu_ptr(&zero_area, cpu);

	offered = host_offers_pv_eoi(&is_kvm);
	if (!offered && !countonly) {
		pr_err("%s (load with countonly=1 to count EOI register writes only)\n",
		       is_kvm ? "KVM host offers no PV-EOI" : "not a KVM guest");
		return -ENODEV;
	}
	if (!offered)
		return 0;

	cpus_read_lock();
	on_each_cpu(save_orig_msr, &nr_without_area, 1);
	cpus_read_unlock();
	kernel_area = !want_own_area && !atomic_read(&nr_without_area);

	/* the module's memory is private there: the host's writes do not arrive */
	if (!kernel_area && cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT)) {
		pr_err("guest memory is encrypted: only the kernel's PV-EOI area works (%s)\n",
		       want_own_area ? "load without own_area=1" : "boot without nopv");
		return -EOPNOTSUPP;
	}
	return 0;
}

bool pv_eoi_offered(void)
{
	return offered;
}

bool pv_eoi_is_kernel_area(void)
{
	return kernel_area;
}

int pv_eoi_register(void)
{
	int err;

	/* runs on all online CPUs, too, and makes their first sync mark */
	err = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "x86/irqstorm_eoi:online", pv_eoi_cpu_online,
				pv_eoi_cpu_offline);
	if (err < 0)
		return err;
	cpuhp_online = err;

	err = register_pm_notifier(&pv_eoi_pm_nb);
	if (err)
		goto err_cpuhp;
	err = register_reboot_notifier(&pv_eoi_reboot_nb);
	if (err)
		goto err_pm;
	return 0;

err_pm:
	unregister_pm_notifier(&pv_eoi_pm_nb);
err_cpuhp:
	restore_all_cpus();
	return err;
}

void pv_eoi_unregister(void)
{
	unregister_reboot_notifier(&pv_eoi_reboot_nb);
	unregister_pm_notifier(&pv_eoi_pm_nb);
	restore_all_cpus();
}
