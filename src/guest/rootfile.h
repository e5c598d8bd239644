/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rootfile.h - the small files of sysfs and procfs, below a root directory
 *
 * The path is a printf form without a slash at its front. No sentences: what a missing file means,
 * the caller knows.
 */
#ifndef IRQSTORM_ROOTFILE_H
#define IRQSTORM_ROOTFILE_H

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <hwloc.h>

#define ROOTFILE_FMT __attribute__((format(printf, 4, 5)))

/* ROOT/PATH, which is "/proc/stat" and not "//proc/stat" for the root "/"; -ENAMETOOLONG */
int rootfile_path(char *path, size_t size, const char *root, const char *fmt, ...) ROOTFILE_FMT;

/* up to size-1 bytes of the file into buf, closed by a NUL; how many, or -errno */
int rootfile_read(char *buf, size_t size, const char *root, const char *fmt, ...) ROOTFILE_FMT;

/* as rootfile_read, but a file that does not fit is -E2BIG, and newlines at the end are cut off */
int rootfile_text(char *buf, size_t size, const char *root, const char *fmt, ...) ROOTFILE_FMT;

/* target of a symbolic link; its length, or -errno */
int rootfile_link(char *buf, size_t size, const char *root, const char *fmt, ...) ROOTFILE_FMT;

/* a decimal number; -1 where the file is not there or says something else */
long rootfile_number(const char *root, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* set becomes what the CPU list in the file says, an empty one included; 0 or -errno, and then it
 * is empty */
int rootfile_cpulist(hwloc_bitmap_t set, const char *root, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

bool rootfile_there(const char *root, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* NULL: not there */
DIR *rootfile_opendir(const char *root, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* name of the first entry of a directory, by strcmp; "" and -ENOENT where there is none */
int rootfile_first(char *name, size_t size, const char *root, const char *fmt, ...) ROOTFILE_FMT;

#endif
