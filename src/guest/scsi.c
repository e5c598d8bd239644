// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * scsi.c - which disks a virtio-scsi controller has. Knows sysfs's names for them, no vector and no
 * queue.
 */
#include "guest/scsi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "guest/rootfile.h"

#define VIRTIO_DIR "sys/bus/virtio/devices"

bool scsi_is(const struct irq_device *dev)
{
	return !strcmp(dev->driver, "virtio_scsi");
}

static int add_disk(struct irqmap *map, size_t controller, const char *disk, const char *root)
{
	struct irq_device *dev = &map->devices[controller], *first;

	if (dev->node[0]) {
		dev = reallocarray(map->devices, map->nr_devices + 1, sizeof(*dev));
		if (!dev)
			return err_nomem();
		map->devices = dev;
		dev += map->nr_devices++;
		*dev = map->devices[controller];
	}
	dev->kind = DEVICE_BLOCK;
	snprintf(dev->disk, sizeof(dev->disk), "%s", disk);
	snprintf(dev->node, sizeof(dev->node), "%.31s", strrchr(disk, '/') + 1);
	irqmap_read_numbers(dev, root);
	first = &map->devices[controller];
	if (strverscmp(dev->node, first->node) < 0) { /* readdir() has no order */
		struct irq_device later = *first;

		*first = *dev;
		*dev = later;
	}
	return 0;
}

/* host0/target0:0:1/0:0:1:0/block/sda: one name of each level; a CD-ROM is sr0 there */
static int add_below(struct irqmap *map, size_t controller, const char *path, unsigned int level,
		     const char *root)
{
	static const char *const prefixes[] = { "host", "target", "", "block", "sd" };
	DIR *dir = rootfile_opendir(root, "%s", path);
	char below[sizeof(map->devices->disk)];
	struct dirent *entry;
	int ret = 0;

	while (dir && !ret && (entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (name[0] == '.' || strncmp(name, prefixes[level], strlen(prefixes[level])) ||
		    (level == 2 && !strchr(name, ':')) ||
		    snprintf(below, sizeof(below), "%s/%s", path, name) >= (int)sizeof(below))
			continue;
		ret = level == 4 ? add_disk(map, controller, below, root)
				 : add_below(map, controller, below, level + 1, root);
	}
	if (dir)
		closedir(dir);
	return ret;
}

int scsi_add_disks(struct irqmap *map, const char *root)
{
	const size_t nr_controllers = map->nr_devices;
	int ret = 0;

	for (size_t i = 0; !ret && i < nr_controllers; i++) {
		char path[sizeof(map->devices->disk)];

		if (!scsi_is(&map->devices[i]))
			continue;
		snprintf(path, sizeof(path), VIRTIO_DIR "/%s", map->devices[i].name);
		ret = add_below(map, i, path, 0, root);
	}
	irqmap_sort_from(map, nr_controllers);
	return ret;
}
