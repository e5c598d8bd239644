// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * eoi_abi.c - holds the loaded module to each sentence of its ABI header that can be checked from
 * inside the guest
 *
 * Runs as root in a guest that may be ruined. Says TAP; exits 0 or 1.
 * Knows the ABI header. Must not know how the module does it, nor what the host saw.
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "irqstorm_eoi.h"
#include "tap.h"

#define DEV "/dev/" IRQSTORM_EOI_DEV
#define MAX_CPUS 64
#define CPU1 "/sys/devices/system/cpu/cpu1/online"

static const char *map; /* for the whole run: a mapping of a file that is closed */
static uint64_t map_size;
static bool pv_offered;

static const struct irqstorm_eoi_header *header(void)
{
	return (const void *)map;
}

static volatile const struct irqstorm_eoi_cpu *record(unsigned int cpu)
{
	return (const void *)(map + header()->header_size + (size_t)cpu * header()->record_size);
}

static uint32_t mode_now(void)
{
	return ((volatile const struct irqstorm_eoi_header *)map)->mode;
}

static uint64_t changes_now(void)
{
	return ((volatile const struct irqstorm_eoi_header *)map)->nr_mode_changes;
}

static int dev_open(int flags)
{
	int fd = open(DEV, flags | O_CLOEXEC);

	if (fd < 0)
		bail_out("cannot open " DEV ": %s", strerror(errno));
	return fd;
}

/* 0 or the errno */
static int err_of(long result)
{
	return result == -1 ? errno : 0;
}

static int set_mode(int fd, uint32_t mode, uint32_t reserved)
{
	struct irqstorm_eoi_mode m = { .mode = mode, .reserved = reserved };

	return err_of(ioctl(fd, IRQSTORM_EOI_SET_MODE, &m));
}

static int mark(int fd)
{
	return err_of(ioctl(fd, IRQSTORM_EOI_MARK));
}

static int map_err(int fd, size_t size, int prot, int flags, off_t offset)
{
	void *p = mmap(NULL, size, prot, flags, fd, offset);

	if (p == MAP_FAILED)
		return errno;
	munmap(p, size);
	return 0;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = fd < 0 ? errno : 0;

	if (!err && write(fd, text, strlen(text)) < 0)
		err = errno;
	if (fd >= 0)
		close(fd);
	return err;
}

static bool online(unsigned int cpu)
{
	cpu_set_t set;

	/* the mask of the caller is all of them, unless one went offline and came back: ask for it
	 */
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

/* keep a CPU from idling, so that its tick goes on: interrupts without any device */
static void spin_on(unsigned int cpu, unsigned int ms)
{
	struct timespec t;
	int64_t end;

	if (!online(cpu))
		return;
	clock_gettime(CLOCK_MONOTONIC, &t);
	end = t.tv_sec * 1000LL + t.tv_nsec / 1000000 + ms;
	do
		clock_gettime(CLOCK_MONOTONIC, &t);
	while (t.tv_sec * 1000LL + t.tv_nsec / 1000000 < end);
}

static uint64_t eois(unsigned int cpu)
{
	return record(cpu)->fast + record(cpu)->msr;
}

/* the module, unloaded the way rmmod does it */
static int unload(void)
{
	return err_of(syscall(SYS_delete_module, "irqstorm_eoi", O_NONBLOCK));
}

static int child_status(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		bail_out("fork or waitpid: %s", strerror(errno));
	return status;
}

static void test_header(void)
{
	struct irqstorm_eoi_header info;
	bool zero = true, whole = true;
	unsigned int i;
	int fd = dev_open(O_RDONLY);

	if (!ok(!ioctl(fd, IRQSTORM_EOI_GET_INFO, &info),
		"GET_INFO works on a file opened for reading"))
		bail_out("nothing else can be tested");
	ok(info.abi == IRQSTORM_EOI_ABI, "the module speaks ABI %u", IRQSTORM_EOI_ABI);
	ok(info.header_size >= sizeof(info) && info.header_size % 64 == 0,
	   "header_size holds the header and is a multiple of 64");
	ok(info.record_size >= sizeof(struct irqstorm_eoi_cpu) && info.record_size % 64 == 0,
	   "record_size holds a record and is a multiple of 64");
	ok(info.nr_records >= (unsigned long)sysconf(_SC_NPROCESSORS_CONF),
	   "there is a record for every configured CPU");
	ok(info.map_size % sysconf(_SC_PAGESIZE) == 0 &&
		   info.map_size >= info.header_size + (uint64_t)info.nr_records * info.record_size,
	   "map_size is a multiple of the page size and holds all records");
	ok(!(info.flags & ~(IRQSTORM_EOI_F_X2APIC | IRQSTORM_EOI_F_KERNEL_WORD |
			    IRQSTORM_EOI_F_OFFERED | IRQSTORM_EOI_F_SOURCES)),
	   "no unknown flag is set, and no EOI is timed");
	ok(!(info.flags & IRQSTORM_EOI_F_OFFERED) == !pv_offered,
	   "the header tells whether the host offers PV-EOI");

	map_size = info.map_size;
	map = mmap(NULL, map_size, PROT_READ, MAP_SHARED, fd, 0);
	if (!ok(map != MAP_FAILED, "a file opened for reading can be mapped for reading"))
		bail_out("nothing else can be tested");
	close(fd);
	ok(!memcmp(&info, map, sizeof(info)),
	   "the mapping begins with what GET_INFO gives, and outlives its file descriptor");

	for (i = 0; i < 3; i++)
		zero &= !header()->reserved[i];
	for (i = 0; i < info.nr_records; i++) {
		zero &= !record(i)->reserved;
		whole &= record(i)->nr_marks_begun == record(i)->nr_marks;
	}
	ok(zero, "reserved fields are 0");
	ok(whole, "no mark is being made: as many have begun as were made");
	ok(mode_now() == (pv_offered ? IRQSTORM_EOI_MODE_PV : IRQSTORM_EOI_MODE_MSR),
	   "the mode is pv where the host offers PV-EOI, and msr where not");
}

static void test_no_exec(int fd, const char *opened_for)
{
	const int flags[] = { MAP_SHARED, MAP_PRIVATE };
	const char *names[] = { "shared", "private" };
	void *p;
	int i;

	for (i = 0; i < 2; i++) {
		ok(map_err(fd, map_size, PROT_READ | PROT_EXEC, flags[i], 0) == EACCES,
		   "a %s executable mapping gives EACCES (file opened for %s)", names[i],
		   opened_for);
		ok(map_err(fd, map_size, PROT_EXEC, flags[i], 0) == EACCES,
		   "a %s mapping that is only executable gives EACCES (file opened for %s)",
		   names[i], opened_for);
		p = mmap(NULL, map_size, PROT_READ, flags[i], fd, 0);
		ok(p != MAP_FAILED &&
			   err_of(mprotect(p, map_size, PROT_READ | PROT_EXEC)) == EACCES,
		   "mprotect(PROT_EXEC) gives EACCES (%s, file opened for %s)", names[i],
		   opened_for);
		munmap(p, map_size);
	}
	personality(PER_LINUX | READ_IMPLIES_EXEC);
	ok(map_err(fd, map_size, PROT_READ, MAP_SHARED, 0) == EACCES,
	   "personality READ_IMPLIES_EXEC does not get around that (file opened for %s)",
	   opened_for);
	personality(PER_LINUX);
}

static void test_access(void)
{
	const int rights[] = { O_RDONLY, O_RDWR };
	const char *names[] = { "reading", "writing" };
	const long page = sysconf(_SC_PAGESIZE);
	char byte = 0;
	void *p;
	int fd, i;

	for (i = 0; i < 2; i++) {
		fd = dev_open(rights[i]);
		ok(map_err(fd, map_size, PROT_READ | PROT_WRITE, MAP_SHARED, 0) == EACCES,
		   "a shared writable mapping gives EACCES (file opened for %s)", names[i]);
		ok(map_err(fd, map_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0) == EACCES,
		   "a private writable mapping gives EACCES (file opened for %s)", names[i]);
		p = mmap(NULL, map_size, PROT_READ, MAP_SHARED, fd, 0);
		ok(err_of(mprotect(p, map_size, PROT_READ | PROT_WRITE)) == EACCES,
		   "mprotect(PROT_WRITE) gives EACCES (shared, file opened for %s)", names[i]);
		ok(mremap(p, map_size, map_size + page, MREMAP_MAYMOVE) == MAP_FAILED,
		   "mremap cannot make a mapping longer (file opened for %s)", names[i]);
		munmap(p, map_size);
		p = mmap(NULL, map_size, PROT_READ, MAP_PRIVATE, fd, 0);
		ok(p != MAP_FAILED &&
			   err_of(mprotect(p, map_size, PROT_READ | PROT_WRITE)) == EACCES,
		   "mprotect(PROT_WRITE) gives EACCES (private, file opened for %s)", names[i]);
		munmap(p, map_size);
		test_no_exec(fd, names[i]);
		ok(map_err(fd, map_size, PROT_READ, MAP_SHARED, page) == EINVAL,
		   "an offset gives EINVAL (file opened for %s)", names[i]);
		ok(map_err(fd, map_size + page, PROT_READ, MAP_SHARED, 0) == EINVAL,
		   "more than map_size gives EINVAL (file opened for %s)", names[i]);
		ok(err_of(read(fd, &byte, 1)) == EINVAL, "read gives EINVAL (file opened for %s)",
		   names[i]);
		ok(err_of(write(fd, &byte, 1)) == (i ? EINVAL : EBADF),
		   "write gives %s (file opened for %s)", i ? "EINVAL" : "EBADF", names[i]);
		close(fd);
	}
	fd = dev_open(O_WRONLY);
	ok(map_err(fd, map_size, PROT_READ, MAP_SHARED, 0) == EACCES,
	   "a file opened for writing only cannot be mapped");
	close(fd);
}

static void test_ioctl_errors(void)
{
	void *nowhere = (void *)16;
	uint64_t before;
	uint32_t mode;
	int fd, rd;

	rd = dev_open(O_RDONLY);
	fd = dev_open(O_RDWR);
	before = changes_now();
	mode = mode_now();
	ok(set_mode(rd, IRQSTORM_EOI_MODE_MSR, 0) == EPERM,
	   "SET_MODE through a file opened for reading gives EPERM");
	ok(mark(rd) == EPERM, "MARK through a file opened for reading gives EPERM");
	ok(err_of(ioctl(rd, IRQSTORM_EOI_GET_INFO, nowhere)) == EFAULT,
	   "GET_INFO to a bad address gives EFAULT");
	ok(err_of(ioctl(fd, IRQSTORM_EOI_SET_MODE, nowhere)) == EFAULT,
	   "SET_MODE from a bad address gives EFAULT");
	ok(set_mode(fd, 0, 0) == EINVAL && set_mode(fd, 4, 0) == EINVAL &&
		   set_mode(fd, ~0U, 0) == EINVAL,
	   "unknown modes give EINVAL");
	ok(set_mode(fd, IRQSTORM_EOI_MODE_MSR, 1) == EINVAL,
	   "SET_MODE with reserved not 0 gives EINVAL");
	ok(err_of(ioctl(fd, _IO(IRQSTORM_EOI_IOC, 99))) == ENOTTY, "an unknown ioctl gives ENOTTY");
	ok(err_of(ioctl(fd, _IOWR(IRQSTORM_EOI_IOC, 2, uint64_t), &before)) == ENOTTY,
	   "a known number of another direction gives ENOTTY");
	ok(err_of(ioctl(fd, _IOW(IRQSTORM_EOI_IOC, 2, uint32_t), &before)) == ENOTTY,
	   "a known number of another size gives ENOTTY");
	ok(err_of(ioctl(fd, TCGETS, &before)) == ENOTTY, "an ioctl of terminals gives ENOTTY");
	ok(changes_now() == before && mode_now() == mode, "none of these changed the mode");
	close(rd);
	close(fd);
}

static void test_counters(unsigned int nr_cpus)
{
	uint64_t fast[MAX_CPUS], msr[MAX_CPUS], marks[MAX_CPUS], at_mark[MAX_CPUS];
	bool grew = true, monotonic = true, counted = true, copied = true, still = true;
	unsigned int cpu, i;
	int fd = dev_open(O_RDWR);

	for (cpu = 0; cpu < nr_cpus; cpu++) {
		uint64_t before = eois(cpu);

		if (!online(cpu))
			continue;
		fast[cpu] = msr[cpu] = 0;
		for (i = 0; i < 50; i++) {
			uint64_t f = record(cpu)->fast, m = record(cpu)->msr;

			monotonic &= f >= fast[cpu] && m >= msr[cpu];
			fast[cpu] = f;
			msr[cpu] = m;
			spin_on(cpu, 4);
		}
		grew &= eois(cpu) > before;
	}
	ok(grew, "the counters of every online CPU grow while it takes interrupts");
	ok(monotonic, "the counters never go back");

	for (cpu = 0; cpu < nr_cpus; cpu++) {
		marks[cpu] = record(cpu)->nr_marks;
		counted &= !online(cpu) || marks[cpu] >= 1;
	}
	ok(counted, "loading made a mark on every online CPU");
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		fast[cpu] = record(cpu)->fast;
		msr[cpu] = record(cpu)->msr;
	}
	ok(!mark(fd), "MARK works through a file opened for writing");
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		if (!online(cpu))
			continue;
		counted &= record(cpu)->nr_marks == marks[cpu] + 1;
		copied &= record(cpu)->mark_fast >= fast[cpu] &&
			  record(cpu)->mark_fast <= record(cpu)->fast &&
			  record(cpu)->mark_msr >= msr[cpu] &&
			  record(cpu)->mark_msr <= record(cpu)->msr;
		at_mark[cpu] = record(cpu)->mark_fast + record(cpu)->mark_msr;
	}
	ok(counted, "MARK makes exactly one mark on every online CPU");
	ok(copied, "a mark copies fast and msr as they were between before and after");
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		if (!online(cpu))
			continue;
		spin_on(cpu, 100);
		still &= record(cpu)->mark_fast + record(cpu)->mark_msr == at_mark[cpu] &&
			 eois(cpu) > at_mark[cpu];
	}
	ok(still, "marks stand still while the counters go on");
	close(fd);
}

/* in this mode, on this CPU: how many of each while it spins */
static void window(unsigned int cpu, uint64_t *fast, uint64_t *msr)
{
	*fast = record(cpu)->fast;
	*msr = record(cpu)->msr;
	spin_on(cpu, 200);
	*fast = record(cpu)->fast - *fast;
	*msr = record(cpu)->msr - *msr;
}

static void test_modes(unsigned int nr_cpus)
{
	uint64_t changes, marks, fast, msr;
	unsigned int cpu;
	int fd, other;

	fd = dev_open(O_RDWR);
	if (!pv_offered) {
		ok(set_mode(fd, IRQSTORM_EOI_MODE_MSR, 0) == EOPNOTSUPP &&
			   set_mode(fd, IRQSTORM_EOI_MODE_PV, 0) == EOPNOTSUPP,
		   "SET_MODE gives EOPNOTSUPP where the host offers no PV-EOI");
		close(fd);
		return;
	}
	other = dev_open(O_RDWR);
	changes = changes_now();
	marks = record(0)->nr_marks;
	ok(!set_mode(fd, IRQSTORM_EOI_MODE_MSR, 0), "SET_MODE msr works");
	ok(mode_now() == IRQSTORM_EOI_MODE_MSR && changes_now() == changes + 1,
	   "the header tells the new mode and counts the change");
	ok(record(0)->nr_marks == marks + 1, "a change of mode is one mark");
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		if (!online(cpu))
			continue;
		window(cpu, &fast, &msr);
		ok(!fast && msr, "in mode msr no EOI of CPU %u is fast (fast %llu, msr %llu)", cpu,
		   (unsigned long long)fast, (unsigned long long)msr);
	}
	ok(!set_mode(fd, IRQSTORM_EOI_MODE_MSR, 0) && changes_now() == changes + 1 &&
		   record(0)->nr_marks == marks + 2,
	   "the same mode again is a mark, and no change");
	ok(set_mode(other, IRQSTORM_EOI_MODE_PV, 0) == EBUSY,
	   "a second file that sets a mode gets EBUSY");
	ok(set_mode(other, 7, 0) == EINVAL, "a second file that sets an unknown mode gets EINVAL");
	ok(!mark(other), "a second file may make marks");
	close(other);
	ok(mode_now() == IRQSTORM_EOI_MODE_MSR, "closing a file that holds no mode changes none");

	ok(!set_mode(fd, IRQSTORM_EOI_MODE_PV, 0) && mode_now() == IRQSTORM_EOI_MODE_PV &&
		   changes_now() == changes + 2,
	   "SET_MODE pv works, and is another change");
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		if (!online(cpu))
			continue;
		window(cpu, &fast, &msr);
		ok(fast, "in mode pv EOIs of CPU %u are fast (fast %llu, msr %llu)", cpu,
		   (unsigned long long)fast, (unsigned long long)msr);
	}
	ok(!set_mode(fd, IRQSTORM_EOI_MODE_IGNORED, 0) && mode_now() == IRQSTORM_EOI_MODE_IGNORED,
	   "SET_MODE ignored works");
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		if (!online(cpu))
			continue;
		window(cpu, &fast, &msr);
		ok(!fast && msr, "in mode ignored no EOI of CPU %u is fast (fast %llu, msr %llu)",
		   cpu, (unsigned long long)fast, (unsigned long long)msr);
	}
	ok(!set_mode(fd, IRQSTORM_EOI_MODE_MSR, 0), "SET_MODE works a fourth time");
	changes = changes_now();
	marks = record(0)->nr_marks;
	close(fd);
	ok(mode_now() == IRQSTORM_EOI_MODE_PV && changes_now() == changes + 1,
	   "closing the file puts the mode of before back");
	ok(record(0)->nr_marks == marks + 1, "putting it back is a mark");
	window(0, &fast, &msr);
	ok(fast, "and EOIs are fast again (fast %llu, msr %llu)", (unsigned long long)fast,
	   (unsigned long long)msr);

	fd = dev_open(O_RDWR);
	other = dev_open(O_RDWR);
	ok(!set_mode(fd, IRQSTORM_EOI_MODE_MSR, 0) && !close(fd) &&
		   !set_mode(other, IRQSTORM_EOI_MODE_MSR, 0),
	   "when the holder has closed, another file may hold a mode");
	close(other);
}

static void test_ownership(void)
{
	int fd, pipefd[2];
	char byte;
	void *p;
	pid_t pid;

	if (!pv_offered)
		return;
	if (pipe(pipefd))
		bail_out("pipe: %s", strerror(errno));
	pid = fork();
	if (!pid) {
		set_mode(dev_open(O_RDWR), IRQSTORM_EOI_MODE_MSR, 0);
		if (write(pipefd[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(1);
	}
	if (read(pipefd[0], &byte, 1) != 1)
		bail_out("the child is gone");
	ok(mode_now() == IRQSTORM_EOI_MODE_MSR, "another process holds mode msr");
	kill(pid, SIGKILL);
	child_status(pid);
	ok(mode_now() == IRQSTORM_EOI_MODE_PV, "a SIGKILL of the holder puts the mode back");

	fd = dev_open(O_RDWR);
	set_mode(fd, IRQSTORM_EOI_MODE_MSR, 0);
	pid = fork();
	if (!pid) {
		close(fd);
		_exit(0);
	}
	child_status(pid);
	ok(mode_now() == IRQSTORM_EOI_MODE_MSR,
	   "a child that closes its copy of the file changes no mode");
	p = mmap(NULL, map_size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	ok(mode_now() == IRQSTORM_EOI_MODE_MSR,
	   "a file is not closed as long as there is a mapping of it");
	munmap(p, map_size);
	ok(mode_now() == IRQSTORM_EOI_MODE_PV, "the mode goes back with the file's last mapping");
}

static void test_rights(void)
{
	struct stat st;
	int status;
	pid_t pid;

	ok(!stat(DEV, &st) && S_ISCHR(st.st_mode) && (st.st_mode & 0777) == 0644,
	   "the device has mode 0644");
	/* so that it is the module that refuses, not the file's mode */
	chmod(DEV, 0666);
	pid = fork();
	if (!pid) {
		if (setgid(65534) || setuid(65534))
			_exit(1);
		if (open(DEV, O_RDONLY) < 0)
			_exit(2);
		if (open(DEV, O_RDWR) >= 0 || errno != EPERM)
			_exit(3);
		if (open(DEV, O_WRONLY) >= 0 || errno != EPERM)
			_exit(4);
		_exit(0);
	}
	status = child_status(pid);
	chmod(DEV, 0644);
	ok(WIFEXITED(status) && !WEXITSTATUS(status),
	   "without CAP_SYS_ADMIN the device opens for reading only (status %#x)", status);
}

static void test_pinned(void)
{
	int err, fd;

	err = unload();
	ok(err == EAGAIN || err == EBUSY, "a mapping pins the module (%s)", strerror(err));
	fd = dev_open(O_RDONLY);
	err = unload();
	ok(err == EAGAIN || err == EBUSY, "an open file pins the module (%s)", strerror(err));
	close(fd);
}

static void test_hotplug(void)
{
	static const char name[] = "CPU 1 offline and online";
	uint64_t fast, msr, marks, before;
	int fd;

	if (access(CPU1, W_OK)) {
		skip(name, "no CPU 1 that can go offline");
		return;
	}
	fd = dev_open(O_RDWR);
	if (!ok(!online(0) || !write_file(CPU1, "0"), "CPU 1 goes offline"))
		bail_out("nothing else can be tested");
	before = eois(1);
	marks = record(1)->nr_marks;
	spin_on(0, 100);
	ok(!mark(fd), "MARK works with a CPU offline");
	ok(eois(1) == before && record(1)->nr_marks == marks,
	   "an offline CPU's counters and marks stand still");
	ok(!write_file(CPU1, "1"), "CPU 1 comes online");
	ok(record(1)->nr_marks == marks + 1, "coming online is a mark");
	ok(eois(1) >= before, "its counters did not go back");
	if (pv_offered) {
		window(1, &fast, &msr);
		ok(fast, "its EOIs are fast again (fast %llu, msr %llu)", (unsigned long long)fast,
		   (unsigned long long)msr);

		online(0);
		set_mode(fd, IRQSTORM_EOI_MODE_MSR, 0);
		before = record(1)->fast;
		ok(!write_file(CPU1, "0") && !write_file(CPU1, "1"),
		   "CPU 1 goes offline and online in mode msr");
		window(1, &fast, &msr);
		ok(record(1)->fast == before && msr,
		   "it kept mode msr: none was fast, %llu were msr", (unsigned long long)msr);

		online(0);
		ok(!write_file(CPU1, "0") && !set_mode(fd, IRQSTORM_EOI_MODE_PV, 0) &&
			   !write_file(CPU1, "1"),
		   "a mode is set with CPU 1 offline");
		window(1, &fast, &msr);
		ok(fast, "CPU 1 came online with that mode (fast %llu, msr %llu)",
		   (unsigned long long)fast, (unsigned long long)msr);
	}
	close(fd);
}

/* whatever is thrown at it, it gives errnos; an oops is a panic in the test bed */
static void test_hostile(void)
{
	unsigned int seed = 1, i, nr_calls = 0;
	char buffer[4096];
	int fd = dev_open(O_RDWR), rd = dev_open(O_RDONLY);

	for (i = 0; i < 5000; i++) {
		static const unsigned int real[] = { IRQSTORM_EOI_GET_INFO, IRQSTORM_EOI_SET_MODE,
						     IRQSTORM_EOI_SET_TIMING, IRQSTORM_EOI_MARK };
		void *arg = rand_r(&seed) % 2
				    ? buffer
				    : (void *)((uintptr_t)rand_r(&seed) << (rand_r(&seed) % 33));
		unsigned int cmd;

		for (cmd = 0; cmd < 16; cmd++)
			buffer[cmd] = rand_r(&seed) % 4;
		/* few marks: they are slow in an emulated guest */
		if (rand_r(&seed) % 4)
			cmd = real[rand_r(&seed) % (i % 16 ? 2 : 4)];
		else
			cmd = _IOC(rand_r(&seed) % 4, IRQSTORM_EOI_IOC, rand_r(&seed) % 6,
				   rand_r(&seed) % 80);
		ioctl(rand_r(&seed) % 2 ? fd : rd, cmd, arg);
		nr_calls++;
	}
	for (i = 0; i < 2000; i++) {
		size_t size = (size_t)rand_r(&seed) << (rand_r(&seed) % 24);
		void *p = mmap(NULL, size, rand_r(&seed) % 8,
			       rand_r(&seed) % 2 ? MAP_SHARED : MAP_PRIVATE,
			       rand_r(&seed) % 2 ? fd : rd,
			       (off_t)(rand_r(&seed) % 3) << (12 + rand_r(&seed) % 40));

		if (p != MAP_FAILED)
			munmap(p, size);
		nr_calls++;
	}
	close(fd);
	close(rd);
	ok(mode_now() == (pv_offered ? IRQSTORM_EOI_MODE_PV : IRQSTORM_EOI_MODE_MSR),
	   "%u random calls did no harm", nr_calls);
}

int main(int argc, char **argv)
{
	unsigned int nr_cpus;

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--no-pv-eoi"))) {
		fprintf(stderr, "usage: eoi_abi [--no-pv-eoi]\n");
		return 2;
	}
	pv_offered = argc == 1;
	nr_cpus = sysconf(_SC_NPROCESSORS_CONF);
	if (nr_cpus > MAX_CPUS)
		nr_cpus = MAX_CPUS;

	test_header();
	test_access();
	test_ioctl_errors();
	test_counters(nr_cpus);
	test_modes(nr_cpus);
	test_ownership();
	test_rights();
	test_pinned();
	test_hotplug();
	test_hostile();
	munmap((void *)map, map_size);
	return tap_done();
}
