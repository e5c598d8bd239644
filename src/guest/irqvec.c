// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * irqvec.c - which interrupts are a device's. Knows how virtio names its vectors ("virtio1-req.0")
 * and NVMe its queues ("nvme0q1"), and not what a queue is used for.
 */
#include "guest/irqvec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "guest/nvme.h"
#include "guest/rootfile.h"

#define SHARED_ACTION "virtqueues" /* the kernel's name for one vector that serves all queues */

/* "virtio1" itself or "virtio1-…"; "nvme0q…" */
static bool is_action(const struct irq_device *dev, const char *word, size_t size)
{
	size_t length = strlen(dev->name);

	if (size < length || strncmp(word, dev->name, length))
		return false;
	return nvme_is(dev) ? word[length] == 'q' : size == length || word[length] == '-';
}

/*
 * The first word of the text that is this device's action, and how many are: an NVMe controller
 * with one vector has all its queues there. Words, because chip, hardware number and trigger take
 * two or three of them, and a shared line ends in "virtio0, virtio3".
 */
static size_t find_actions(const char *text, const struct irq_device *dev, char *action,
			   size_t size)
{
	size_t word, nr = 0;

	for (const char *s = text; *s; s += word) {
		s += strspn(s, " \t,");
		word = strcspn(s, " \t,");
		if (is_action(dev, s, word) && !nr++)
			snprintf(action, size, "%.*s", (int)word, s);
	}
	return nr;
}

/* what stands behind "virtio1-", or "nvme0"; NULL where there is but "virtio1" */
static const char *part_of(const struct irq_device *dev, const char *action)
{
	size_t length = strlen(dev->name);

	if (nvme_is(dev))
		return action + length;
	return action[length] == '-' ? action + length + 1 : NULL;
}

static enum irq_kind kind_of(const struct irq_device *dev, const struct irq_vector *v,
			     const char *root)
{
	char text[16];

	if (!dev->bdf[0])
		return IRQ_MMIO;
	if (!part_of(dev, v->action) || (nvme_is(dev) && !strcmp(v->chip, "IO-APIC")))
		return IRQ_INTX;
	if (rootfile_text(text, sizeof(text), root, "sys/bus/pci/devices/%s/msi_irqs/%u", dev->bdf,
			  v->irq) < 0)
		return IRQ_KIND_UNKNOWN;
	return !strcmp(text, "msix") ? IRQ_MSIX : !strcmp(text, "msi") ? IRQ_MSI : IRQ_KIND_UNKNOWN;
}

/*
 * Unreadable files leave the sets empty. effective_affinity_list is not rewritten when its CPU goes
 * offline, and when a managed vector is shut down with the last CPU of its mask it names a CPU that
 * will not see this interrupt.
 */
static int read_affinity(struct irq_vector *v, const struct machine *m, const char *root)
{
	v->affinity = hwloc_bitmap_alloc();
	v->effective = hwloc_bitmap_alloc();
	if (!v->affinity || !v->effective)
		return err_nomem();
	if (rootfile_cpulist(v->affinity, root, "proc/irq/%u/smp_affinity_list", v->irq) ==
		    -ENOMEM ||
	    rootfile_cpulist(v->effective, root, "proc/irq/%u/effective_affinity_list", v->irq) ==
		    -ENOMEM)
		return err_nomem();
	hwloc_bitmap_and(v->effective, v->effective, m->online);
	if (!hwloc_bitmap_iszero(v->affinity) && !hwloc_bitmap_intersects(v->affinity, m->online))
		hwloc_bitmap_zero(v->effective);
	return 0;
}

static int add_vector(struct irq_device *dev, unsigned int irq, const char *action,
		      size_t nr_actions, const char *text, const struct machine *m,
		      const char *root)
{
	struct irq_vector *v = reallocarray(dev->vectors, dev->nr_vectors + 1, sizeof(*v));
	const char *part = part_of(dev, action);

	if (!v)
		return err_nomem();
	dev->vectors = v;
	v += dev->nr_vectors++;
	memset(v, 0, sizeof(*v));
	v->irq = irq;
	snprintf(v->action, sizeof(v->action), "%s", action);
	snprintf(v->chip, sizeof(v->chip), "%.*s", (int)strcspn(text, " \t"), text);
	v->kind = kind_of(dev, v, root);
	v->shared = !part || !strcmp(part, SHARED_ACTION) || nr_actions > 1;
	return read_affinity(v, m, root);
}

int irqvec_read(struct irq_device *dev, const struct procirq *irqs, const struct machine *m,
		const char *root)
{
	char action[sizeof(((struct irq_vector *)0)->action)], *end;
	int ret;

	for (size_t i = 0; i < irqs->nr_rows; i++) {
		const char *text = procirq_text(irqs, &irqs->rows[i]);
		unsigned long irq = strtoul(irqs->rows[i].label, &end, 10);
		size_t nr;

		if (*end || irq > INT_MAX)
			continue;
		nr = find_actions(text, dev, action, sizeof(action));
		if (!nr)
			continue;
		ret = add_vector(dev, (unsigned int)irq, action, nr, text, m, root);
		if (ret)
			return ret;
	}
	return 0;
}

void irqvec_fini(struct irq_device *dev)
{
	for (size_t i = 0; i < dev->nr_vectors; i++) {
		hwloc_bitmap_free(dev->vectors[i].affinity);
		hwloc_bitmap_free(dev->vectors[i].effective);
	}
	free(dev->vectors);
	dev->vectors = NULL;
	dev->nr_vectors = 0;
}

int irqvec_of_queue(const struct irq_device *dev, const char *name, unsigned int index)
{
	char own[64];

	if (nvme_is(dev))
		snprintf(own, sizeof(own), "q%u",
			 index + 1); /* q0 is for the controller's own commands */
	else
		snprintf(own, sizeof(own), "%s.%u", name, index);
	for (size_t i = 0; i < dev->nr_vectors; i++) {
		const char *part = part_of(dev, dev->vectors[i].action);

		if (!part || dev->vectors[i].shared || !strcmp(part, own))
			return (int)i;
		/* virtio-scsi names all of its request queues alike: in the order of their IRQs */
		if (!strcmp(part, name) && !index--)
			return (int)i;
	}
	return -1;
}
