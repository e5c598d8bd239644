// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * apply.c - makes the guest as the plan wants it, and as it was. Knows the plan; starts no worker.
 */
#include "run/apply.h"

#include <stdlib.h>
#include <string.h>

int apply_begin(struct apply *a, const struct plan *plan, const struct guest *guest)
{
	unsigned int number = 0;
	int ret = affinity_begin(&a->affinity, guest->root, plan->steers, plan->nr_steers);

	if (ret)
		return ret;
	a->pairs = calloc(plan->nr_workloads, sizeof(*a->pairs));
	if (!a->pairs)
		return err_nomem();
	for (size_t i = 0; !ret && i < plan->nr_workloads; i++) {
		const struct plan_workload *pw = &plan->workloads[i];

		a->nr_pairs++;
		if (pw->peer_kind != PEER_PAIR)
			continue;
		err_prefix(pw->workload->name);
		ret = pair_begin(&a->pairs[i], pw->path, pw->pair, number++);
	}
	err_prefix(NULL);
	return ret;
}

int apply_end(struct apply *a)
{
	int ret = 0, now;

	for (size_t i = a->nr_pairs; i-- > 0;) {
		now = pair_end(&a->pairs[i]);
		if (!ret)
			ret = now;
	}
	free(a->pairs);
	now = affinity_end(&a->affinity);
	memset(a, 0, sizeof(*a));
	return ret ? ret : now;
}

void apply_peer(const struct apply *a, const struct plan *plan, size_t workload,
		struct wl_setup *setup)
{
	const struct plan_workload *pw = &plan->workloads[workload];
	const union inetaddr *peer = pw->peer_kind == PEER_PAIR ? &a->pairs[workload].peer
								: &pw->peer;

	if (pw->peer_kind == PEER_NONE)
		return;
	setup->peer = &peer->any;
	setup->peer_length = inetaddr_length(peer);
	setup->peer_icmp = pw->peer_kind == PEER_GATEWAY;
}
