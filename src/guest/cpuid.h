/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpuid.h - what CPUID says of the hypervisor; asked of the CPU, or of a recorded guest's file
 */
#ifndef IRQSTORM_CPUID_H
#define IRQSTORM_CPUID_H

#include "guest/machine.h"

/*
 * root NULL: the CPU we run on. Else ROOT/cpuid, one leaf a line: "LEAF SUBLEAF EAX EBX ECX EDX" in
 * hex, lines with # are comments. Fills in the two members of struct machine of these names; 0, or
 * -EINVAL with a sentence for a file that says something else.
 */
int cpuid_hypervisor(const char *root, char *hypervisor, size_t size,
		     enum tristate *pv_eoi_offered);

#endif
