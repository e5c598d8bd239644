// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * machine.c - what this guest is, by hwloc, CPUID and a few files. Knows no device, and chooses
 * nothing.
 */
#include "guest/machine.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "guest/cpuid.h"
#include "guest/rootfile.h"

#define CAP_SYS_ADMIN_BIT 21 /* linux/capability.h */
#define CAP_NET_ADMIN_BIT 12
#define PCI_CONFIG_FOR_ALL                                                                         \
	64 /* what the kernel lets anybody read of a function's configuration space */
#define MSR_IA32_APICBASE 0x1b
#define X2APIC_ENABLE (UINT64_C(1) << 10)

static bool is_live(const char *root)
{
	return root[strspn(root, "/")] == '\0';
}

/* value of the first "NAME<blanks>: VALUE" line of a file below root; NULL: not there. To be freed
 */
static char *field(const char *root, const char *file, const char *name)
{
	size_t size = 0, length = strlen(name);
	char path[PATH_MAX], *line = NULL, *colon;
	FILE *stream;

	if (rootfile_path(path, sizeof(path), root, "%s", file))
		return NULL;
	stream = fopen(path, "re");
	if (!stream)
		return NULL;
	while (getline(&line, &size, stream) > 0) {
		colon = strchr(line, ':');
		if (!colon || strncmp(line, name, length) ||
		    length + strspn(line + length, " \t") != (size_t)(colon - line))
			continue;
		fclose(stream);
		memmove(line, colon + 1, strlen(colon + 1) + 1);
		line[strcspn(line, "\n")] = '\0';
		return line;
	}
	fclose(stream);
	free(line);
	return NULL;
}

static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *s = words; *s; s += strcspn(s, " \t")) {
		s += strspn(s, " \t");
		if (strcspn(s, " \t") == length && !strncmp(s, word, length))
			return true;
	}
	return false;
}

/*
 * The MSR says it; else a CPU without the flag can't be in x2APIC mode (a kernel that was told not
 * to use it takes the flag away). A CPU with the flag may be in either.
 */
static enum apic_mode read_apic_mode(const char *root)
{
	auto_free char *flags = NULL;
	auto_close int fd = -1;
	char path[PATH_MAX];
	uint64_t base;

	if (!rootfile_path(path, sizeof(path), root, "dev/cpu/0/msr"))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && pread(fd, &base, sizeof(base), MSR_IA32_APICBASE) == sizeof(base))
		return base & X2APIC_ENABLE ? APIC_X2APIC : APIC_XAPIC;
	flags = field(root, "proc/cpuinfo", "flags");
	return flags && !has_word(flags, "x2apic") ? APIC_XAPIC : APIC_UNKNOWN;
}

static void read_names(struct machine *m, const char *root)
{
	auto_free char *model = field(root, "proc/cpuinfo", "model name");

	if (rootfile_text(m->kernel, sizeof(m->kernel), root, "proc/sys/kernel/osrelease") < 0)
		snprintf(m->kernel, sizeof(m->kernel), "unknown");
	if (rootfile_text(m->host, sizeof(m->host), root, "proc/sys/kernel/hostname") < 0)
		m->host[0] = '\0';
	if (model)
		snprintf(m->cpu_model, sizeof(m->cpu_model), "%s", model + strspn(model, " \t"));
}

/*
 * CAP_SYS_ADMIN counts only if it is the initial user namespace's. A PCI function tells: without it
 * the kernel gives the first 64 bytes of its configuration space and no more.
 */
static bool read_sys_admin(const char *root)
{
	auto_free char *effective = field(root, "proc/self/status", "CapEff");
	char name[NAME_MAX + 1], config[PCI_CONFIG_FOR_ALL + 2];
	int length;

	if (!effective || !(strtoull(effective, NULL, 16) & (1u << CAP_SYS_ADMIN_BIT)))
		return false;
	if (rootfile_first(name, sizeof(name), root, "sys/bus/pci/devices"))
		return true;
	length = rootfile_read(config, sizeof(config), root, "sys/bus/pci/devices/%s/config", name);
	return length < 0 || length > PCI_CONFIG_FOR_ALL;
}

static bool read_net_admin(const char *root)
{
	auto_free char *effective = field(root, "proc/self/status", "CapEff");

	return effective && strtoull(effective, NULL, 16) & (1u << CAP_NET_ADMIN_BIT);
}

static bool read_io_uring_disabled(const struct machine *m, const char *root)
{
	long group, disabled = rootfile_number(root, "proc/sys/kernel/io_uring_disabled");

	if (disabled != 1 || m->pci_caps)
		return disabled == 2;
	group = rootfile_number(root, "proc/sys/kernel/io_uring_group");
	return !(m->live && group >= 0 &&
		 (getegid() == (gid_t)group || group_member((gid_t)group)));
}

/*
 * hwloc takes a root directory from the environment only. Without its x86 back end, which visits
 * every CPU to ask it (and would ask this one about a recorded guest): sysfs has all we need.
 */
static int load_topology(struct machine *m, const char *root)
{
	const char *fsroot = getenv("HWLOC_FSROOT");
	auto_free char *before = fsroot ? strdup(fsroot) : NULL;
	int ret;

	if (fsroot && !before)
		return err_nomem();
	if (hwloc_topology_init(&m->topology)) {
		m->topology = NULL;
		return err_nomem();
	}
	hwloc_topology_set_components(m->topology, HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST, "x86");
	if (!m->live && setenv("HWLOC_FSROOT", root, 1))
		return err_nomem();
	ret = hwloc_topology_load(m->topology);
	if (!m->live && before)
		setenv("HWLOC_FSROOT", before, 1);
	else if (!m->live)
		unsetenv("HWLOC_FSROOT");
	/* where it finds no topology in a root directory, it falls back on the number of CPUs here
	 */
	if (ret ||
	    (!m->live &&
	     !hwloc_bitmap_isincluded(m->online, hwloc_topology_get_complete_cpuset(m->topology))))
		return err_failed(-EIO, "hwloc cannot tell the CPUs of %s",
				  m->live ? "this machine" : root);
	if (m->live && !hwloc_topology_is_thissystem(m->topology))
		return err_failed(-EINVAL,
				  "HWLOC_* in the environment make hwloc describe another machine");
	return 0;
}

static int read_cpulist(hwloc_bitmap_t set, const char *root, const char *file)
{
	int ret = rootfile_cpulist(set, root, "%s", file);

	return ret ? err_failed(ret, "cannot read %s/%s: %s", is_live(root) ? "" : root, file,
				strerror(-ret))
		   : 0;
}

static int read_cpus(struct machine *m, const char *root)
{
	hwloc_bitmap_t *const sets[] = { &m->possible, &m->online, &m->allowed, &m->usable };
	int ret;

	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		*sets[i] = hwloc_bitmap_alloc();
		if (!*sets[i])
			return err_nomem();
	}
	ret = read_cpulist(m->possible, root, "sys/devices/system/cpu/possible");
	if (!ret)
		ret = read_cpulist(m->online, root, "sys/devices/system/cpu/online");
	if (!ret)
		ret = load_topology(m, root);
	if (ret)
		return ret;
	hwloc_bitmap_and(m->allowed, hwloc_topology_get_allowed_cpuset(m->topology), m->online);
	hwloc_bitmap_copy(m->usable, m->allowed);
	if (m->live) {
		hwloc_bitmap_t bound = hwloc_bitmap_alloc();

		if (!bound)
			return err_nomem();
		/*
		 * sched_getaffinity() names online CPUs that this process may use, whatever a
		 * virtualised sysfs (lxcfs) says.
		 */
		if (!hwloc_get_cpubind(m->topology, bound, HWLOC_CPUBIND_THREAD)) {
			hwloc_bitmap_or(m->possible, m->possible, bound);
			hwloc_bitmap_or(m->online, m->online, bound);
			hwloc_bitmap_or(m->allowed, m->allowed, bound);
			hwloc_bitmap_copy(m->usable, bound);
		}
		hwloc_bitmap_free(bound);
	}
	return 0;
}

/*
 * Where user mode's CPUID does not trap (PVM, Xen PV) it shows the machine below. The kernel's clock
 * is from the hypervisor that the kernel sees: if that is another one, CPUID knows nothing of it.
 */
static void doubt_cpuid(struct machine *m, const char *root)
{
	char clocks[256], type[32];

	if (m->pv_eoi_offered != NO)
		return;
	if (rootfile_text(clocks, sizeof(clocks), root,
			  "sys/devices/system/clocksource/clocksource0/available_clocksource") >
		    0 &&
	    strcmp(m->hypervisor, "KVM") && has_word(clocks, "kvm-clock"))
		m->pv_eoi_offered = UNKNOWN;
	if (rootfile_text(type, sizeof(type), root, "sys/hypervisor/type") > 0 &&
	    !strcmp(type, "xen") && strcmp(m->hypervisor, "Xen")) {
		snprintf(m->hypervisor, sizeof(m->hypervisor), "Xen");
		m->pv_eoi_offered = UNKNOWN;
	}
}

int machine_read(struct machine *m, const char *root)
{
	int ret;

	memset(m, 0, sizeof(*m));
	m->live = is_live(root);
	read_names(m, root);
	ret = cpuid_hypervisor(m->live ? NULL : root, m->hypervisor, sizeof(m->hypervisor),
			       &m->pv_eoi_offered);
	doubt_cpuid(m, root);
	if (!ret)
		ret = read_cpus(m, root);
	if (ret) {
		machine_fini(m);
		return ret;
	}
	m->apic_mode = read_apic_mode(root);
	m->pci_caps = read_sys_admin(root);
	m->net_admin = read_net_admin(root);
	m->io_uring_disabled = read_io_uring_disabled(m, root);
	return 0;
}

void machine_fini(struct machine *m)
{
	if (m->topology)
		hwloc_topology_destroy(m->topology);
	hwloc_bitmap_free(m->possible);
	hwloc_bitmap_free(m->online);
	hwloc_bitmap_free(m->allowed);
	hwloc_bitmap_free(m->usable);
	memset(m, 0, sizeof(*m));
}

/* INDEX or INDEX-INDEX; where it ends, or NULL */
static const char *parse_range(const char *s, unsigned long *from, unsigned long *to)
{
	char *end;

	if (!isdigit((unsigned char)*s))
		return NULL;
	errno = 0;
	*from = *to = strtoul(s, &end, 10);
	if (!errno && *end == '-' && isdigit((unsigned char)end[1]))
		*to = strtoul(end + 1, &end, 10);
	return errno || *to < *from || (*end && *end != ',') ? NULL : end;
}

static int location_depth(const struct machine *m, const char *word, size_t length,
			  const char *location, int *depth)
{
	char type[32];

	snprintf(type, sizeof(type), "%.*s", (int)length, word);
	if (!length || length >= sizeof(type) ||
	    hwloc_type_sscanf_as_depth(type, NULL, m->topology, depth) ||
	    *depth == HWLOC_TYPE_DEPTH_MULTIPLE)
		return err_usage("%s: no hwloc type '%.*s'", location, (int)length, word);
	if (*depth == HWLOC_TYPE_DEPTH_UNKNOWN)
		return err_usage("%s: this machine has no %s", location, type);
	return 0;
}

int machine_location(const struct machine *m, const char *location, hwloc_bitmap_t set)
{
	hwloc_bitmap_t named = hwloc_bitmap_alloc();
	const char *s = location;
	int depth = HWLOC_TYPE_DEPTH_UNKNOWN, ret = 0;

	if (!named)
		return err_nomem();
	while (!ret) {
		size_t word = strcspn(s, ":,");
		unsigned long from, to, i;

		if (s[word] == ':') { /* "core:0,2" and "core:0,package:1" are both meant */
			ret = location_depth(m, s, word, location, &depth);
			s += word + 1;
		}
		if (ret)
			break;
		s = depth == HWLOC_TYPE_DEPTH_UNKNOWN ? NULL : parse_range(s, &from, &to);
		if (!s) {
			ret = err_usage("%s: want TYPE:INDEX[-INDEX][,…], such as core:0-1",
					location);
			break;
		}
		for (i = from; !ret && i <= to; i++) {
			hwloc_obj_t obj = i > UINT_MAX ? NULL
						       : hwloc_get_obj_by_depth(m->topology, depth,
										(unsigned int)i);

			if (!obj)
				ret = err_usage("%s: there is no such object %lu", location, i);
			else
				hwloc_bitmap_or(named, named, obj->cpuset);
		}
		if (!*s++)
			break;
	}
	if (!ret)
		hwloc_bitmap_or(set, set, named);
	hwloc_bitmap_free(named);
	return ret;
}

const char *apic_mode_name(enum apic_mode mode)
{
	switch (mode) {
	case APIC_XAPIC:
		return "xapic";
	case APIC_X2APIC:
		return "x2apic";
	case APIC_UNKNOWN:
		break;
	}
	return NULL;
}
