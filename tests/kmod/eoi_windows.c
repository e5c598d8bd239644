// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * eoi_windows.c - the counters of the windows between marks, for a comparison with the host's trace
 *
 *	eoi_windows MS MODE...		MODE: pv, msr, ignored; mark (the mode stays); timed, untimed (a mark too)
 *
 * Makes a mark for each MODE, waits MS after it, and one more at the end. Prints for each window
 * and online CPU
 *	window MARK cpu CPU fast N msr N
 *	source MARK cpu CPU NAME fast N msr N level N	for each source that had any; NAME is irqN, timer, unclaimed, ...
 *	noeoi MARK cpu CPU N				handlers without an EOI of their own, if there were any
 *	cost MARK cpu CPU PATH nr N mean CYCLES		timed windows
 * where MARK is the number, on that CPU, of the mark that begins the window. Exits 1, and says so,
 * when sources or a timed window's histograms do not add up to the window's fast and msr. Who makes
 * interrupts is not its business.
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "irqstorm_eoi.h"

typedef unsigned long long ull;

static struct irqstorm_eoi_header h;
static const char *map;
static int broken;

static void die(const char *what)
{
	fprintf(stderr, "eoi_windows: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* true: the window that it begins is timed */
static bool begin(int fd, const char *what, bool timed)
{
	struct irqstorm_eoi_timing t = { .on = !strcmp(what, "timed") };
	struct irqstorm_eoi_mode m = { 0 };

	if (t.on || !strcmp(what, "untimed")) {
		if (ioctl(fd, IRQSTORM_EOI_SET_TIMING, &t))
			die(what);
		timed = t.on;
	} else if (strcmp(what, "mark")) {
		m.mode = !strcmp(what, "msr")	    ? IRQSTORM_EOI_MODE_MSR
			 : !strcmp(what, "ignored") ? IRQSTORM_EOI_MODE_IGNORED
						    : IRQSTORM_EOI_MODE_PV;
		if (ioctl(fd, IRQSTORM_EOI_SET_MODE, &m))
			die(what);
		return timed;
	}
	if (ioctl(fd, IRQSTORM_EOI_MARK))
		die(what);
	return timed;
}

static const char *record(unsigned int cpu)
{
	return map + h.header_size + (size_t)cpu * h.record_size;
}

struct sum {
	ull fast, msr;
};

static void add(struct sum *sum, ull mark, unsigned int cpu, const char *name,
		const struct irqstorm_eoi_source *now, const struct irqstorm_eoi_source *was)
{
	const ull fast = now->fast - was->fast, msr = now->msr - was->msr,
		  level = now->level - was->level;

	sum->fast += fast;
	sum->msr += msr;
	if (fast || msr || level)
		printf("source %llu cpu %u %s fast %llu msr %llu level %llu\n", mark, cpu, name,
		       fast, msr, level);
}

static void print_sources(ull mark, unsigned int cpu, const char *now, const char *was,
			  struct sum window)
{
	static const char *const vectors[] = { "timer", "reschedule", "callfunc", "callfunc1",
					       "irqwork" };
	const struct irqstorm_eoi_block *n = (const void *)now, *w = (const void *)was;
	const struct irqstorm_eoi_source *ns, *ws;
	struct sum sum = { 0, 0 };
	char name[32];
	unsigned int i;

	if (!(h.flags & IRQSTORM_EOI_F_SOURCES))
		return;
	add(&sum, mark, cpu, "unclaimed", &n->unclaimed, &w->unclaimed);
	add(&sum, mark, cpu, "other", &n->other_irq, &w->other_irq);
	ns = (const void *)(now + h.vectors_offset);
	ws = (const void *)(was + h.vectors_offset);
	for (i = 0; i < h.nr_vectors; i++)
		add(&sum, mark, cpu, i < sizeof(vectors) / sizeof(*vectors) ? vectors[i] : "vector",
		    &ns[i], &ws[i]);
	ns = (const void *)(now + h.irqs_offset);
	ws = (const void *)(was + h.irqs_offset);
	for (i = 0; i < h.nr_irqs; i++) {
		snprintf(name, sizeof(name), "irq%u", i);
		add(&sum, mark, cpu, name, &ns[i], &ws[i]);
	}
	if (n->no_eoi != w->no_eoi)
		printf("noeoi %llu cpu %u %llu\n", mark, cpu, (ull)(n->no_eoi - w->no_eoi));
	if (sum.fast != window.fast || sum.msr != window.msr) {
		printf("broken: the sources of window %llu cpu %u are %llu/%llu\n", mark, cpu,
		       sum.fast, sum.msr);
		broken = 1;
	}
}

/* whole: timed from mark to mark; a window in which timing begins or ends has some, and says
 * nothing */
static void print_cost(ull mark, unsigned int cpu, const char *now, const char *was,
		       struct sum window, bool whole)
{
	const struct irqstorm_eoi_block *n = (const void *)now, *w = (const void *)was;
	const uint64_t *nh = (const void *)(now + h.hist_offset),
		       *wh = (const void *)(was + h.hist_offset);
	const ull cycles[2] = { n->cycles_fast - w->cycles_fast, n->cycles_msr - w->cycles_msr };
	ull nr[2] = { 0, 0 };
	unsigned int i;

	for (i = 0; i < 2 * h.nr_buckets; i++)
		nr[i / h.nr_buckets] += nh[i] - wh[i];
	for (i = 0; i < 2; i++) {
		if (nr[i])
			printf("cost %llu cpu %u %s nr %llu mean %llu\n", mark, cpu,
			       i ? "msr" : "fast", nr[i], cycles[i] / nr[i]);
	}
	if (whole && (nr[0] != window.fast || nr[1] != window.msr)) {
		printf("broken: the histograms of window %llu cpu %u have %llu/%llu\n", mark, cpu,
		       nr[0], nr[1]);
		broken = 1;
	}
}

int main(int argc, char **argv)
{
	bool timed = false, was_timed;
	unsigned int cpu;
	char *last;
	int fd, i;

	if (argc < 3) {
		fprintf(stderr, "usage: eoi_windows MS pv|msr|ignored|mark|timed|untimed...\n");
		return 2;
	}
	fd = open("/dev/" IRQSTORM_EOI_DEV, O_RDWR | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, IRQSTORM_EOI_GET_INFO, &h))
		die("/dev/" IRQSTORM_EOI_DEV);
	map = mmap(NULL, h.map_size, PROT_READ, MAP_SHARED, fd, 0);
	last = calloc(h.nr_records, h.record_size);
	if (map == MAP_FAILED || !last)
		die("mapping");

	for (i = 2; i <= argc; i++) {
		was_timed = timed;
		timed = begin(fd, i < argc ? argv[i] : "mark", timed);
		for (cpu = 0; cpu < h.nr_records; cpu++) {
			char *was = last + (size_t)cpu * h.record_size;
			const struct irqstorm_eoi_cpu *n = (const void *)record(cpu),
						      *w = (const void *)was;
			const struct sum window = { n->mark_fast - w->mark_fast,
						    n->mark_msr - w->mark_msr };

			if (i > 2 && n->nr_marks == w->nr_marks + 1) {
				printf("window %llu cpu %u fast %llu msr %llu\n", (ull)w->nr_marks,
				       cpu, window.fast, window.msr);
				print_sources(w->nr_marks, cpu, record(cpu) + h.marked_offset,
					      was + h.marked_offset, window);
				print_cost(w->nr_marks, cpu, record(cpu) + h.marked_offset,
					   was + h.marked_offset, window, was_timed && timed);
			}
			memcpy(was, record(cpu), h.record_size);
		}
		if (i < argc)
			usleep(atoi(argv[1]) * 1000);
	}
	return broken;
}
