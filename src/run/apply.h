/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * apply.h - what a run changes of the guest, and gives back: affinities of vectors, and NICs moved
 * into a namespace
 */
#ifndef IRQSTORM_APPLY_H
#define IRQSTORM_APPLY_H

#include "net/pair.h"
#include "plan/plan.h"

struct apply {
	struct affinity affinity;
	struct pair *pairs; /* by workload; zeroed where it has none */
	size_t nr_pairs;
};

/* before a worker is started. 0 or -errno with a sentence; apply_end takes a zeroed and a
 * half-begun one */
int apply_begin(struct apply *a, const struct plan *plan, const struct guest *guest);
int apply_end(struct apply *a); /* 0 or -errno with a sentence */

/* whom the workload is to ask, into its setup */
void apply_peer(const struct apply *a, const struct plan *plan, size_t workload,
		struct wl_setup *setup);

#endif
