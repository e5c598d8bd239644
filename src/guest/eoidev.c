// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * eoidev.c - reads the module's pages and gives it orders. Knows the ABI header; not what is
 * measured, nor why.
 */
#include "guest/eoidev.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/err.h"
#include "irqstorm_eoi.h"

#define DEV_PATH "/dev/" IRQSTORM_EOI_DEV

/* orders all later reads after this one; ThreadSanitizer does not support fences */
#define acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)

static const volatile struct irqstorm_eoi_cpu *record(const struct eoidev *dev, unsigned int cpu)
{
	if (!dev->map || cpu >= dev->nr_records)
		return NULL;
	return (const volatile struct irqstorm_eoi_cpu *)(dev->map + dev->header_size +
							  (size_t)cpu * dev->record_size);
}

static int open_file(struct eoidev *dev, const char *root)
{
	char path[4200];

	if (strcmp(root, "/"))
		snprintf(path, sizeof(path), "%s" DEV_PATH, root);
	else
		snprintf(path, sizeof(path), DEV_PATH);
	dev->fd = open(path, O_RDWR | O_CLOEXEC);
	dev->control = dev->fd >= 0;
	if (dev->fd < 0 && (errno == EACCES || errno == EPERM || errno == EROFS))
		dev->fd = open(path, O_RDONLY | O_CLOEXEC);
	return dev->fd < 0 ? -errno : 0;
}

#define HEADER_FIRST                                                                               \
	64u /* the header as it was first; what came later is 0 where header_size says it is not   \
	       there */

static bool fits(uint64_t offset, uint64_t nr, uint64_t each, uint64_t size)
{
	return offset % 8 == 0 && offset <= size && nr * each <= size - offset;
}

static int check_blocks(const struct irqstorm_eoi_header *h)
{
	uint64_t size = h->block_size;

	if (!size)
		return 0;
	if (size < sizeof(struct irqstorm_eoi_block) || size % 8 ||
	    !fits(h->live_offset, 1, size, h->record_size) ||
	    !fits(h->marked_offset, 1, size, h->record_size) ||
	    !fits(h->irqs_offset, h->nr_irqs, sizeof(struct irqstorm_eoi_source), size) ||
	    !fits(h->vectors_offset, h->nr_vectors, sizeof(struct irqstorm_eoi_source), size) ||
	    !fits(h->hist_offset, h->nr_buckets, 2 * sizeof(__u64), size))
		return -EBADMSG;
	return 0;
}

/* a header may have grown since: what is needed of it is what this program was built with */
static int check_header(const struct irqstorm_eoi_header *h, size_t size)
{
	if (size < HEADER_FIRST || h->abi != IRQSTORM_EOI_ABI)
		return -EPROTO;
	if (h->header_size < HEADER_FIRST || h->header_size % 8 ||
	    h->record_size < sizeof(struct irqstorm_eoi_cpu) || h->record_size % 8 ||
	    h->map_size < h->header_size + (uint64_t)h->record_size * h->nr_records)
		return -EBADMSG;
	return check_blocks(h);
}

static int read_header(struct eoidev *dev, struct irqstorm_eoi_header *h)
{
	long page = sysconf(_SC_PAGESIZE);
	struct stat st = { 0 };
	void *map;

	memset(h, 0, sizeof(*h));
	/* a recorded guest's device is a plain file, and touching a page behind its end is a SIGBUS
	 */
	if (fstat(dev->fd, &st))
		return -errno;
	if (S_ISREG(st.st_mode) && st.st_size < (off_t)HEADER_FIRST)
		return -EBADMSG;
	map = mmap(NULL, (size_t)page, PROT_READ, MAP_SHARED, dev->fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	memcpy(h, map, HEADER_FIRST);
	if (h->header_size >=
	    sizeof(*h)) /* a plain file's page is there to its end, and zeros behind */
		memcpy(h, map, sizeof(*h));
	munmap(map, (size_t)page);
	if (S_ISREG(st.st_mode) && h->abi == IRQSTORM_EOI_ABI && st.st_size < (off_t)h->map_size)
		return -EBADMSG;
	return check_header(h, sizeof(*h));
}

static int open_checked(struct eoidev *dev, const char *root, struct irqstorm_eoi_header *h)
{
	void *map;
	int ret;

	memset(dev, 0, sizeof(*dev));
	dev->fd = -1;
	memset(h, 0, sizeof(*h));
	ret = open_file(dev, root);
	if (ret)
		return ret;
	ret = read_header(dev, h);
	if (ret)
		return ret;
	map = mmap(NULL, h->map_size, PROT_READ, MAP_SHARED, dev->fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	dev->map = map;
	dev->map_size = h->map_size;
	dev->header_size = h->header_size;
	dev->record_size = h->record_size;
	dev->nr_records = h->nr_records;
	dev->layout = (struct eoi_layout){ h->block_size,     h->live_offset, h->marked_offset,
					   h->nr_irqs,	      h->irqs_offset, h->nr_vectors,
					   h->vectors_offset, h->nr_buckets,  h->hist_offset };
	return 0;
}

int eoidev_probe(struct eoidev_info *info, const char *root)
{
	struct irqstorm_eoi_header h;
	struct eoidev dev;
	int ret = open_checked(&dev, root, &h);

	memset(info, 0, sizeof(*info));
	info->control = dev.control;
	if (!ret) {
		info->state = EOIDEV_READY;
		info->x2apic = h.flags & IRQSTORM_EOI_F_X2APIC;
		info->kernel_word = h.flags & IRQSTORM_EOI_F_KERNEL_WORD;
		info->mode = h.mode;
		info->offered = h.flags & IRQSTORM_EOI_F_OFFERED;
		info->can_time = h.nr_buckets;
		info->calib_msr_cycles = h.calib_msr_cycles;
		info->calib_base_cycles = h.calib_base_cycles;
		info->tsc_khz = h.tsc_khz;
	} else if (ret == -EPROTO) {
		info->state = EOIDEV_OTHER_ABI;
		snprintf(info->why, sizeof(info->why),
			 DEV_PATH " speaks ABI %u and this irqstorm ABI %d: load the module that "
				  "came with it",
			 h.abi, IRQSTORM_EOI_ABI);
	} else if (ret == -EBADMSG) {
		info->state = EOIDEV_OTHER_ABI;
		snprintf(info->why, sizeof(info->why),
			 DEV_PATH " has a broken header: load the module that came with irqstorm");
	} else if (ret == -EACCES || ret == -EPERM) {
		info->state = EOIDEV_FORBIDDEN;
		snprintf(info->why, sizeof(info->why), "cannot open " DEV_PATH ": %s",
			 strerror(-ret));
	} else {
		info->state = EOIDEV_ABSENT;
		snprintf(info->why, sizeof(info->why),
			 "no " DEV_PATH " (the module irqstorm_eoi is not loaded)");
	}
	eoidev_close(&dev);
	return 0;
}

int eoidev_open(struct eoidev *dev, const char *root)
{
	struct irqstorm_eoi_header h;
	int ret = open_checked(dev, root, &h);

	if (ret) {
		eoidev_close(dev);
		return err_failed(ret, "cannot use " DEV_PATH ": %s", strerror(-ret));
	}
	return 0;
}

void eoidev_close(struct eoidev *dev)
{
	if (dev->map)
		munmap((void *)(uintptr_t)dev->map, dev->map_size);
	if (dev->fd >= 0)
		close(dev->fd);
	memset(dev, 0, sizeof(*dev));
	dev->fd = -1;
}

int eoidev_set_mode(struct eoidev *dev, unsigned int mode)
{
	struct irqstorm_eoi_mode arg = { .mode = mode };

	if (ioctl(dev->fd, IRQSTORM_EOI_SET_MODE, &arg)) {
		int err = errno;

		if (err == EBUSY)
			return err_failed(
				-err,
				"cannot set the EOI mode: another program holds one (" DEV_PATH
				")");
		if (err == EOPNOTSUPP)
			return err_cannot("cannot hold PV-EOI: the host does not offer it");
		return err_failed(-err, "cannot set the EOI mode (" DEV_PATH "): %s",
				  strerror(err));
	}
	return 0;
}

int eoidev_mark(struct eoidev *dev)
{
	if (ioctl(dev->fd, IRQSTORM_EOI_MARK))
		return err_failed(-errno, "cannot make a mark (" DEV_PATH "): %s", strerror(errno));
	return 0;
}

int eoidev_set_timing(struct eoidev *dev)
{
	struct irqstorm_eoi_timing arg = { .on = 1 };

	if (ioctl(dev->fd, IRQSTORM_EOI_SET_TIMING, &arg))
		return err_failed(-errno, "cannot time EOIs (" DEV_PATH "): %s", strerror(errno));
	return 0;
}

static void copy_block(const struct eoidev *dev, unsigned int cpu, uint32_t offset, void *block)
{
	const volatile uint64_t *from = (const volatile uint64_t *)record(dev, cpu);
	uint64_t *to = block;

	if (!from) {
		memset(block, 0, dev->layout.block_size);
		return;
	}
	from += offset / sizeof(*from);
	for (size_t i = 0; i < dev->layout.block_size / sizeof(*from); i++)
		to[i] = acquire(&from[i]);
}

void eoidev_live_block(const struct eoidev *dev, unsigned int cpu, void *block)
{
	copy_block(dev, cpu, dev->layout.live_offset, block);
}

struct eoi_count eoidev_live(const struct eoidev *dev, unsigned int cpu)
{
	const volatile struct irqstorm_eoi_cpu *r = record(dev, cpu);

	return r ? (struct eoi_count){ r->fast, r->msr } : (struct eoi_count){ 0, 0 };
}

struct eoi_count eoidev_marked(const struct eoidev *dev, unsigned int cpu, uint64_t *nr_marks,
			       void *block)
{
	const volatile struct irqstorm_eoi_cpu *r = record(dev, cpu);
	struct eoi_count count = { 0, 0 };
	int tries = 1000;

	*nr_marks = 0;
	if (block)
		memset(block, 0, dev->layout.block_size);
	/* somebody else's mark may come in between; a module that does not know nr_marks_begun has
	 * 0 there */
	while (r && tries--) {
		*nr_marks = acquire(&r->nr_marks);
		count = (struct eoi_count){ acquire(&r->mark_fast), acquire(&r->mark_msr) };
		if (block)
			copy_block(dev, cpu, dev->layout.marked_offset, block);
		if (!r->nr_marks_begun || r->nr_marks_begun == *nr_marks)
			break;
	}
	return count;
}
