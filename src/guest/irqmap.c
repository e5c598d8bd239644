// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * irqmap.c - the virtio devices and disks of a guest, and their queues joined to vectors and CPUs.
 * Facts of sysfs; it must not judge them.
 */
#include "guest/irqmap.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "guest/irqvec.h"
#include "guest/nvme.h"
#include "guest/pcicap.h"
#include "guest/procirq.h"
#include "guest/rootfile.h"
#include "guest/scsi.h"

#define VIRTIO_DIR "sys/bus/virtio/devices"
#define MASK_TEXT_MAX 16384 /* of xps_cpus */

/* "PREFIX<number>" and nothing behind it; -1: no */
static long numbered(const char *name, const char *prefix)
{
	size_t length = strlen(prefix);
	unsigned long number;
	char *end;

	if (strncmp(name, prefix, length) || !isdigit((unsigned char)name[length]))
		return -1;
	errno = 0;
	number = strtoul(name + length, &end, 10);
	return errno || *end || number > 999999 ? -1 : (long)number;
}

/* cut where it does not fit: a name that long is none of the kernel's */
static void keep(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%.*s", (int)size - 1, from);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* the link ends in ".../0000:00:02.0/virtio1", or for virtio-mmio in ".../LNRO0005:00/virtio0" */
static void read_bdf(struct irq_device *dev, const char *root)
{
	unsigned int domain, bus, slot, function;
	char link[PATH_MAX], *slash;
	const char *parent;
	int end = -1;

	if (rootfile_link(link, sizeof(link), root, VIRTIO_DIR "/%s", dev->name) < 0)
		return;
	slash = strrchr(link, '/');
	if (!slash)
		return;
	*slash = '\0';
	parent = last_part(link);
	if (sscanf(parent, "%x:%2x:%2x.%1x%n", &domain, &bus, &slot, &function, &end) == 4 &&
	    end > 0 && !parent[end])
		keep(dev->bdf, sizeof(dev->bdf), parent);
}

static int by_node(const void *a, const void *b)
{
	return strverscmp(((const struct irq_device *)a)->node,
			  ((const struct irq_device *)b)->node);
}

void irqmap_sort_from(struct irqmap *map, size_t first)
{
	if (map->nr_devices > first)
		qsort(map->devices + first, map->nr_devices - first, sizeof(*map->devices),
		      by_node);
}

void irqmap_read_numbers(struct irq_device *dev, const char *root)
{
	char numbers[32];

	if (rootfile_text(numbers, sizeof(numbers), root, "%s/dev", dev->disk) < 0 ||
	    sscanf(numbers, "%u:%u", &dev->major, &dev->minor) != 2)
		dev->major = dev->minor = 0;
}

/* a network device may have been moved out of sight (another namespace): the driver still tells
 * what it is */
static void read_node(struct irq_device *dev, const char *root)
{
	char link[PATH_MAX];

	if (rootfile_link(link, sizeof(link), root, VIRTIO_DIR "/%s/driver", dev->name) > 0)
		keep(dev->driver, sizeof(dev->driver), last_part(link));
	dev->kind = !strcmp(dev->driver, "virtio_blk")	 ? DEVICE_BLOCK
		    : !strcmp(dev->driver, "virtio_net") ? DEVICE_NET
							 : DEVICE_OTHER;
	if (dev->kind == DEVICE_BLOCK) {
		rootfile_first(dev->node, sizeof(dev->node), root, VIRTIO_DIR "/%s/block",
			       dev->name);
		snprintf(dev->disk, sizeof(dev->disk), VIRTIO_DIR "/%s/block/%s", dev->name,
			 dev->node);
		irqmap_read_numbers(dev, root);
	} else if (dev->kind == DEVICE_NET) {
		rootfile_first(dev->node, sizeof(dev->node), root, VIRTIO_DIR "/%s/net", dev->name);
	}
}

/* the queue with this index, new or not; NULL: out of memory, with a sentence */
static struct irq_queue *add_queue(struct irq_device *dev, unsigned int index)
{
	struct irq_queue *q;
	size_t i;

	for (i = 0; i < dev->nr_queues; i++)
		if (dev->queues[i].index == index)
			return &dev->queues[i];
	q = reallocarray(dev->queues, dev->nr_queues + 1, sizeof(*q));
	if (!q) {
		err_nomem();
		return NULL;
	}
	dev->queues = q;
	for (i = dev->nr_queues; i && q[i - 1].index > index; i--)
		;
	memmove(q + i + 1, q + i, (dev->nr_queues - i) * sizeof(*q));
	q[i] = (struct irq_queue){
		.index = index, .cpus = hwloc_bitmap_alloc(), .vector = -1, .tx_vector = -1
	};
	dev->nr_queues++;
	if (!q[i].cpus) {
		err_nomem();
		return NULL;
	}
	return &q[i];
}

static int read_block_queues(struct irq_device *dev, const char *root)
{
	DIR *dir = rootfile_opendir(root, "%s/mq", dev->disk);
	struct irq_queue *q;
	struct dirent *entry;
	int ret = 0;
	long index;

	while (dir && !ret && (entry = readdir(dir))) {
		index = numbered(entry->d_name, "");
		if (index < 0)
			continue;
		q = add_queue(dev, (unsigned int)index);
		if (!q)
			ret = -ENOMEM;
		else if (rootfile_cpulist(q->cpus, root, "%s/mq/%ld/cpu_list", dev->disk, index) ==
			 -ENOMEM)
			ret = err_nomem();
	}
	if (dir)
		closedir(dir);
	for (size_t i = 0; i < dev->nr_queues; i++)
		dev->queues[i].vector = irqvec_of_queue(dev, scsi_is(dev) ? "request" : "req",
							dev->queues[i].index);
	return ret;
}

/* which CPUs send by this queue; XPS is not there for a device with one queue, which all CPUs use
 */
static int read_net_cpus(struct irq_device *dev, struct irq_queue *q, const struct machine *m,
			 const char *root)
{
	auto_free char *mask = malloc(MASK_TEXT_MAX);

	if (!mask)
		return err_nomem();
	if (rootfile_text(mask, MASK_TEXT_MAX, root, VIRTIO_DIR "/%s/net/%s/queues/tx-%u/xps_cpus",
			  dev->name, dev->node, q->index) > 0) {
		if (hwloc_bitmap_sscanf(q->cpus, mask))
			hwloc_bitmap_zero(q->cpus);
	} else if (dev->nr_queues == 1) {
		hwloc_bitmap_copy(q->cpus, m->possible);
	}
	return 0;
}

/* a pair is where both vectors are, or where the interface has a queue (one vector for all) */
static int read_net_queues(struct irq_device *dev, const struct machine *m, const char *root)
{
	DIR *dir = rootfile_opendir(root, VIRTIO_DIR "/%s/net/%s/queues", dev->name, dev->node);
	char prefix[64];
	struct dirent *entry;
	int ret = 0;
	long index;

	while (dir && !ret && (entry = readdir(dir))) {
		index = numbered(entry->d_name, "rx-");
		if (index >= 0 && !add_queue(dev, (unsigned int)index))
			ret = -ENOMEM;
	}
	if (dir)
		closedir(dir);
	snprintf(prefix, sizeof(prefix), "%s-input.", dev->name);
	for (size_t i = 0; !ret && i < dev->nr_vectors; i++) {
		index = numbered(dev->vectors[i].action, prefix);
		if (index >= 0 && !add_queue(dev, (unsigned int)index))
			ret = -ENOMEM;
	}
	for (size_t i = 0; !ret && i < dev->nr_queues; i++) {
		struct irq_queue *q = &dev->queues[i];

		q->vector = irqvec_of_queue(dev, "input", q->index);
		q->tx_vector = irqvec_of_queue(dev, "output", q->index);
		ret = read_net_cpus(dev, q, m, root);
	}
	return ret;
}

static int read_device(struct irq_device *dev, const struct procirq *irqs, struct pci_access *pci,
		       const struct machine *m, const char *root)
{
	int ret;

	if (!nvme_is(dev))
		read_bdf(dev, root);
	dev->msix = dev->bdf[0] ? pcicap_msix(pci, dev->bdf, &dev->msix_size) : MSIX_NONE;
	ret = irqvec_read(dev, irqs, m, root);
	if (!ret && dev->kind == DEVICE_BLOCK)
		ret = read_block_queues(dev, root);
	if (!ret && dev->kind == DEVICE_NET)
		ret = read_net_queues(dev, m, root);
	return ret;
}

static int by_number(const void *a, const void *b)
{
	long x = numbered(((const struct irq_device *)a)->name, "virtio");
	long y = numbered(((const struct irq_device *)b)->name, "virtio");

	return (x > y) - (x < y);
}

/* a guest without the directory has no virtio: no error */
static int list_devices(struct irqmap *map, const char *root)
{
	DIR *dir = rootfile_opendir(root, VIRTIO_DIR);
	struct irq_device *dev;
	struct dirent *entry;
	int ret = 0;

	while (dir && (entry = readdir(dir))) {
		if (numbered(entry->d_name, "virtio") < 0)
			continue;
		dev = reallocarray(map->devices, map->nr_devices + 1, sizeof(*dev));
		if (!dev) {
			ret = err_nomem();
			break;
		}
		map->devices = dev;
		dev += map->nr_devices++;
		memset(dev, 0, sizeof(*dev));
		keep(dev->name, sizeof(dev->name), entry->d_name);
	}
	if (dir)
		closedir(dir);
	if (map->nr_devices)
		qsort(map->devices, map->nr_devices, sizeof(*map->devices), by_number);
	return ret;
}

/* container runtimes mask the file: then no vector is known, and that is no error */
static int read_interrupts(struct irqmap *map, struct procirq *irqs, const char *root)
{
	const bool clean = !*err_sentence();
	int ret = procirq_read(irqs, root);

	if (!ret || ret == -ENOMEM)
		return ret;
	snprintf(map->no_interrupts_why, sizeof(map->no_interrupts_why),
		 "interrupts are not counted: %.200s", clean ? err_sentence() : "cannot be read");
	if (clean)
		err_clear();
	return 0;
}

int irqmap_read(struct irqmap *map, const struct machine *m, const char *root)
{
	struct pci_access *pci = NULL;
	struct procirq irqs = { 0 };
	int ret;

	memset(map, 0, sizeof(*map));
	ret = read_interrupts(map, &irqs, root);
	if (!ret)
		ret = list_devices(map, root);
	for (size_t i = 0; !ret && i < map->nr_devices; i++)
		read_node(&map->devices[i], root);
	if (!ret)
		ret = scsi_add_disks(map, root);
	if (!ret)
		ret = nvme_add_disks(map, root);
	if (!ret)
		pci = pcicap_open(root);
	for (size_t i = 0; !ret && i < map->nr_devices; i++)
		ret = read_device(&map->devices[i], &irqs, pci, m, root);
	pcicap_close(pci);
	procirq_fini(&irqs);
	if (ret)
		irqmap_fini(map);
	return ret;
}

void irqmap_fini(struct irqmap *map)
{
	for (size_t i = 0; i < map->nr_devices; i++) {
		struct irq_device *dev = &map->devices[i];

		for (size_t q = 0; q < dev->nr_queues; q++)
			hwloc_bitmap_free(dev->queues[q].cpus);
		free(dev->queues);
		irqvec_fini(dev);
	}
	free(map->devices);
	memset(map, 0, sizeof(*map));
}

const struct irq_device *irqmap_find(const struct irqmap *map, const char *node_or_name)
{
	for (size_t i = 0; *node_or_name && i < map->nr_devices; i++)
		if (!strcmp(map->devices[i].node, node_or_name) ||
		    !strcmp(map->devices[i].name, node_or_name))
			return &map->devices[i];
	return NULL;
}

const struct irq_queue *irqmap_queue_of_cpu(const struct irq_device *dev, unsigned int cpu)
{
	/* poll queues have the same CPUs as the others and come after them */
	for (size_t i = 0; i < dev->nr_queues; i++)
		if (hwloc_bitmap_isset(dev->queues[i].cpus, cpu))
			return &dev->queues[i];
	return NULL;
}

const char *irq_kind_name(enum irq_kind kind)
{
	static const char *const names[] = {
		[IRQ_MSIX] = "MSI-X",
		[IRQ_MSI] = "MSI",
		[IRQ_INTX] = "INTx",
		[IRQ_MMIO] = "virtio-mmio",
		[IRQ_KIND_UNKNOWN] = "unknown",
	};

	return names[kind];
}

const char *msix_state_name(enum msix_state state)
{
	static const char *const names[] = {
		[MSIX_UNKNOWN] = "unknown",
		[MSIX_NONE] = "none",
		[MSIX_DISABLED] = "disabled",
		[MSIX_ENABLED] = "enabled",
	};

	return names[state];
}
