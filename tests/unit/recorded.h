/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recorded.h - root directories for tests: those of recorded guests, and empty ones to be filled
 *
 * IRQSTORM_MACHINES names the directory where the build has unpacked tests/machines/NAME.rec as
 * NAME/.
 */
#ifndef TESTS_RECORDED_H
#define TESTS_RECORDED_H

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static inline const char *recorded(const char *name)
{
	static char path[PATH_MAX];
	const char *dir = getenv("IRQSTORM_MACHINES");

	if (!dir)
		fail_msg("IRQSTORM_MACHINES is not set");
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (access(path, X_OK))
		fail_msg("%s is not there: unpack tests/machines/%s.rec", path, name);
	return path;
}

/* cmocka setup and teardown: *state is an empty directory */
static inline int scratch_setup(void **state)
{
	char path[] = "/tmp/irqstorm-test-XXXXXX";

	*state = mkdtemp(path) ? strdup(path) : NULL;
	return *state ? 0 : -1;
}

static inline int scratch_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static inline int scratch_teardown(void **state)
{
	nftw(*state, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
	free(*state);
	return 0;
}

static inline const char *below(const char *root, const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	for (char *slash = strchr(path + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) && errno != EEXIST)
			fail_msg("cannot make %s", path);
		*slash = '/';
	}
	return path;
}

static inline void put_bytes(const char *root, const char *name, const void *bytes, size_t size)
{
	FILE *stream = fopen(below(root, name), "w");

	assert_non_null(stream);
	assert_int_equal(fwrite(bytes, 1, size, stream), size);
	assert_int_equal(fclose(stream), 0);
}

static inline void put(const char *root, const char *name, const char *text)
{
	put_bytes(root, name, text, strlen(text));
}

static inline void put_link(const char *root, const char *name, const char *target)
{
	assert_int_equal(symlink(target, below(root, name)), 0);
}

/* what every machine needs before anything else can be read of it; hwloc wants to see the topology
 * of CPUs up to 3 */
static inline void put_cpus(const char *root, const char *cpus)
{
	put(root, "sys/devices/system/cpu/possible", cpus);
	put(root, "sys/devices/system/cpu/online", cpus);
	put(root, "sys/devices/system/cpu/cpu0/topology/package_cpus", "f\n");
	put(root, "sys/devices/system/cpu/cpu1/topology/core_id", "1\n");
	put(root, "sys/devices/system/cpu/cpu2/topology/core_id", "2\n");
	put(root, "sys/devices/system/cpu/cpu3/topology/core_id", "3\n");
}

#endif
