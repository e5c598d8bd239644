/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cleanup.h - what goes when its scope ends
 */
#ifndef IRQSTORM_CLEANUP_H
#define IRQSTORM_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define auto_free __attribute__((cleanup(cleanup_free)))
#define auto_close __attribute__((cleanup(cleanup_close)))

#endif
