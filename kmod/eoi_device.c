// SPDX-License-Identifier: GPL-2.0-only
/*
 * eoi_device.c - /dev/irqstorm_eoi, the module's parameters, its init and exit
 *
 * Knows: files, ioctls, which file owns the mode, the order of set-up and tear-down.
 * Must not know: kernel versions, how an EOI is made, the MSR.
 *
 * Not called irqstorm_eoi.c, because kbuild links the module into an object of that name.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

#include "eoi_account.h"
#include "eoi_hook.h"
#include "eoi_pmu.h"
#include "eoi_source.h"
#include "pv_eoi.h"
#include "version.h"

static bool own_area;
module_param(own_area, bool, 0444);
MODULE_PARM_DESC(own_area,
		 "register the module's own PV-EOI areas instead of the kernel's (default: N)");

static bool countonly;
module_param(countonly, bool, 0444);
MODULE_PARM_DESC(countonly,
		 "load without PV-EOI, too, and count EOI register writes only (default: N)");

static unsigned int irqs = 512;
module_param(irqs, uint, 0444);
MODULE_PARM_DESC(irqs, "number of IRQs with counters; 0 turns attribution off (default: 512)");

static bool calibrate = true;
module_param(calibrate, bool, 0444);
MODULE_PARM_DESC(calibrate, "measure the cost of an EOI register write at load (default: Y)");

/* set last: a file must not be opened while init may still fail */
static bool ready;

/* protects mode, timing and their owners */
static DEFINE_MUTEX(control_mutex);

/* NULL: no file has set a mode, and default_mode() is in force */
static const struct file *mode_owner;

/* open files that want EOIs timed; their private_data is set */
static unsigned int nr_timing;

static u32 default_mode(void)
{
	if (pv_eoi_offered() || eoi_hook_is_hyperv())
		return IRQSTORM_EOI_MODE_PV;
	return IRQSTORM_EOI_MODE_MSR;
}

static void apply_mode(u32 mode)
{
	lockdep_assert_held(&control_mutex);
	pv_eoi_set(mode != IRQSTORM_EOI_MODE_MSR, mode == IRQSTORM_EOI_MODE_IGNORED);
	eoi_account_set_mode(mode);
}

static long set_mode(const struct file *file, const void __user *arg)
{
	struct irqstorm_eoi_mode req;
	long err = 0;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.reserved || req.mode < IRQSTORM_EOI_MODE_PV || req.mode > IRQSTORM_EOI_MODE_IGNORED)
		return -EINVAL;
	if (!pv_eoi_offered())
		return -EOPNOTSUPP;

	mutex_lock(&control_mutex);
	if (mode_owner && mode_owner != file) {
		err = -EBUSY;
	} else {
		mode_owner = file;
		apply_mode(req.mode);
	}
	mutex_unlock(&control_mutex);
	return err;
}

static void apply_timing(struct file *file, bool on)
{
	lockdep_assert_held(&control_mutex);
	if (on == !!file->private_data)
		return;
	file->private_data = on ? &nr_timing : NULL;
	nr_timing += on ? 1 : -1;
	if (nr_timing == on)
		eoi_account_set_timing(on);
}

static long set_timing(struct file *file, const void __user *arg)
{
	struct irqstorm_eoi_timing req;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.reserved || req.on > 1)
		return -EINVAL;

	mutex_lock(&control_mutex);
	apply_timing(file, req.on);
	mutex_unlock(&control_mutex);
	return 0;
}

/* @size is the caller's sizeof, which may be smaller or larger than ours */
static long get_info(void __user *arg, size_t size)
{
	struct irqstorm_eoi_header info;
	const size_t known = min(size, sizeof(info));

	mutex_lock(&control_mutex);
	info = *eoi_account_header();
	mutex_unlock(&control_mutex);
	if (copy_to_user(arg, &info, known) || clear_user(arg + known, size - known))
		return -EFAULT;
	return 0;
}

static long eoi_device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const bool may_control = file->f_mode & FMODE_WRITE;

	if ((cmd & ~IOCSIZE_MASK) == (IRQSTORM_EOI_GET_INFO & ~IOCSIZE_MASK))
		return get_info((void __user *)arg, _IOC_SIZE(cmd));

	switch (cmd) {
	case IRQSTORM_EOI_SET_MODE:
		return may_control ? set_mode(file, (void __user *)arg) : -EPERM;
	case IRQSTORM_EOI_SET_TIMING:
		return may_control ? set_timing(file, (void __user *)arg) : -EPERM;
	case IRQSTORM_EOI_MARK:
		if (!may_control)
			return -EPERM;
		pv_eoi_mark();
		return 0;
	default:
		return -ENOTTY;
	}
}

/* reading is left to the file's mode: the counters are a finer /proc/interrupts */
static int eoi_device_open(struct inode *inode, struct file *file)
{
	if (!READ_ONCE(ready))
		return -ENXIO;
	if ((file->f_mode & FMODE_WRITE) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	file->private_data = NULL;
	return 0;
}

/* comes after a SIGKILL, too, and with the last mapping */
static int eoi_device_release(struct inode *inode, struct file *file)
{
	mutex_lock(&control_mutex);
	apply_timing(file, false);
	if (mode_owner == file) {
		mode_owner = NULL;
		if (eoi_account_header()->mode != default_mode())
			apply_mode(default_mode());
	}
	mutex_unlock(&control_mutex);
	return 0;
}

static int eoi_device_mmap(struct file *file, struct vm_area_struct *vma)
{
	return eoi_account_mmap(vma);
}

static const struct file_operations eoi_device_fops = {
	.owner = THIS_MODULE,
	.open = eoi_device_open,
	.release = eoi_device_release,
	.mmap = eoi_device_mmap,
	.unlocked_ioctl = eoi_device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice eoi_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = IRQSTORM_EOI_DEV,
	.fops = &eoi_device_fops,
	.mode = 0644,
};

static u32 __init header_flags(void)
{
	u32 flags = 0;

	if (eoi_hook_is_x2apic())
		flags |= IRQSTORM_EOI_F_X2APIC;
	if (pv_eoi_is_kernel_area())
		flags |= IRQSTORM_EOI_F_KERNEL_WORD;
	if (pv_eoi_offered())
		flags |= IRQSTORM_EOI_F_OFFERED;
	if (eoi_hook_is_hyperv())
		flags |= IRQSTORM_EOI_F_HYPERV;
	if (irqs)
		flags |= IRQSTORM_EOI_F_SOURCES;
	return flags;
}

static void __init calibrate_eoi(void)
{
	u64 msr_cycles, base_cycles;

	eoi_hook_calibrate(&msr_cycles, &base_cycles);
	eoi_account_set_calibration(msr_cycles, base_cycles);
}

static void __init log_start(void)
{
	const char *area = "no PV-EOI area";

	if (eoi_hook_is_hyperv())
		area = "Hyper-V's VP assist page";
	else if (pv_eoi_offered())
		area = pv_eoi_is_kernel_area() ? "the kernel's PV-EOI area" : "own PV-EOI area";
	pr_info("counting EOIs: %s, %s\n", eoi_hook_is_x2apic() ? "x2APIC (msr)" : "xAPIC (mmio)",
		area);
}

static int __init log_error(const char *what, int err)
{
	if (err)
		pr_err("cannot %s: error %d\n", what, err);
	return err;
}

/*
 * Areas are registered after the callback is installed, and given up before it is removed. A CPU
 * whose callback looks at an area that is not registered writes the register: slow, but correct.
 */
static int __init irqstorm_eoi_init(void)
{
	int err;

	if (irqs > EOI_ACCOUNT_MAX_IRQS) {
		pr_err("invalid irqs=%u (expected 0 to %u)\n", irqs, EOI_ACCOUNT_MAX_IRQS);
		return -EINVAL;
	}
	err = eoi_hook_probe();
	if (err)
		return err;
	/* the VP assist page stays the kernel's: there is no area to register */
	if (!eoi_hook_is_hyperv()) {
		err = pv_eoi_probe(own_area, countonly);
		if (err)
			return err;
	}

	err = log_error("allocate counters (try a smaller irqs=)",
			eoi_account_init(header_flags(), default_mode(), irqs));
	if (err)
		return err;
	if (calibrate)
		calibrate_eoi();
	err = log_error("replace the EOI callback", eoi_hook_install());
	if (err)
		goto err_account;
	err = irqs ? eoi_source_register() : 0;
	if (err)
		goto err_hook;
	err = log_error("register for CPU hotplug, suspend and reboot", pv_eoi_register());
	if (err)
		goto err_source;
	err = log_error("register /dev/" IRQSTORM_EOI_DEV, misc_register(&eoi_device));
	if (err)
		goto err_pv_eoi;
	/* comes last, because perf may open an event at once */
	err = log_error("register the PMU", eoi_pmu_register());
	if (err)
		goto err_device;
	WRITE_ONCE(ready, true);
	log_start();
	return 0;

err_device:
	misc_deregister(&eoi_device);
err_pv_eoi:
	pv_eoi_unregister();
err_source:
	if (irqs)
		eoi_source_unregister();
err_hook:
	eoi_hook_remove();
err_account:
	eoi_account_fini();
	return err;
}
module_init(irqstorm_eoi_init);

static void __exit irqstorm_eoi_exit(void)
{
	eoi_pmu_unregister();
	misc_deregister(&eoi_device);
	pv_eoi_unregister();
	if (irqs)
		eoi_source_unregister();
	eoi_hook_remove();
	eoi_account_fini();
}
module_exit(irqstorm_eoi_exit);

MODULE_DESCRIPTION("Count which EOIs of a KVM guest take the PV-EOI fast path");
MODULE_VERSION(IRQSTORM_EOI_VERSION);
MODULE_LICENSE("GPL");
