// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * registry.c - the list of workloads, and nothing about any of them.
 */
#include "workload.h"

#include <string.h>

extern const struct workload wl_virtio_blk, wl_virtio_net, wl_timer, wl_ipi, wl_null;

const struct workload *const wl_registry[] = { &wl_virtio_blk, &wl_virtio_net, &wl_timer,
					       &wl_ipi,	       &wl_null,       NULL };

const struct workload *wl_find(const char *name)
{
	for (size_t i = 0; wl_registry[i]; i++)
		if (!strcmp(wl_registry[i]->name, name))
			return wl_registry[i];
	return NULL;
}
