/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irqmap.h - device -> queue -> vector -> CPU, as libpci, sysfs and /proc tell it
 *
 * Facts only: which queue is to be used, and whether that is any good, is the plan's. virtioN is
 * the key that joins them: PCI function -> virtioN -> "virtioN-req.Q" (its IRQ) -> Q ->
 * mq/Q/cpu_list.
 */
#ifndef IRQSTORM_IRQMAP_H
#define IRQSTORM_IRQMAP_H

#include <sys/types.h>
#include "guest/machine.h"

enum irq_kind { IRQ_MSIX, IRQ_MSI, IRQ_INTX, IRQ_MMIO, IRQ_KIND_UNKNOWN };
enum msix_state {
	MSIX_UNKNOWN,
	MSIX_NONE,
	MSIX_DISABLED,
	MSIX_ENABLED
}; /* UNKNOWN: no CAP_SYS_ADMIN, capability unseen */
enum device_kind { DEVICE_BLOCK, DEVICE_NET, DEVICE_OTHER };

struct irq_vector {
	unsigned int irq; /* Linux IRQ number */
	enum irq_kind kind;
	char action[64];	 /* last column of /proc/interrupts: "virtio1-req.0" */
	char chip[48];		 /* "PCI-MSI", "PCI-MSIX-0000:00:02.0", "IO-APIC" */
	bool shared;		 /* serves more than one queue (virtioN-virtqueues), or INTx/mmio */
	hwloc_bitmap_t affinity; /* proc/irq/N/smp_affinity_list */
	hwloc_bitmap_t effective; /* effective_affinity_list: online CPUs; empty if all of affinity
				     is offline. May lag */
};

struct irq_queue {
	unsigned int index;  /* sys/block/DISK/mq/INDEX; for net the RX/TX pair */
	hwloc_bitmap_t cpus; /* CPUs whose requests go here */
	int vector; /* index into vectors, -1: none (a poll queue) or unknown; of a net pair the RX
		       one */
	int tx_vector; /* of a net pair; else -1 */
};

struct irq_device {
	char name[32];		   /* "virtio1", "nvme0" */
	char bdf[16];		   /* "0000:00:02.0", "" for virtio-mmio */
	char driver[32];	   /* "virtio_blk", "virtio_scsi", "nvme" */
	char node[32];		   /* "vda", "sda", "nvme0n1", "eth0", "" */
	char disk[192];		   /* of a block device: its directory in sysfs */
	unsigned int major, minor; /* of a block device */
	enum device_kind kind;
	enum msix_state msix;
	unsigned int msix_size;	    /* table entries, 0 unless the capability was seen */
	struct irq_vector *vectors; /* by IRQ number; config vectors too */
	size_t nr_vectors;
	struct irq_queue *queues;
	size_t nr_queues;
};

struct irqmap {
	struct irq_device *devices; /* virtio, by name in version order (virtio2 before virtio10),
				       then more disks of virtio-scsi, then NVMe disks */
	size_t nr_devices;
	char no_interrupts_why[256]; /* why no vector is known, as a sentence; "": they are */
};

int irqmap_read(struct irqmap *map, const struct machine *m, const char *root);
void irqmap_fini(struct irqmap *map);

/* the device with this node ("vda") or name ("virtio1"); NULL */
const struct irq_device *irqmap_find(const struct irqmap *map, const char *node_or_name);
/*
 * The disk that holds what has this st_dev; a partition's is its disk, and a device of device mapper
 * or md is followed down while it has one slave. NULL: none of ours. layers (>= 64 bytes) names what
 * lies between, "dm-1 (vg0-root) on dm-0 (luks) on vda2"; without a disk of ours, down to the last
 * one ("dm-0", "nvme0n1", "md0 on vda, vdb"); "": nothing, or no block device.
 */
const struct irq_device *irqmap_of_dev(const struct irqmap *map, const char *root, dev_t dev,
				       char *layers, size_t size);
/* puts the devices from this one on into the order of their nodes; readdir() has none */
void irqmap_sort_from(struct irqmap *map, size_t first);
/* major and minor of the disk whose directory is known */
void irqmap_read_numbers(struct irq_device *dev, const char *root);
/* the queue that takes requests from this CPU; NULL */
const struct irq_queue *irqmap_queue_of_cpu(const struct irq_device *dev, unsigned int cpu);

const char *irq_kind_name(enum irq_kind kind);	    /* "MSI-X" … */
const char *msix_state_name(enum msix_state state); /* "unknown" … */

#endif
