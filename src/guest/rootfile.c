// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rootfile.c - reads small files below a root directory. Knows no file by name.
 */
#include "guest/rootfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/cpulist.h"

#define CPULIST_TEXT_MAX 65536 /* sysfs gives a page; a recorded file may hold more */

static int vpath(char *path, size_t size, const char *root, const char *fmt, va_list ap)
{
	size_t length = strlen(root);
	int n;

	while (length && root[length - 1] == '/')
		length--;
	if (length + 1 >= size)
		return -ENAMETOOLONG;
	memcpy(path, root, length);
	path[length++] = '/';
	n = vsnprintf(path + length, size - length, fmt, ap);
	return n < 0 || (size_t)n >= size - length ? -ENAMETOOLONG : 0;
}

#define VPATH(path, root, fmt)                                                                     \
	({                                                                                         \
		va_list ap_;                                                                       \
		int ret_;                                                                          \
		va_start(ap_, fmt);                                                                \
		ret_ = vpath(path, sizeof(path), root, fmt, ap_);                                  \
		va_end(ap_);                                                                       \
		ret_;                                                                              \
	})

int rootfile_path(char *path, size_t size, const char *root, const char *fmt, ...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = vpath(path, size, root, fmt, ap);
	va_end(ap);
	return ret;
}

static int read_path(char *buf, size_t size, const char *path)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t n;

	buf[0] = '\0';
	if (fd < 0)
		return -errno;
	while (length < size - 1) {
		n = read(fd, buf + length, size - 1 - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		length += (size_t)n;
	}
	buf[length] = '\0';
	return (int)length;
}

static int text_path(char *buf, size_t size, const char *path)
{
	int length = read_path(buf, size, path);

	if (length < 0)
		return length;
	if ((size_t)length == size - 1)
		return -E2BIG;
	while (length && buf[length - 1] == '\n')
		buf[--length] = '\0';
	return length;
}

int rootfile_read(char *buf, size_t size, const char *root, const char *fmt, ...)
{
	char path[PATH_MAX];
	int ret = VPATH(path, root, fmt);

	buf[0] = '\0';
	return ret ? ret : read_path(buf, size, path);
}

int rootfile_text(char *buf, size_t size, const char *root, const char *fmt, ...)
{
	char path[PATH_MAX];
	int ret = VPATH(path, root, fmt);

	buf[0] = '\0';
	return ret ? ret : text_path(buf, size, path);
}

int rootfile_link(char *buf, size_t size, const char *root, const char *fmt, ...)
{
	char path[PATH_MAX];
	int ret = VPATH(path, root, fmt);
	ssize_t length;

	buf[0] = '\0';
	if (ret)
		return ret;
	length = readlink(path, buf, size - 1);
	if (length < 0)
		return -errno;
	buf[length] = '\0';
	return (int)length;
}

long rootfile_number(const char *root, const char *fmt, ...)
{
	char path[PATH_MAX], text[32], *end;
	long number;

	if (VPATH(path, root, fmt) || text_path(text, sizeof(text), path) < 1)
		return -1;
	errno = 0;
	number = strtol(text, &end, 10);
	return errno || *end || number < 0 ? -1 : number;
}

int rootfile_cpulist(hwloc_bitmap_t set, const char *root, const char *fmt, ...)
{
	char path[PATH_MAX];
	auto_free char *text = NULL;
	int ret = VPATH(path, root, fmt);

	hwloc_bitmap_zero(set);
	if (ret)
		return ret;
	text = malloc(CPULIST_TEXT_MAX);
	if (!text)
		return -ENOMEM;
	ret = text_path(text, CPULIST_TEXT_MAX, path);
	return ret < 0 ? ret : cpulist_parse(text, set);
}

bool rootfile_there(const char *root, const char *fmt, ...)
{
	char path[PATH_MAX];

	return !VPATH(path, root, fmt) && !access(path, F_OK);
}

DIR *rootfile_opendir(const char *root, const char *fmt, ...)
{
	char path[PATH_MAX];

	return VPATH(path, root, fmt) ? NULL : opendir(path);
}

int rootfile_first(char *name, size_t size, const char *root, const char *fmt, ...)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir = NULL;

	if (!VPATH(path, root, fmt))
		dir = opendir(path);
	name[0] = '\0';
	if (!dir)
		return -ENOENT;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && (!name[0] || strcmp(entry->d_name, name) < 0))
			snprintf(name, size, "%s", entry->d_name);
	closedir(dir);
	return name[0] ? 0 : -ENOENT;
}
