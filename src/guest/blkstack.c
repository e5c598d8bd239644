// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * blkstack.c - from a block device down to the disk below it: partitions, and the slaves of device
 * mapper and md. Knows sysfs's names for them, no vector and no queue.
 */
#include "guest/irqmap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "guest/rootfile.h"

#define MAX_LAYERS 16 /* the kernel's own limit of a stack is lower */
#define MAX_SLAVES 16 /* named in a refusal, at most */

struct stack {
	const struct irqmap *map;
	const char *root;
	char *text; /* the layers so far */
	size_t size;
};

__attribute__((format(printf, 2, 3))) static void add_text(struct stack *s, const char *fmt, ...)
{
	size_t length = strlen(s->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->text + length, s->size - length, fmt, ap);
	va_end(ap);
}

static const struct irq_device *disk_of_node(const struct irqmap *map, const char *node)
{
	for (size_t i = 0; i < map->nr_devices; i++)
		if (map->devices[i].kind == DEVICE_BLOCK && !strcmp(map->devices[i].node, node))
			return &map->devices[i];
	return NULL;
}

/* "dm-1 (vg0-root)": the node, and the name that its owner gave it */
static void add_layer(struct stack *s, const char *node, dev_t dev)
{
	char name[64];

	add_text(s, "%s%s", *s->text ? " on " : "", node);
	if (rootfile_text(name, sizeof(name), s->root, "sys/dev/block/%u:%u/dm/name", major(dev),
			  minor(dev)) > 0)
		add_text(s, " (%s)", name);
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(a, b);
}

/* the device numbers of the one slave; false: there is none, or several, which are in text */
static bool only_slave(struct stack *s, dev_t dev, dev_t *slave)
{
	DIR *dir = rootfile_opendir(s->root, "sys/dev/block/%u:%u/slaves", major(dev), minor(dev));
	char names[MAX_SLAVES][NAME_MAX + 1], numbers[32];
	unsigned int nr = 0, maj, min;
	struct dirent *entry;

	while (dir && nr < MAX_SLAVES && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			snprintf(names[nr++], sizeof(names[0]), "%s", entry->d_name);
	if (dir)
		closedir(dir);
	qsort(names, nr, sizeof(names[0]), by_name);
	for (unsigned int i = 0; nr > 1 && i < nr; i++)
		add_text(s, "%s%s", i ? ", " : " on ", names[i]);
	if (nr != 1 ||
	    rootfile_text(numbers, sizeof(numbers), s->root, "sys/dev/block/%u:%u/slaves/%s/dev",
			  major(dev), minor(dev), names[0]) < 0 ||
	    sscanf(numbers, "%u:%u", &maj, &min) != 2)
		return false;
	*slave = makedev(maj, min);
	return true;
}

const struct irq_device *irqmap_of_dev(const struct irqmap *map, const char *root, dev_t dev,
				       char *layers, size_t size)
{
	struct stack s = { map, root, layers, size };
	const struct irq_device *disk;
	char link[PATH_MAX], *slash;

	layers[0] = '\0';
	for (unsigned int i = 0; i < MAX_LAYERS; i++) {
		if (rootfile_link(link, sizeof(link), root, "sys/dev/block/%u:%u", major(dev),
				  minor(dev)) < 0)
			return NULL; /* st_dev of tmpfs, overlayfs, btrfs: no block device's */
		slash = strrchr(link, '/');
		if (slash && rootfile_number(root, "sys/dev/block/%u:%u/partition", major(dev),
					     minor(dev)) >= 0) {
			if (*layers)
				add_layer(&s, slash + 1, dev);
			*slash = '\0'; /* the directory above a partition's is its disk's */
			slash = strrchr(link, '/');
		}
		disk = disk_of_node(map, slash ? slash + 1 : link);
		if (disk)
			return disk;
		add_layer(&s, slash ? slash + 1 : link, dev);
		if (!only_slave(&s, dev, &dev))
			return NULL;
	}
	return NULL;
}
