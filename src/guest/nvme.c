// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nvme.c - which disks are NVMe namespaces, and on which PCI function. Knows sysfs' names for them,
 * no vector and no queue.
 */
#include "guest/nvme.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "guest/rootfile.h"

#define NVME_DIR "sys/class/nvme"

bool nvme_is(const struct irq_device *dev)
{
	return !strcmp(dev->driver, "nvme");
}

/* "../../devices/pci0000:00/0000:00:05.0/nvme/nvme0"; a controller of a fabric is on no such path
 */
static bool read_bdf(char *bdf, size_t size, const char *root, const char *name)
{
	unsigned int domain, bus, slot, function;
	char link[PATH_MAX], *nvme, *slash;
	int end = -1;

	if (rootfile_link(link, sizeof(link), root, NVME_DIR "/%s", name) < 0)
		return false;
	nvme = strstr(link, "/nvme/");
	if (!nvme)
		return false;
	*nvme = '\0';
	slash = strrchr(link, '/');
	if (!slash ||
	    sscanf(slash, "/%x:%2x:%2x.%1x%n", &domain, &bus, &slot, &function, &end) != 4 ||
	    end < 0 || slash[end])
		return false;
	snprintf(bdf, size, "%.*s", (int)size - 1, slash + 1);
	return true;
}

static int add_disk(struct irqmap *map, const char *root, const char *name, const char *bdf,
		    const char *node)
{
	struct irq_device *dev = reallocarray(map->devices, map->nr_devices + 1, sizeof(*dev));
	char numbers[32];

	if (!dev)
		return err_nomem();
	map->devices = dev;
	dev += map->nr_devices++;
	memset(dev, 0, sizeof(*dev));
	snprintf(dev->name, sizeof(dev->name), "%.*s", (int)sizeof(dev->name) - 1, name);
	snprintf(dev->node, sizeof(dev->node), "%.*s", (int)sizeof(dev->node) - 1, node);
	snprintf(dev->bdf, sizeof(dev->bdf), "%s", bdf);
	snprintf(dev->driver, sizeof(dev->driver), "nvme");
	snprintf(dev->disk, sizeof(dev->disk), NVME_DIR "/%s/%s", dev->name, dev->node);
	dev->kind = DEVICE_BLOCK;
	if (rootfile_text(numbers, sizeof(numbers), root, "%s/dev", dev->disk) > 0 &&
	    sscanf(numbers, "%u:%u", &dev->major, &dev->minor) != 2)
		dev->major = dev->minor = 0;
	return 0;
}

static int add_disks_of(struct irqmap *map, const char *root, const char *name)
{
	char bdf[sizeof(map->devices->bdf)];
	unsigned int controller, namespace;
	struct dirent *entry;
	int ret = 0, end;
	DIR *dir;

	if (!read_bdf(bdf, sizeof(bdf), root, name))
		return 0;
	dir = rootfile_opendir(root, NVME_DIR "/%s", name);
	while (dir && !ret && (entry = readdir(dir))) {
		end = -1;
		/* not "nvme0c0n1": that is one path of several to a disk */
		if (sscanf(entry->d_name, "nvme%un%u%n", &controller, &namespace, &end) == 2 &&
		    end > 0 && !entry->d_name[end])
			ret = add_disk(map, root, name, bdf, entry->d_name);
	}
	if (dir)
		closedir(dir);
	return ret;
}

static int by_node(const void *a, const void *b)
{
	return strverscmp(((const struct irq_device *)a)->node,
			  ((const struct irq_device *)b)->node);
}

int nvme_add_disks(struct irqmap *map, const char *root)
{
	DIR *dir = rootfile_opendir(root, NVME_DIR);
	size_t first = map->nr_devices;
	struct dirent *entry;
	int ret = 0;

	while (dir && !ret && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "nvme", 4))
			ret = add_disks_of(map, root, entry->d_name);
	if (dir)
		closedir(dir);
	if (map->nr_devices > first)
		qsort(map->devices + first, map->nr_devices - first, sizeof(*map->devices),
		      by_node);
	return ret;
}
