// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * placement.c - chooses the device, and works out from the guest's map what each worker's
 * interrupts will cost. Knows the map; starts nothing and opens nothing.
 */
#include "plan/placement.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "guest/rootfile.h"
#include "plan/config.h"
#include "plan/netplan.h"

/* the map has no others than virtio-blk, virtio-scsi and NVMe */
static bool is_disk(const struct irq_device *dev)
{
	return dev->kind == DEVICE_BLOCK && dev->node[0];
}

static const struct irq_device *first_disk(const struct guest *guest, size_t *nr)
{
	const struct irq_device *first = NULL;

	*nr = 0;
	for (size_t i = 0; i < guest->irqmap.nr_devices; i++) {
		const struct irq_device *dev = &guest->irqmap.devices[i];

		if (!is_disk(dev))
			continue;
		(*nr)++;
		if (!first)
			first = dev;
	}
	return first;
}

static int default_device(struct plan *plan, struct plan_workload *pw, const struct guest *guest)
{
	size_t nr;

	pw->device = first_disk(guest, &nr);
	if (!pw->device)
		return err_cannot("%s: this guest has no virtio-blk, virtio-scsi or NVMe disk",
				  pw->workload->name);
	if (asprintf(&pw->path, "/dev/%s", pw->device->node) < 0)
		return err_nomem();
	if (nr > 1)
		return plan_note(plan, "%s: %s is the first of %zu disks; dev= chooses another",
				 pw->workload->name, pw->path, nr);
	return 0;
}

/* a hole is read without the device; so is a file without data */
static int refuse_sparse(const struct plan_workload *pw, const struct stat *st)
{
	if (st->st_blocks * 512LL >= st->st_size)
		return 0;
	return err_usage("%s: %s has holes (%lld of %lld bytes allocated), and reading a hole "
			 "makes no interrupt: write it full",
			 pw->workload->name, pw->path, st->st_blocks * 512LL,
			 (long long)st->st_size);
}

/* what lies between a device and its disk is said; without a disk of ours, refused */
static int device_of_number(struct plan *plan, struct plan_workload *pw, const struct guest *guest,
			    dev_t dev)
{
	const char *name = pw->workload->name;
	char layers[256];

	pw->device = irqmap_of_dev(&guest->irqmap, guest->root, dev, layers, sizeof(layers));
	if (pw->device && layers[0])
		return plan_note(plan, "%s: %s is read from %s through %s", name, pw->path,
				 pw->device->node, layers);
	if (pw->device)
		return 0;
	if (layers[0])
		return err_cannot("%s: '%s' is on %s, not on one virtio-blk, virtio-scsi or NVMe "
				  "disk (dev= names a disk or a file on one)",
				  name, pw->path, layers);
	return err_cannot("%s: '%s' is not on a block device (device %u:%u)", name, pw->path,
			  major(dev), minor(dev));
}

static int device_of_path(struct plan *plan, struct plan_workload *pw, const struct guest *guest)
{
	const char *name = pw->workload->name;
	char path[8192];
	struct stat st;
	int ret;

	if (stat(guest_path(guest, pw->path, path, sizeof(path)), &st))
		return errno == ENOENT || errno == ENOTDIR
			       ? err_cannot("%s: no such device or file: %s", name, pw->path)
			       : err_failed(-errno, "%s: cannot stat %s: %s", name, pw->path,
					    strerror(errno));
	if (!S_ISBLK(st.st_mode) && !S_ISREG(st.st_mode))
		return err_usage("%s: %s is neither a block device nor a file", name, pw->path);
	ret = device_of_number(plan, pw, guest, S_ISBLK(st.st_mode) ? st.st_rdev : st.st_dev);
	return ret || !S_ISREG(st.st_mode) ? ret : refuse_sparse(pw, &st);
}

/* a recorded guest has no device nodes: its block devices are known by name */
static bool recorded_number(const struct guest *guest, const char *path, dev_t *dev)
{
	char numbers[32];
	unsigned int maj, min;

	if (guest->machine.live || strncmp(path, "/dev/", 5) || strchr(path + 5, '/') ||
	    rootfile_text(numbers, sizeof(numbers), guest->root, "sys/block/%s/dev", path + 5) <
		    0 ||
	    sscanf(numbers, "%u:%u", &maj, &min) != 2)
		return false;
	*dev = makedev(maj, min);
	return true;
}

static const struct irq_device *recorded_device(const struct guest *guest, const char *path)
{
	const struct irq_device *dev;

	if (guest->machine.live || strncmp(path, "/dev/", 5))
		return NULL;
	dev = irqmap_find(&guest->irqmap, path + 5);
	return dev && is_disk(dev) ? dev : NULL;
}

static int collect_irqs(struct plan_workload *pw)
{
	const struct irq_device *dev = pw->device;

	pw->irqs = calloc(dev->nr_queues + 1, sizeof(*pw->irqs));
	if (!pw->irqs)
		return err_nomem();
	for (size_t q = 0; q < dev->nr_queues; q++) {
		unsigned int irq;
		size_t i;

		if (dev->queues[q].vector < 0)
			continue;
		irq = dev->vectors[dev->queues[q].vector].irq;
		for (i = 0; i < pw->nr_irqs && pw->irqs[i] != irq; i++)
			;
		if (i == pw->nr_irqs)
			pw->irqs[pw->nr_irqs++] = irq;
	}
	return 0;
}

int placement_find_device(struct plan *plan, struct plan_workload *pw, const struct request *req,
			  const struct guest *guest)
{
	const char *asked = config_text(pw, "dev");
	dev_t number;
	int ret;

	if (pw->workload->device == WL_DEVICE_NONE)
		return 0;
	if (pw->workload->device == WL_DEVICE_NET) {
		ret = netplan_find(plan, pw, req, guest);
	} else if (!asked) {
		ret = default_device(plan, pw, guest);
	} else {
		pw->path = strdup(asked);
		if (!pw->path)
			return err_nomem();
		pw->device = recorded_device(guest, asked);
		ret = pw->device ? 0
		      : recorded_number(guest, asked, &number)
			      ? device_of_number(plan, pw, guest, number)
			      : device_of_path(plan, pw, guest);
	}
	return ret || !pw->device ? ret : collect_irqs(pw);
}

void placement_of_worker(struct plan_worker *worker, const struct plan_workload *pw)
{
	const struct irq_queue *queue;
	const struct irq_vector *vector;

	worker->queue = worker->irq = worker->irq_cpu = -1;
	worker->irq_kind = IRQ_KIND_UNKNOWN;
	worker->placement = PLACE_NO_DEVICE;
	if (worker->counter != WL_COUNTER_VECTORS)
		worker->irq_cpu = (int)worker->target;
	if (!pw->device)
		return;
	worker->placement = PLACE_UNKNOWN;
	queue = irqmap_queue_of_cpu(pw->device, worker->cpu);
	if (!queue)
		return;
	worker->queue = (int)queue->index;
	if (!pw->device->nr_vectors) /* /proc/interrupts does not tell */
		return;
	if (queue->vector < 0) {
		worker->placement = PLACE_POLL;
		return;
	}
	vector = &pw->device->vectors[queue->vector];
	worker->irq = (int)vector->irq;
	worker->irq_kind = vector->kind;
	worker->irq_cpu = hwloc_bitmap_first(vector->effective);
	if (hwloc_bitmap_isset(vector->effective, worker->cpu)) {
		worker->irq_cpu = (int)worker->cpu;
		worker->placement = vector->shared ? PLACE_SHARED_HERE : PLACE_OWN;
	} else if (worker->irq_cpu >= 0) {
		worker->placement = PLACE_ELSEWHERE;
	}
}

/* the CPUs of a workload's workers of one placement (and vector, unless irq is -1), as a list */
static size_t cpus_of(const struct plan *plan, unsigned int workload, enum placement p, int irq,
		      char *buf, size_t size)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	size_t nr = 0;

	for (size_t i = 0; set && i < plan->nr_workers; i++) {
		const struct plan_worker *w = &plan->workers[i];

		if (w->workload != workload || w->placement != p || (irq >= 0 && w->irq != irq))
			continue;
		hwloc_bitmap_set(set, w->cpu);
		nr++;
	}
	cpulist_format(set, buf, size);
	hwloc_bitmap_free(set);
	return nr;
}

static int note_line_kind(struct plan *plan, const struct plan_workload *pw)
{
	const struct irq_device *dev = pw->device;

	for (size_t i = 0; i < dev->nr_vectors; i++) {
		const struct irq_vector *v = &dev->vectors[i];

		if (v->kind == IRQ_INTX || v->kind == IRQ_MMIO)
			return plan_note(plan,
					 "%s: %s has one %s line (IRQ %u, %s) for all its queues: "
					 "level-triggered lines"
					 " are never granted the PV-EOI fast path",
					 pw->workload->name, dev->name, irq_kind_name(v->kind),
					 v->irq, v->chip);
		if (v->shared)
			return plan_note(plan,
					 "%s: the %zu queues of %s share one vector (IRQ %u, %s): "
					 "give the device more"
					 " vectors for one interrupt a vCPU",
					 pw->workload->name, dev->nr_queues, dev->name, v->irq,
					 v->action);
	}
	return 0;
}

static int note_elsewhere(struct plan *plan, unsigned int workload)
{
	const struct plan_workload *pw = &plan->workloads[workload];
	char list[256];
	int ret = 0;

	for (size_t i = 0; !ret && i < pw->nr_irqs; i++) {
		int target = -1;

		if (!cpus_of(plan, workload, PLACE_ELSEWHERE, (int)pw->irqs[i], list, sizeof(list)))
			continue;
		for (size_t w = 0; w < plan->nr_workers; w++)
			if (plan->workers[w].irq == (int)pw->irqs[i] &&
			    plan->workers[w].placement == PLACE_ELSEWHERE)
				target = plan->workers[w].irq_cpu;
		ret = plan_note(plan,
				"%s: CPU %s has no vector of its own: IRQ %u of %s is taken on CPU "
				"%d, and each completion costs"
				" an IPI back (function call, CAL; or reschedule, RES, where the "
				"two share a cache): one more EOI",
				pw->workload->name, list, pw->irqs[i], pw->device->name, target);
	}
	return ret;
}

int placement_notes(struct plan *plan, unsigned int workload)
{
	const struct plan_workload *pw = &plan->workloads[workload];
	char list[256];
	int ret;

	if (pw->workload->counter && pw->workload->counter(pw->values) == WL_COUNTER_LOC)
		return plan_note(
			plan,
			"%s: its interrupts are counted as LOC, and so are the ticks of these CPUs",
			pw->workload->name);
	if (!pw->device)
		return 0;
	ret = note_line_kind(plan, pw);
	if (!ret)
		ret = note_elsewhere(plan, workload);
	if (!ret && cpus_of(plan, workload, PLACE_POLL, -1, list, sizeof(list)))
		ret = plan_note(plan,
				"%s: the queue of CPU %s is a poll queue: it makes no interrupt",
				pw->workload->name, list);
	if (!ret && cpus_of(plan, workload, PLACE_UNKNOWN, -1, list, sizeof(list)))
		ret = plan_note(plan,
				"%s: the kernel does not tell where the interrupts of CPU %s go",
				pw->workload->name, list);
	return ret;
}

const char *placement_name(enum placement p)
{
	switch (p) {
	case PLACE_OWN:
		return "own";
	case PLACE_SHARED_HERE:
		return "shared";
	case PLACE_ELSEWHERE:
		return "elsewhere";
	case PLACE_POLL:
		return "poll";
	case PLACE_UNKNOWN:
		return "unknown";
	case PLACE_NO_DEVICE:
		break;
	}
	return NULL;
}
