// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * procstat.c - reads the lines of the CPUs in /proc/stat, and one of their columns. Knows no run.
 */
#include "guest/procstat.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/err.h"
#include "guest/delta.h"
#include "guest/rootfile.h"

#define NS_PER_S 1000000000u

int procstat_steal(const char *root, uint64_t *steal_ns, size_t nr)
{
	const uint64_t tick_ns = NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);
	char path[PATH_MAX], line[512];
	uint64_t steal;
	unsigned int cpu;
	FILE *stream;
	int ret = rootfile_path(path, sizeof(path), root, "proc/stat");

	for (size_t i = 0; i < nr; i++)
		steal_ns[i] = DELTA_UNKNOWN;
	if (ret)
		return err_failed(ret, "the path of proc/stat below %s is too long", root);
	stream = fopen(path, "re");
	if (!stream)
		return err_failed(-errno, "cannot read %s: %s", path, strerror(errno));
	/* user nice system idle iowait irq softirq steal; a longer line ("intr") comes after those
	 * of the CPUs */
	while (fgets(line, sizeof(line), stream) && !strncmp(line, "cpu", 3))
		if (line[3] != ' ' && /* that is all of them together */
		    sscanf(line, "cpu%u %*u %*u %*u %*u %*u %*u %*u %" SCNu64, &cpu, &steal) == 2 &&
		    cpu < nr)
			steal_ns[cpu] = steal * tick_ns;
	fclose(stream);
	return 0;
}
