// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * netplan.c - chooses NIC and peer, and the CPU of each vector that may be steered. Writes nothing
 * and sends nothing.
 */
#include "plan/netplan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "base/units.h"
#include "guest/nic.h"
#include "plan/config.h"

#define GENTLE_MHZ 100000ULL /* 100 a second: the gateway is others' too */
#define FLOOD_MHZ 1000000ULL /* above 1000 a second it is asked whether that is meant */

static int check_nic(const struct plan_workload *pw, const struct nic *nic, const char *name)
{
	const char *wl = pw->workload->name;

	if (!nic->present)
		return err_cannot("%s: there is no NIC %s here (ip link lists them)", wl, name);
	if (nic->up == NO)
		return err_cannot("%s: %s is down: ip link set %s up", wl, name, name);
	if (nic->carrier == NO)
		return err_cannot("%s: %s has no carrier", wl, name);
	return 0;
}

/* the first virtio-net NIC that is up and not the other end */
static int default_nic(const struct plan_workload *pw, const struct guest *guest, struct nic *nic)
{
	for (size_t i = 0; i < guest->irqmap.nr_devices; i++) {
		const struct irq_device *dev = &guest->irqmap.devices[i];

		if (dev->kind != DEVICE_NET || !dev->node[0] || !strcmp(dev->node, pw->pair))
			continue;
		nic_read(nic, &guest->irqmap, guest->root, dev->node);
		if (nic->present && nic->up != NO)
			return 0;
	}
	return err_cannot(
		"%s: this guest has no virtio-net device that is up (dev= chooses another NIC)",
		pw->workload->name);
}

static int find_nic(struct plan *plan, struct plan_workload *pw, const char *name,
		    const struct guest *guest)
{
	struct nic nic;
	int ret = 0;

	if (name)
		nic_read(&nic, &guest->irqmap, guest->root, name);
	else
		ret = default_nic(pw, guest, &nic);
	if (!ret)
		ret = check_nic(pw, &nic, name ? name : nic.name);
	if (ret)
		return ret;
	pw->device = nic.device;
	pw->path = strdup(nic.name);
	if (!pw->path)
		return err_nomem();
	return nic.device ? 0
			  : plan_note(plan,
				      "%s: %s is no virtio-net device: which interrupts are its "
				      "own is not known, and none"
				      " are counted",
				      pw->workload->name, nic.name);
}

static int check_pair(const struct plan_workload *pw, const struct guest *guest)
{
	const char *wl = pw->workload->name;
	struct nic nic;

	if (!strcmp(pw->pair, pw->path))
		return err_usage(
			"%s: peer=pair:%s is the NIC under storm itself: it takes a second one", wl,
			pw->pair);
	nic_read(&nic, &guest->irqmap, guest->root, pw->pair);
	if (!nic.present)
		return err_cannot("%s: there is no NIC %s here (ip link lists them)", wl, pw->pair);
	if (nic.address[0])
		return err_cannot("%s: %s has the address %s, and would lose it: pair: takes a NIC "
				  "that nothing else uses",
				  wl, pw->pair, nic.address);
	if (!guest->machine.net_admin)
		return err_cannot("%s: peer=pair:%s moves %s into a network namespace, and that "
				  "takes CAP_NET_ADMIN",
				  wl, pw->pair, pw->pair);
	return 0;
}

static int find_gateway(struct plan_workload *pw, const char *dev, const struct guest *guest,
			struct nic_gateway *gateway)
{
	const char *wl = pw->workload->name;
	int ret;

	if (!guest->machine.live)
		return err_cannot("%s: the gateway of a recorded guest is not known", wl);
	ret = nic_gateway(gateway, dev);
	if (ret)
		return ret;
	if (!gateway->nic[0])
		return err_cannot("%s: there is no default route with a gateway%s%s", wl,
				  dev ? " by " : "", dev ? dev : "");
	pw->peer.v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = gateway->address };
	return 0;
}

/* what any block may ask of it */
static bool may_flood(const struct plan_workload *pw, const struct request *req)
{
	bool flood = req->set.find_max || pw->rate_mhz == UNITS_RATE_MAX ||
		     pw->rate_mhz > FLOOD_MHZ;

	for (unsigned int i = 0; i < req->nr_rates; i++)
		flood |= req->rates_mhz[i] == UNITS_RATE_MAX || req->rates_mhz[i] > FLOOD_MHZ;
	return flood;
}

static int calm(struct plan *plan, struct plan_workload *pw, const struct request *req)
{
	const bool given = pw->has_rate || req->has_rate,
		   tried = req->nr_rates || req->set.find_max;

	if (!given) /* --rate's default is max, and that is not asked for */
		pw->rate_mhz = GENTLE_MHZ;
	if (!given && !tried)
		return plan_note(plan,
				 "%s: peer=gateway is asked 100 times a second on each vCPU, "
				 "unless a rate is given",
				 pw->workload->name);
	if (may_flood(pw, req) && !req->yes_flood)
		return err_usage("%s: more than 1000 a second would flood the gateway: --yes-flood "
				 "if that is meant",
				 pw->workload->name);
	return 0;
}

static int read_peer(struct plan_workload *pw, const char *peer)
{
	const char *wl = pw->workload->name;

	if (!peer)
		return err_usage("%s: peer= is needed: ADDR[:PORT], pair:NIC or gateway", wl);
	if (!strcmp(peer, "gateway")) {
		pw->peer_kind = PEER_GATEWAY;
	} else if (!strncmp(peer, "pair:", 5)) {
		pw->peer_kind = PEER_PAIR;
		if (!peer[5] || strlen(peer + 5) >= sizeof(pw->pair))
			return err_usage("%s: peer=%s names no NIC", wl, peer);
		snprintf(pw->pair, sizeof(pw->pair), "%s", peer + 5);
	} else {
		pw->peer_kind = PEER_ADDRESS;
		if (inetaddr_parse(peer, REFLECT_PORT, &pw->peer))
			return err_usage("%s: peer=%s is no address (192.0.2.1, 192.0.2.1:7, "
					 "[::1]:7), pair:NIC or gateway",
					 wl, peer);
	}
	return 0;
}

int netplan_find(struct plan *plan, struct plan_workload *pw, const struct request *req,
		 const struct guest *guest)
{
	const char *dev = config_text(pw, "dev");
	struct nic_gateway gateway;
	int ret = read_peer(pw, config_text(pw, "peer"));

	if (!ret && dev) { /* first: a NIC that is not there has no gateway either */
		ret = find_nic(plan, pw, dev, guest);
	}
	if (!ret && pw->peer_kind == PEER_GATEWAY) {
		ret = find_gateway(pw, dev, guest, &gateway);
		if (!ret)
			ret = calm(plan, pw, req);
	}
	if (!ret && !dev)
		ret = find_nic(plan, pw, pw->peer_kind == PEER_GATEWAY ? gateway.nic : NULL, guest);
	return !ret && pw->peer_kind == PEER_PAIR ? check_pair(pw, guest) : ret;
}

static bool is_steered(const struct plan *plan, unsigned int irq)
{
	for (size_t i = 0; i < plan->nr_steers; i++)
		if (plan->steers[i].irq == irq)
			return true;
	return false;
}

/* one vector to one CPU, unless it goes there alone already */
static int steer_vector(struct plan *plan, const struct irq_vector *v, unsigned int cpu)
{
	struct affinity_change *steers;

	if (hwloc_bitmap_weight(v->affinity) == 1 && hwloc_bitmap_isset(v->affinity, cpu))
		return 0;
	steers = reallocarray(plan->steers, plan->nr_steers + 1, sizeof(*steers));
	if (!steers)
		return err_nomem();
	plan->steers = steers;
	steers[plan->nr_steers++] = (struct affinity_change){ v->irq, cpu };
	return 0;
}

static const struct irq_queue *queue_numbered(const struct irq_device *dev, int index)
{
	for (size_t i = 0; i < dev->nr_queues; i++)
		if ((int)dev->queues[i].index == index)
			return &dev->queues[i];
	return NULL;
}

/* the first worker of a queue gets its vectors; what the others' interrupts then cost, placement
 * says */
static int steer_queue(struct plan *plan, unsigned int workload, const struct plan_worker *first)
{
	const struct irq_device *dev = plan->workloads[workload].device;
	const struct irq_queue *q = queue_numbered(dev, first->queue);
	int ret = 0;

	if (!q || q->vector < 0 || dev->vectors[q->vector].shared ||
	    is_steered(plan, dev->vectors[q->vector].irq))
		return 0;
	ret = steer_vector(plan, &dev->vectors[q->vector], first->cpu);
	if (!ret && q->tx_vector >= 0 && q->tx_vector != q->vector)
		ret = steer_vector(plan, &dev->vectors[q->tx_vector], first->cpu);
	for (size_t i = 0; !ret && i < plan->nr_workers; i++) {
		struct plan_worker *w = &plan->workers[i];

		if (w->workload != workload || w->queue != first->queue)
			continue;
		w->irq_cpu = (int)first->cpu;
		w->placement = w->cpu == first->cpu ? PLACE_OWN : PLACE_ELSEWHERE;
	}
	return ret;
}

static bool first_of_queue(const struct plan *plan, size_t worker)
{
	const struct plan_worker *w = &plan->workers[worker];

	for (size_t i = 0; i < worker; i++)
		if (plan->workers[i].workload == w->workload && plan->workers[i].queue == w->queue)
			return false;
	return w->queue >= 0;
}

static int note_steers(struct plan *plan, const struct plan_workload *pw, size_t from,
		       const struct guest *guest)
{
	char before[256];
	long pid = affinity_irqbalance(guest->root);
	int ret = 0;

	for (size_t i = from; !ret && i < plan->nr_steers; i++) {
		const struct affinity_change *s = &plan->steers[i];

		for (size_t v = 0; v < pw->device->nr_vectors; v++)
			if (pw->device->vectors[v].irq == s->irq)
				ret = plan_note(plan,
						"%s: IRQ %u (%s) is sent to CPU %u for the run, "
						"and back to CPU %s after it",
						pw->workload->name, s->irq,
						pw->device->vectors[v].action, s->cpu,
						cpulist_format(pw->device->vectors[v].affinity,
							       before, sizeof(before)));
	}
	if (!ret && pid && plan->nr_steers > from)
		ret = plan_note(plan,
				"%s: irqbalance is running (PID %ld), and may send these "
				"interrupts elsewhere in the run",
				pw->workload->name, pid);
	return ret;
}

int netplan_steer(struct plan *plan, unsigned int workload, const struct request *req,
		  const struct guest *guest)
{
	const struct plan_workload *pw = &plan->workloads[workload];
	size_t from = plan->nr_steers;
	int ret = 0;

	if (!pw->device || pw->device->kind != DEVICE_NET || req->affinity == AFFINITY_KEEP)
		return 0;
	for (size_t i = 0; i < pw->nr_irqs; i++)
		if (guest->machine.live && !affinity_settable(guest->root, pw->irqs[i]))
			return plan_note(plan,
					 "%s: the interrupts of %s stay where they are: sending "
					 "them to other CPUs takes root",
					 pw->workload->name, pw->path);
	for (size_t i = 0; !ret && i < plan->nr_workers; i++)
		if (plan->workers[i].workload == workload && first_of_queue(plan, i))
			ret = steer_queue(plan, workload, &plan->workers[i]);
	return ret ? ret : note_steers(plan, pw, from, guest);
}
