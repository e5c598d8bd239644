// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cpuid.c - prints CPUID leaves and the APIC base MSR as lines of a recorded guest, for record.sh.
 * To be linked statically (cc -static): it runs in guests that have busybox and nothing else.
 */
#include <cpuid.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#define MSR_IA32_APICBASE 0x1b

static unsigned int print_leaf(unsigned int leaf)
{
	unsigned int eax, ebx, ecx, edx;

	__cpuid_count(leaf, 0, eax, ebx, ecx, edx);
	printf("\t%x 0 %08x %08x %08x %08x\n", leaf, eax, ebx, ecx, edx);
	return ecx;
}

int main(void)
{
	int fd = open("/dev/cpu/0/msr", O_RDONLY);
	uint64_t base;

	printf("F cpuid\n");
	if (print_leaf(1) >> 31) {
		print_leaf(0x40000000);
		print_leaf(0x40000001);
	}
	if (fd >= 0 && pread(fd, &base, sizeof(base), MSR_IA32_APICBASE) == sizeof(base)) {
		printf("X dev/cpu/0/msr\n\t");
		for (int i = 0; i < MSR_IA32_APICBASE; i++) /* the MSR's number is its offset */
			printf("00");
		for (int i = 0; i < 8; i++)
			printf("%02x", (unsigned int)(base >> (8 * i)) & 0xff);
		printf("\n");
	}
	return 0;
}
