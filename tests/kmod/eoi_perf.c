// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * eoi_perf.c - are the events of perf the counters of the device, and is refused what makes no
 * sense?
 *
 * Runs as root in a guest with the module. Says TAP; exits 0 or 1.
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "irqstorm_eoi.h"
#include "tap.h"

#define PMU "/sys/bus/event_source/devices/irqstorm_eoi/"

static unsigned int type;

static int event(unsigned int config, pid_t pid, int cpu, unsigned int period)
{
	struct perf_event_attr attr = {
		.type = type,
		.size = sizeof(attr),
		.config = config,
		.sample_period = period,
	};

	return syscall(SYS_perf_event_open, &attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static bool refused(int fd, const char *what)
{
	const int err = errno;

	if (fd >= 0)
		close(fd);
	return ok(fd < 0 && (err == EINVAL || err == EOPNOTSUPP), "%s is refused (%s)", what,
		  fd < 0 ? strerror(err) : "not");
}

static bool has_text(const char *path, const char *text)
{
	char buffer[64] = "";
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, buffer, sizeof(buffer) - 1);

	if (fd >= 0)
		close(fd);
	return n > 0 && !strncmp(buffer, text, strlen(text)) && buffer[strlen(text)] == '\n';
}

static uint64_t counted(const char *map, unsigned int cpu, unsigned int config)
{
	const volatile struct irqstorm_eoi_header *h = (const void *)map;
	const volatile struct irqstorm_eoi_cpu *r = (const void *)(map + h->header_size +
								   (size_t)cpu * h->record_size);

	return config == 1 ? r->fast : r->msr;
}

/* what perf says of a while lies between the inner and the outer difference of the device's
 * counters */
static void test_counts(const char *map, unsigned int cpu, unsigned int config)
{
	uint64_t outer, inner, value = 0;
	int fd;

	outer = counted(map, cpu, config);
	fd = event(config, -1, cpu, 0);
	if (!ok(fd >= 0, "event %u opens on CPU %u (%s)", config, cpu,
		fd < 0 ? strerror(errno) : "yes"))
		return;
	inner = counted(map, cpu, config);
	usleep(500000);
	inner = counted(map, cpu, config) - inner;
	if (read(fd, &value, sizeof(value)) != sizeof(value))
		value = 0;
	outer = counted(map, cpu, config) - outer;
	close(fd);
	ok(value >= inner && value <= outer,
	   "event %u on CPU %u counts what the device does (%llu, %llu to %llu)", config, cpu,
	   (unsigned long long)value, (unsigned long long)inner, (unsigned long long)outer);
}

int main(void)
{
	const unsigned int nr_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct irqstorm_eoi_header h;
	char text[16] = "";
	unsigned int cpu;
	const char *map;
	int fd;

	fd = open("/dev/" IRQSTORM_EOI_DEV, O_RDONLY);
	if (fd < 0 || ioctl(fd, IRQSTORM_EOI_GET_INFO, &h))
		bail_out("no device: %s", strerror(errno));
	map = mmap(NULL, h.map_size, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		bail_out("mmap: %s", strerror(errno));
	fd = open(PMU "type", O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 1)
		bail_out("no PMU: %s", strerror(errno));
	type = atoi(text);

	ok(has_text(PMU "events/fast", "event=0x01") && has_text(PMU "events/msr", "event=0x02") &&
		   has_text(PMU "format/event", "config:0-7"),
	   "perf finds the events fast and msr by name");
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		test_counts(map, cpu, 1);
		test_counts(map, cpu, 2);
	}
	refused(event(1, 0, -1, 0), "an event of a task");
	refused(event(1, 0, 0, 0), "an event of a task on one CPU");
	refused(event(1, -1, 0, 100), "sampling");
	refused(event(0, -1, 0, 0), "event 0");
	refused(event(3, -1, 0, 0), "event 3");
	refused(event(257, -1, 0, 0), "a bit that no event has");
	return tap_done();
}
