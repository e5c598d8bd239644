// SPDX-License-Identifier: GPL-2.0-only
/*
 * eoi_device.c - /dev/irqstorm_eoi, who may do what with it, and the order in which the module
 * comes and goes
 *
 * Knows: files, ioctls, the owner of the mode, the life-cycle.
 * Must not know: kernel versions, how an EOI is made, the MSR.
 *
 * Not irqstorm_eoi.c, because kbuild can't make a module from an object of the module's own name
 * and others.
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
#include "eoi_source.h"
#include "pmu.h"
#include "pv_word.h"

static bool own_word;
module_param(own_word, bool, 0444);
MODULE_PARM_DESC(
	own_word,
	"register the module's own PV-EOI words, also where the kernel has its own (default: N)");

static bool countonly;
module_param(countonly, bool, 0444);
MODULE_PARM_DESC(
	countonly,
	"load also where PV-EOI is not offered, and count the register writes (default: N)");

static unsigned int irqs = 512;
module_param(irqs, uint, 0444);
MODULE_PARM_DESC(
	irqs,
	"IRQ numbers with counters of their own; 0: do not tell whose an EOI was (default: 512)");

static bool calibrate = true;
module_param(calibrate, bool, 0444);
MODULE_PARM_DESC(
	calibrate,
	"measure once, at load, what a register write with nothing in service costs (default: Y)");

static bool ready;

/* how many open files want EOIs timed; such a file has a private_data */
static unsigned int nr_timing;

/* whose the mode is; NULL: nobody's, and then the mode is default_mode() */
static const struct file *mode_owner;
static DEFINE_MUTEX(mode_mutex);

static u32 default_mode(void)
{
	return pv_word_offered() || eoi_hook_is_hyperv() ? IRQSTORM_EOI_MODE_PV
							 : IRQSTORM_EOI_MODE_MSR;
}

static void put_mode(u32 mode)
{
	lockdep_assert_held(&mode_mutex);
	pv_word_set(mode != IRQSTORM_EOI_MODE_MSR, mode == IRQSTORM_EOI_MODE_IGNORED);
	eoi_account_set_mode(mode);
}

static long set_mode(const struct file *file, const void __user *arg)
{
	struct irqstorm_eoi_mode wanted;
	long err = 0;

	if (copy_from_user(&wanted, arg, sizeof(wanted)))
		return -EFAULT;
	if (wanted.reserved || wanted.mode < IRQSTORM_EOI_MODE_PV ||
	    wanted.mode > IRQSTORM_EOI_MODE_IGNORED)
		return -EINVAL;
	if (!pv_word_offered())
		return -EOPNOTSUPP;

	mutex_lock(&mode_mutex);
	if (mode_owner && mode_owner != file) {
		err = -EBUSY;
	} else {
		mode_owner = file;
		put_mode(wanted.mode);
	}
	mutex_unlock(&mode_mutex);
	return err;
}

static void put_timing(struct file *file, bool on)
{
	lockdep_assert_held(&mode_mutex);
	if (on == !!file->private_data)
		return;
	file->private_data = on ? &nr_timing : NULL;
	nr_timing += on ? 1 : -1;
	if (nr_timing == on)
		eoi_account_set_timing(on);
}

static long set_timing(struct file *file, const void __user *arg)
{
	struct irqstorm_eoi_timing wanted;

	if (copy_from_user(&wanted, arg, sizeof(wanted)))
		return -EFAULT;
	if (wanted.reserved || wanted.on > 1)
		return -EINVAL;

	mutex_lock(&mode_mutex);
	put_timing(file, wanted.on);
	mutex_unlock(&mode_mutex);
	return 0;
}

/* size is the caller's idea of the header's, shorter or longer than ours */
static long get_info(void __user *arg, size_t size)
{
	struct irqstorm_eoi_header info;
	const size_t known = min(size, sizeof(info));

	mutex_lock(&mode_mutex);
	info = *eoi_account_header();
	mutex_unlock(&mode_mutex);
	return copy_to_user(arg, &info, known) || clear_user(arg + known, size - known) ? -EFAULT
											: 0;
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
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
		pv_word_mark();
		return 0;
	default:
		return -ENOTTY;
	}
}

/* the counters tell what /proc/interrupts does, only finer, so whoever the file's mode lets in may
 * read them */
static int device_open(struct inode *inode, struct file *file)
{
	/* loading may still fail */
	if (!READ_ONCE(ready))
		return -ENXIO;
	if ((file->f_mode & FMODE_WRITE) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	file->private_data = NULL;
	return 0;
}

/* also when the owner was killed; with a mapping left, when that goes */
static int device_release(struct inode *inode, struct file *file)
{
	mutex_lock(&mode_mutex);
	put_timing(file, false);
	if (mode_owner == file) {
		mode_owner = NULL;
		if (eoi_account_header()->mode != default_mode())
			put_mode(default_mode());
	}
	mutex_unlock(&mode_mutex);
	return 0;
}

static int device_mmap(struct file *file, struct vm_area_struct *vma)
{
	return eoi_account_mmap(vma);
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.mmap = device_mmap,
	.unlocked_ioctl = device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = IRQSTORM_EOI_DEV,
	.fops = &device_fops,
	.mode = 0644,
};

static u32 __init flags_now(void)
{
	u32 flags = 0;

	if (eoi_hook_is_x2apic())
		flags |= IRQSTORM_EOI_F_X2APIC;
	if (pv_word_is_kernels())
		flags |= IRQSTORM_EOI_F_KERNEL_WORD;
	if (pv_word_offered())
		flags |= IRQSTORM_EOI_F_OFFERED;
	if (eoi_hook_is_hyperv())
		flags |= IRQSTORM_EOI_F_HYPERV;
	if (irqs)
		flags |= IRQSTORM_EOI_F_SOURCES;
	return flags;
}

static void __init calibrate_register(void)
{
	u64 base, with;

	eoi_hook_calibrate(&with, &base);
	eoi_account_set_calibration(with, base);
}

static int __init said(const char *what, int err)
{
	if (err)
		pr_err("cannot %s (error %d)\n", what, err);
	return err;
}

/*
 * Words are only registered once the callback looks at them, and are taken back before it is gone.
 * Between the two a CPU's callback may look at a word that is not the registered one: that costs a
 * register write, never an EOI.
 */
static int __init irqstorm_eoi_init(void)
{
	int err;

	if (irqs > EOI_ACCOUNT_MAX_IRQS) {
		pr_err("irqs=%u: %u at most\n", irqs, EOI_ACCOUNT_MAX_IRQS);
		return -EINVAL;
	}
	err = eoi_hook_probe();
	if (err)
		return err;
	/* Hyper-V's is the kernel's own: there is nothing to register, and nothing to switch */
	err = eoi_hook_is_hyperv() ? 0 : pv_word_probe(own_word, countonly);
	if (err)
		return err;

	err = said("allocate the counters", eoi_account_init(flags_now(), default_mode(), irqs));
	if (err)
		return err;
	if (calibrate)
		calibrate_register();
	err = said("replace the EOI callback", eoi_hook_take());
	if (err)
		goto err_account;
	err = irqs ? eoi_source_start() : 0;
	if (err)
		goto err_hook;
	err = said("watch CPUs, suspends and reboots", pv_word_start());
	if (err)
		goto err_source;
	err = said("make /dev/" IRQSTORM_EOI_DEV, misc_register(&device));
	if (err)
		goto err_word;
	/* the last, as an event may be opened at once */
	err = said("register with perf", pmu_start());
	if (err)
		goto err_device;
	WRITE_ONCE(ready, true);

	pr_info("counting EOIs: %s, %s\n", eoi_hook_is_x2apic() ? "x2APIC (msr)" : "xAPIC (mmio)",
		eoi_hook_is_hyperv()   ? "Hyper-V's VP assist page"
		: !pv_word_offered()   ? "no PV-EOI"
		: pv_word_is_kernels() ? "the kernel's PV-EOI word"
				       : "own PV-EOI word");
	return 0;

err_device:
	misc_deregister(&device);
err_word:
	pv_word_stop();
err_source:
	if (irqs)
		eoi_source_stop();
err_hook:
	eoi_hook_give_back();
err_account:
	eoi_account_fini();
	return err;
}
module_init(irqstorm_eoi_init);

static void __exit irqstorm_eoi_exit(void)
{
	pmu_stop();
	misc_deregister(&device);
	pv_word_stop();
	if (irqs)
		eoi_source_stop();
	eoi_hook_give_back();
	eoi_account_fini();
}
module_exit(irqstorm_eoi_exit);

MODULE_DESCRIPTION("counts which EOIs of a KVM guest take the PV-EOI fast path");
MODULE_LICENSE("GPL");
