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
#define SUBSYSTEM_DIR "sys/class/nvme-subsystem"

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

/* path: the directory with its queues below the controller's; numbers: the one with its dev file */
static int add_disk(struct irqmap *map, const char *root, const char *name, const char *bdf,
		    const char *node, const char *path, const char *numbers)
{
	struct irq_device *dev = reallocarray(map->devices, map->nr_devices + 1, sizeof(*dev));

	if (!dev)
		return err_nomem();
	map->devices = dev;
	dev += map->nr_devices++;
	memset(dev, 0, sizeof(*dev));
	snprintf(dev->name, sizeof(dev->name), "%.*s", (int)sizeof(dev->name) - 1, name);
	snprintf(dev->node, sizeof(dev->node), "%.*s", (int)sizeof(dev->node) - 1, node);
	snprintf(dev->bdf, sizeof(dev->bdf), "%s", bdf);
	snprintf(dev->driver, sizeof(dev->driver), "nvme");
	dev->kind = DEVICE_BLOCK;
	snprintf(dev->disk, sizeof(dev->disk), "%s", numbers);
	irqmap_read_numbers(dev, root);
	snprintf(dev->disk, sizeof(dev->disk), NVME_DIR "/%s/%.31s", dev->name, path);
	return 0;
}

/*
 * With native multipath the controller has "nvme0c0n1", a path, and the disk is "nvme0n1" of the
 * subsystem: its queues and vectors are those of the path. Of several paths the
 * first controller's counts.
 */
static int add_path(struct irqmap *map, const char *root, const char *name, const char *bdf,
		    const char *path)
{
	unsigned int subsystem, controller, namespace;
	char node[32], numbers[96];
	int end = -1;

	if (sscanf(path, "nvme%uc%un%u%n", &subsystem, &controller, &namespace, &end) != 3 ||
	    end < 0 || path[end])
		return 0;
	snprintf(node, sizeof(node), "nvme%un%u", subsystem, namespace);
	snprintf(numbers, sizeof(numbers), SUBSYSTEM_DIR "/nvme-subsys%u/%s", subsystem, node);
	for (size_t i = 0; i < map->nr_devices; i++) {
		struct irq_device *dev = &map->devices[i];

		if (strcmp(dev->node, node))
			continue;
		if (strverscmp(name, dev->name) < 0) {
			snprintf(dev->name, sizeof(dev->name), "%.31s", name);
			snprintf(dev->bdf, sizeof(dev->bdf), "%.15s", bdf);
			snprintf(dev->disk, sizeof(dev->disk), NVME_DIR "/%.31s/%.31s", name, path);
		}
		return 0;
	}
	if (!rootfile_there(root, "%s", numbers))
		return 0;
	return add_disk(map, root, name, bdf, node, path, numbers);
}

static int add_disks_of(struct irqmap *map, const char *root, const char *name)
{
	char bdf[sizeof(map->devices->bdf)], numbers[320];
	unsigned int controller, namespace;
	struct dirent *entry;
	int ret = 0, end;
	DIR *dir;

	if (!read_bdf(bdf, sizeof(bdf), root, name))
		return 0;
	dir = rootfile_opendir(root, NVME_DIR "/%s", name);
	while (dir && !ret && (entry = readdir(dir))) {
		const char *node = entry->d_name;

		end = -1;
		if (sscanf(node, "nvme%un%u%n", &controller, &namespace, &end) != 2 || end < 0 ||
		    node[end]) {
			ret = add_path(map, root, name, bdf, node);
			continue;
		}
		snprintf(numbers, sizeof(numbers), NVME_DIR "/%.31s/%.255s", name, node);
		ret = add_disk(map, root, name, bdf, node, node, numbers);
	}
	if (dir)
		closedir(dir);
	return ret;
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
	irqmap_sort_from(map, first);
	return ret;
}
