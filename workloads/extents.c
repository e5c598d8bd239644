// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * extents.c - is every byte of a file on its disk? Knows a file; not what is read of it, nor when.
 */
#include "workload.h"

#include <linux/fiemap.h>
#include <linux/fs.h>
#include <errno.h>
#include <sys/ioctl.h>

/*
 * Holes and preallocated extents are read without the device, and make no interrupt. A file system
 * that cannot list its extents is believed.
 */
int wl_extents_check(int fd, const char *path, uint64_t size)
{
	struct {
		struct fiemap map;
		struct fiemap_extent extents[64];
	} m = { 0 };
	const uint32_t unread = FIEMAP_EXTENT_UNWRITTEN | FIEMAP_EXTENT_DATA_INLINE |
				FIEMAP_EXTENT_DELALLOC;
	uint64_t at = 0;
	bool last = false;

	while (at < size && !last) {
		m.map = (struct fiemap){ .fm_start = at,
					 .fm_length = size - at,
					 .fm_flags = FIEMAP_FLAG_SYNC,
					 .fm_extent_count = 64 };
		if (ioctl(fd, FS_IOC_FIEMAP, &m.map))
			return 0;
		if (!m.map.fm_mapped_extents)
			break;
		for (uint32_t i = 0; i < m.map.fm_mapped_extents; i++) {
			const struct fiemap_extent *e = &m.extents[i];

			if (e->fe_logical > at || (e->fe_flags & unread))
				goto refuse;
			at = e->fe_logical + e->fe_length;
			last = e->fe_flags & FIEMAP_EXTENT_LAST;
		}
	}
	if (at >= size)
		return 0;
refuse:
	return wl_error(-EINVAL,
			"%s has a hole or unwritten blocks at byte %llu, whose reads make no "
			"interrupt: write it full",
			path, (unsigned long long)at);
}
