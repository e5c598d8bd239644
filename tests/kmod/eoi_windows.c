// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * eoi_windows.c - the counters of the windows between marks, for a comparison with the host's trace
 *
 *	eoi_windows MS MODE...		MODE: pv, msr, or mark (the mode stays)
 *
 * Makes a mark for each MODE, waits MS after it, and one more at the end. Prints for each window and online CPU
 *	window MARK cpu CPU fast N msr N
 * where MARK is the number, on that CPU, of the mark that begins the window. Who makes interrupts is not its business.
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "irqstorm_eoi.h"

static void die(const char *what)
{
	fprintf(stderr, "eoi_windows: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void begin(int fd, const char *mode)
{
	struct irqstorm_eoi_mode m = { .mode = !strcmp(mode, "msr") ? IRQSTORM_EOI_MODE_MSR : IRQSTORM_EOI_MODE_PV };

	if (strcmp(mode, "mark") ? ioctl(fd, IRQSTORM_EOI_SET_MODE, &m) : ioctl(fd, IRQSTORM_EOI_MARK))
		die(mode);
}

int main(int argc, char **argv)
{
	const struct irqstorm_eoi_header *h;
	struct irqstorm_eoi_header info;
	struct irqstorm_eoi_cpu *last;
	unsigned int cpu;
	int fd, i;

	if (argc < 3) {
		fprintf(stderr, "usage: eoi_windows MS pv|msr|mark...\n");
		return 2;
	}
	fd = open("/dev/" IRQSTORM_EOI_DEV, O_RDWR | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, IRQSTORM_EOI_GET_INFO, &info))
		die("/dev/" IRQSTORM_EOI_DEV);
	h = mmap(NULL, info.map_size, PROT_READ, MAP_SHARED, fd, 0);
	last = calloc(info.nr_records, sizeof(*last));
	if (h == MAP_FAILED || !last)
		die("mapping");

	for (i = 2; i <= argc; i++) {
		begin(fd, i < argc ? argv[i] : "mark");
		for (cpu = 0; cpu < info.nr_records; cpu++) {
			const volatile struct irqstorm_eoi_cpu *r =
				(const void *)((const char *)h + info.header_size + (size_t)cpu * info.record_size);

			if (i > 2 && r->nr_marks == last[cpu].nr_marks + 1)
				printf("window %llu cpu %u fast %llu msr %llu\n", (unsigned long long)last[cpu].nr_marks, cpu,
				       (unsigned long long)(r->mark_fast - last[cpu].mark_fast),
				       (unsigned long long)(r->mark_msr - last[cpu].mark_msr));
			last[cpu].nr_marks = r->nr_marks;
			last[cpu].mark_fast = r->mark_fast;
			last[cpu].mark_msr = r->mark_msr;
		}
		if (i < argc)
			usleep(atoi(argv[1]) * 1000);
	}
	return 0;
}
