// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cpuid.c - who the hypervisor is and whether it offers PV-EOI. Knows CPUID leaves and nothing
 * else.
 */
#include "guest/cpuid.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "base/err.h"
#include "guest/rootfile.h"

#define CPUID_FEATURES 1
#define HYPERVISOR_BIT (1u << 31) /* of ecx */
#define HYPERVISOR_BASE 0x40000000u
#define HYPERVISOR_END 0x40010000u /* where the kernel's cpuid_base_hypervisor() stops, too */
#define HYPERVISOR_STEP 0x100u
#define KVM_SIGNATURE "KVMKVMKVM"
#define KVM_FEATURES 1 /* after the base */
#define KVM_FEATURE_PV_EOI_BIT (1u << 6)
#define MAX_LEAVES 64

struct leaf {
	uint32_t leaf, subleaf, eax, ebx, ecx, edx;
};

struct leaves {
	struct leaf recorded[MAX_LEAVES];
	size_t nr;
	bool live;
};

static bool get_leaf(const struct leaves *all, uint32_t leaf, struct leaf *l)
{
	for (size_t i = 0; i < all->nr; i++) {
		*l = all->recorded[i];
		if (l->leaf == leaf && !l->subleaf)
			return true;
	}
	memset(l, 0, sizeof(*l));
#if defined(__x86_64__) || defined(__i386__)
	if (all->live) { /* no check of the highest leaf: a hypervisor's are beyond it */
		__cpuid_count(leaf, 0, l->eax, l->ebx, l->ecx, l->edx);
		return true;
	}
#endif
	return false;
}

static int parse_leaves(struct leaves *all, char *text)
{
	char *line, *save = NULL;
	int end;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct leaf l;

		if (line[0] == '#')
			continue;
		end = -1; /* sscanf would take signs and "0x" as well */
		if (line[strspn(line, "0123456789abcdef ")] ||
		    sscanf(line, "%8x %8x %8x %8x %8x %8x %n", &l.leaf, &l.subleaf, &l.eax, &l.ebx,
			   &l.ecx, &l.edx, &end) != 6 ||
		    end < 0 || line[end] || all->nr == MAX_LEAVES)
			return err_failed(
				-EINVAL,
				"cpuid: '%.64s' is not a leaf, a subleaf and four registers", line);
		all->recorded[all->nr++] = l;
	}
	return 0;
}

static void signature_of(const struct leaf *l, char text[13])
{
	memcpy(text, &l->ebx, 4);
	memcpy(text + 4, &l->ecx, 4);
	memcpy(text + 8, &l->edx, 4);
	text[12] = '\0';
	for (char *s = text; *s; s++)
		if (*s < ' ' || *s > '~')
			*s = '?';
	for (size_t length = strlen(text); length && text[length - 1] == ' '; length--)
		text[length - 1] = '\0';
}

static const char *name_of(const char *signature)
{
	static const char *const names[][2] = {
		{ "Microsoft Hv", "Hyper-V" }, { "XenVMMXenVMM", "Xen" },
		{ "VMwareVMware", "VMware" },  { "TCGTCGTCGTCG", "QEMU TCG" },
		{ "bhyve bhyve", "bhyve" },    { "ACRNACRNACRN", "ACRN" },
		{ "prl hyperv", "Parallels" }, { "VBoxVBoxVBox", "VirtualBox" },
		{ "QNXQVMBSQG", "QNX" },       { "Jailhouse", "Jailhouse" },
		{ "UnisysSpar64", "s-Par" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(signature, names[i][0]))
			return names[i][1];
	return *signature ? signature : "unknown";
}

/* KVM is not at the first base where it shows Hyper-V's face as well: look for it everywhere, as
 * the kernel does */
static void identify(const struct leaves *all, char *hypervisor, size_t size,
		     enum tristate *pv_eoi_offered)
{
	struct leaf l;
	char signature[13];

	*pv_eoi_offered = NO;
	if (!get_leaf(all, CPUID_FEATURES, &l) || !(l.ecx & HYPERVISOR_BIT)) {
		snprintf(hypervisor, size, "none");
		return;
	}
	for (uint32_t base = HYPERVISOR_BASE; base < HYPERVISOR_END; base += HYPERVISOR_STEP) {
		if (!get_leaf(all, base, &l))
			continue;
		signature_of(&l, signature);
		if (strcmp(signature, KVM_SIGNATURE))
			continue;
		snprintf(hypervisor, size, "KVM");
		if (get_leaf(all, base + KVM_FEATURES, &l) && l.eax & KVM_FEATURE_PV_EOI_BIT)
			*pv_eoi_offered = YES;
		return;
	}
	get_leaf(all, HYPERVISOR_BASE, &l);
	signature_of(&l, signature);
	snprintf(hypervisor, size, "%s", name_of(signature));
}

int cpuid_hypervisor(const char *root, char *hypervisor, size_t size, enum tristate *pv_eoi_offered)
{
	struct leaves all = { .live = !root };
	char text[8192];
	int ret;

	snprintf(hypervisor, size, "unknown");
	*pv_eoi_offered = UNKNOWN;
#if !defined(__x86_64__) && !defined(__i386__)
	if (!root)
		return 0;
#endif
	if (root) {
		if (rootfile_text(text, sizeof(text), root, "cpuid") < 0)
			return 0;
		ret = parse_leaves(&all, text);
		if (ret)
			return ret;
	}
	identify(&all, hypervisor, size, pv_eoi_offered);
	return 0;
}
