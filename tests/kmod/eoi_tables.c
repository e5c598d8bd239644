// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * eoi_tables.c - holds the loaded module to its ABI header's sentences about sources, costs and
 * growth
 *
 * Runs as root in a guest. Says TAP; exits 0 or 1. eoi_abi.c has the rest.
 * Knows the ABI header. Must not know how the module does it, nor what the host saw.
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "irqstorm_eoi.h"
#include "tap.h"

static struct irqstorm_eoi_header h;
static const char *map;

static int dev_open(int flags)
{
	int fd = open("/dev/" IRQSTORM_EOI_DEV, flags | O_CLOEXEC);

	if (fd < 0)
		bail_out("cannot open /dev/" IRQSTORM_EOI_DEV ": %s", strerror(errno));
	return fd;
}

static int set_timing(int fd, uint32_t on, uint32_t reserved)
{
	struct irqstorm_eoi_timing t = { .on = on, .reserved = reserved };

	return ioctl(fd, IRQSTORM_EOI_SET_TIMING, &t) ? errno : 0;
}

static bool timing_now(void)
{
	return ((volatile const struct irqstorm_eoi_header *)map)->flags & IRQSTORM_EOI_F_TIMING;
}

static const char *record(unsigned int cpu)
{
	return map + h.header_size + (size_t)cpu * h.record_size;
}

static const struct irqstorm_eoi_cpu *totals(unsigned int cpu)
{
	return (const void *)record(cpu);
}

static const char *marked(unsigned int cpu)
{
	return record(cpu) + h.marked_offset;
}

/* keep a CPU from idling, so that its tick goes on */
static bool spin_on(unsigned int cpu, unsigned int ms)
{
	struct timespec t;
	cpu_set_t set;
	int64_t end;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		return false;
	clock_gettime(CLOCK_MONOTONIC, &t);
	end = t.tv_sec * 1000LL + t.tv_nsec / 1000000 + ms;
	do
		clock_gettime(CLOCK_MONOTONIC, &t);
	while (t.tv_sec * 1000LL + t.tv_nsec / 1000000 < end);
	return true;
}

static struct irqstorm_eoi_source sum_of(unsigned int cpu)
{
	const struct irqstorm_eoi_block *b = (const void *)marked(cpu);
	const struct irqstorm_eoi_source *irqs = (const void *)(marked(cpu) + h.irqs_offset);
	const struct irqstorm_eoi_source *vectors = (const void *)(marked(cpu) + h.vectors_offset);
	struct irqstorm_eoi_source sum = { b->unclaimed.fast + b->other_irq.fast,
					   b->unclaimed.msr + b->other_irq.msr, 0 };
	unsigned int i;

	for (i = 0; i < h.nr_irqs + h.nr_vectors; i++) {
		const struct irqstorm_eoi_source *s = i < h.nr_irqs ? &irqs[i]
								    : &vectors[i - h.nr_irqs];

		sum.fast += s->fast;
		sum.msr += s->msr;
		sum.level += s->level;
	}
	return sum;
}

/* the sums of the two histograms */
static void timed(unsigned int cpu, uint64_t *fast, uint64_t *msr)
{
	const uint64_t *hist = (const void *)(marked(cpu) + h.hist_offset);
	unsigned int i;

	*fast = *msr = 0;
	for (i = 0; i < h.nr_buckets; i++) {
		*fast += hist[i];
		*msr += hist[h.nr_buckets + i];
	}
}

static void test_growth(int fd)
{
	struct {
		struct irqstorm_eoi_header known;
		char more[64];
	} longer;
	char shorter[65];
	unsigned int i;
	bool zero = true;

	memset(&longer, 0x55, sizeof(longer));
	memset(shorter, 0x55, sizeof(shorter));
	ok(!ioctl(fd, _IOC(_IOC_READ, IRQSTORM_EOI_IOC, 1, 64), shorter) && shorter[64] == 0x55 &&
		   !memcmp(shorter, &h, 64),
	   "GET_INFO of a shorter header fills that and no more");
	ok(!ioctl(fd, _IOC(_IOC_READ, IRQSTORM_EOI_IOC, 1, sizeof(longer)), &longer),
	   "GET_INFO of a longer header works");
	for (i = 0; i < sizeof(longer.more); i++)
		zero &= !longer.more[i];
	ok(zero && !memcmp(&longer.known, &h, sizeof(h)),
	   "what the module does not know of it is 0");
}

static void test_layout(void)
{
	ok(h.block_size % 64 == 0 && h.live_offset >= sizeof(struct irqstorm_eoi_cpu) &&
		   h.marked_offset >= h.live_offset + h.block_size &&
		   h.record_size >= h.marked_offset + h.block_size,
	   "a record holds its counters and both blocks, one behind the other");
	ok(h.irqs_offset >= sizeof(struct irqstorm_eoi_block) &&
		   h.vectors_offset >= sizeof(struct irqstorm_eoi_block) &&
		   h.hist_offset >= sizeof(struct irqstorm_eoi_block),
	   "a block's tables begin behind its struct");
	ok(h.irqs_offset + h.nr_irqs * sizeof(struct irqstorm_eoi_source) <= h.block_size &&
		   h.vectors_offset + h.nr_vectors * sizeof(struct irqstorm_eoi_source) <=
			   h.block_size &&
		   h.hist_offset + 2 * h.nr_buckets * sizeof(uint64_t) <= h.block_size,
	   "a block holds its tables");
	ok(h.nr_vectors >= IRQSTORM_EOI_NR_V, "there is a place for every vector of the header");
	ok(!h.calib_msr_cycles == !h.calib_base_cycles, "there is a calibration or there is none");
	ok(!h.calib_msr_cycles || h.calib_msr_cycles > h.calib_base_cycles,
	   "a register write takes longer than none (%llu and %llu cycles)",
	   (unsigned long long)h.calib_msr_cycles, (unsigned long long)h.calib_base_cycles);
}

static void test_sources(int fd, unsigned int nr_cpus)
{
	struct irqstorm_eoi_source sum = { 0 };
	unsigned int cpu, i;

	for (i = 0; i < 3; i++) {
		bool closed = true, timer = true;

		for (cpu = 0; cpu < nr_cpus; cpu++)
			spin_on(cpu, 100);
		if (ioctl(fd, IRQSTORM_EOI_MARK))
			bail_out("no mark: %s", strerror(errno));
		for (cpu = 0; cpu < nr_cpus; cpu++) {
			const struct irqstorm_eoi_source *v = (const void *)(marked(cpu) +
									     h.vectors_offset);

			sum = sum_of(cpu);
			closed &= sum.fast == totals(cpu)->mark_fast &&
				  sum.msr == totals(cpu)->mark_msr;
			timer &= v[IRQSTORM_EOI_V_LOCAL_TIMER].fast +
					 v[IRQSTORM_EOI_V_LOCAL_TIMER].msr >
				 0;
		}
		if (!(h.flags & IRQSTORM_EOI_F_SOURCES)) {
			ok(!h.nr_irqs && !sum.fast && !sum.msr,
			   "without sources their counters stay 0");
			return;
		}
		ok(closed, "at a mark the sources' sums are the CPU's fast and msr, exactly");
		ok(timer, "the tick's EOIs are the local timer's");
	}
}

static void test_timing(int fd, unsigned int nr_cpus)
{
	uint64_t fast[2], msr[2], was_fast[64], was_msr[64], was_timed_fast[64], was_timed_msr[64];
	int other = dev_open(O_RDWR), rd = dev_open(O_RDONLY);
	bool all = true, some = true;
	unsigned int cpu;

	ok(set_timing(rd, 1, 0) == EPERM,
	   "SET_TIMING through a file opened for reading gives EPERM");
	ok(set_timing(fd, 2, 0) == EINVAL && set_timing(fd, 1, 1) == EINVAL,
	   "SET_TIMING with unknown values gives EINVAL");
	ok(ioctl(fd, IRQSTORM_EOI_SET_TIMING, (void *)16) && errno == EFAULT,
	   "SET_TIMING from a bad address gives EFAULT");
	ok(!timing_now(), "no EOI is timed unless somebody wants it");
	ok(!set_timing(fd, 1, 0) && timing_now() && !set_timing(fd, 1, 0),
	   "SET_TIMING works, also a second time");
	if (ioctl(fd, IRQSTORM_EOI_MARK))
		bail_out("no mark: %s", strerror(errno));
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		was_fast[cpu] = totals(cpu)->mark_fast;
		was_msr[cpu] = totals(cpu)->mark_msr;
		timed(cpu, &was_timed_fast[cpu], &was_timed_msr[cpu]);
	}
	for (cpu = 0; cpu < nr_cpus; cpu++)
		spin_on(cpu, 200);
	if (ioctl(fd, IRQSTORM_EOI_MARK))
		bail_out("no mark: %s", strerror(errno));
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		timed(cpu, &fast[0], &msr[0]);
		fast[0] -= was_timed_fast[cpu];
		msr[0] -= was_timed_msr[cpu];
		fast[1] = totals(cpu)->mark_fast - was_fast[cpu];
		msr[1] = totals(cpu)->mark_msr - was_msr[cpu];
		all &= fast[0] == fast[1] && msr[0] == msr[1];
		some &= fast[1] + msr[1] > 0;
	}
	ok(all && some, "between two marks the histograms' sums are fast and msr, exactly");
	ok(!set_timing(other, 1, 0) && !set_timing(fd, 0, 0) && timing_now(),
	   "EOIs are timed as long as any file wants it");
	close(other);
	ok(!timing_now(), "closing the last such file ends it");
	close(rd);
}

int main(void)
{
	unsigned int nr_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	int fd = dev_open(O_RDWR);

	if (ioctl(fd, IRQSTORM_EOI_GET_INFO, &h))
		bail_out("GET_INFO: %s", strerror(errno));
	map = mmap(NULL, h.map_size, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		bail_out("mmap: %s", strerror(errno));
	if (nr_cpus > 64)
		nr_cpus = 64;
	test_growth(fd);
	test_layout();
	test_sources(fd, nr_cpus);
	test_timing(fd, nr_cpus);
	return tap_done();
}
