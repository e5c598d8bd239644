// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * eoi_storm.c - reads a block device with O_DIRECT on every CPU until SIGTERM: interrupts that may
 * not get lost
 *
 *	eoi_storm DEVICE		prints "N reads, N failed, N stuck"; exits 0 when none failed and none got stuck
 *
 * Knows nothing of the module. A read is stuck when its process does not end within 20 s of
 * SIGTERM.
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

static void reader(const char *device, int cpu, unsigned long *counts)
{
	cpu_set_t set;
	void *buffer;
	int fd = open(device, O_RDONLY | O_DIRECT);

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set),
			  &set); /* best effort: the CPU may go offline meanwhile as well */
	if (fd < 0 || posix_memalign(&buffer, 4096, 4096)) {
		counts[1]++;
		_exit(1);
	}
	while (!stop)
		counts[pread(fd, buffer, 4096, (off_t)(rand() % 4096) * 4096) != 4096]++;
	_exit(0);
}

int main(int argc, char **argv)
{
	int nr_cpus = sysconf(_SC_NPROCESSORS_ONLN), cpu, left, tries;
	unsigned long *counts, reads = 0, failed = 0;
	struct sigaction sa = { .sa_handler = on_term };
	sigset_t term, old;
	pid_t *pids;

	if (argc != 2) {
		fprintf(stderr, "usage: eoi_storm DEVICE\n");
		return 2;
	}
	sigaction(SIGTERM, &sa, NULL);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &old);
	counts = mmap(NULL, nr_cpus * 2 * sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pids = calloc(nr_cpus, sizeof(*pids));
	if (counts == MAP_FAILED || !pids)
		return 1;
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		pids[cpu] = fork();
		if (!pids[cpu]) {
			sigprocmask(SIG_SETMASK, &old, NULL);
			reader(argv[1], cpu, counts + 2 * cpu);
		}
	}
	while (!stop)
		sigsuspend(&old);
	for (cpu = 0; cpu < nr_cpus; cpu++)
		kill(pids[cpu], SIGTERM);
	left = nr_cpus;
	for (tries = 0; tries < 200 && left; tries++) {
		while (left && waitpid(-1, NULL, WNOHANG) > 0)
			left--;
		usleep(100000);
	}
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		reads += counts[2 * cpu];
		failed += counts[2 * cpu + 1];
	}
	printf("%lu reads, %lu failed, %d stuck\n", reads, failed, left);
	return failed || left || !reads;
}
