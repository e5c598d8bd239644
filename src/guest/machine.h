/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine.h - what this guest is: kernel, hypervisor, APIC, and which vCPUs there are
 *
 * Every path is below a root directory ("/" for the running guest), so a recorded guest is input
 * like any other. A set of CPUs is an hwloc bitmap of Linux CPU numbers.
 */
#ifndef IRQSTORM_MACHINE_H
#define IRQSTORM_MACHINE_H

#include <stdbool.h>
#include <hwloc.h>

enum tristate { UNKNOWN = -1, NO = 0, YES = 1 };
enum apic_mode { APIC_UNKNOWN, APIC_XAPIC, APIC_X2APIC };

struct machine {
	char kernel[128];    /* proc/sys/kernel/osrelease */
	char hypervisor[16]; /* "KVM", "Hyper-V", "Xen", "VMware", else the CPUID signature; "none";
				"unknown" */
	char host[65];	     /* proc/sys/kernel/hostname; "": unknown */
	char cpu_model[64];  /* proc/cpuinfo, the first CPU's model name; "": unknown */
	enum tristate pv_eoi_offered; /* CPUID 0x40000001 eax bit 6 (KVM_FEATURE_PV_EOI); UNKNOWN
					 where there is no CPUID */
	enum apic_mode apic_mode;
	bool live;		/* the root is "/": threads can be pinned here */
	bool pci_caps;		/* capabilities of PCI devices can be read (CAP_SYS_ADMIN) */
	bool net_admin;		/* CAP_NET_ADMIN, of whatever user namespace */
	bool io_uring_disabled; /* proc/sys/kernel/io_uring_disabled is 2, or 1 without
				   CAP_SYS_ADMIN */
	hwloc_topology_t topology;
	hwloc_bitmap_t possible; /* sys/devices/system/cpu/possible */
	hwloc_bitmap_t online;	 /* sys/devices/system/cpu/online */
	hwloc_bitmap_t allowed;	 /* in this cpuset (hwloc), and online */
	hwloc_bitmap_t usable;	 /* the default: this process's affinity mask; of a recorded guest
				    allowed */
};

/* 0 or -errno with a sentence; machine_fini takes a zeroed or half-read struct */
int machine_read(struct machine *m, const char *root);
void machine_fini(struct machine *m);

/*
 * the CPUs that an hwloc location names: TYPE:INDEX[-INDEX][,…] by logical index, e.g. "package:0",
 * "numa:1", "core:0-1". Adds to set; -EINVAL with a sentence for an unknown type or an index that
 * is not there.
 */
int machine_location(const struct machine *m, const char *location, hwloc_bitmap_t set);

const char *apic_mode_name(enum apic_mode mode); /* "x2apic", "xapic", NULL for unknown */

#endif
