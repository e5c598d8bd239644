/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan.h - what will run: every choice is made and everything refused here; from here on the plan
 * is const
 */
#ifndef IRQSTORM_PLAN_H
#define IRQSTORM_PLAN_H

#include <hwloc.h>
#include "base/inetaddr.h"
#include "guest/affinity.h"
#include "guest/guest.h"
#include "plan/request.h"
#include "workload.h"

/* where the interrupt of a worker's events goes, and so what they cost beside it */
enum placement {
	PLACE_NO_DEVICE,   /* the workload has no device: no vector */
	PLACE_OWN,	   /* the queue's own vector, effective on the worker's CPU */
	PLACE_SHARED_HERE, /* a vector of several queues, effective on the worker's CPU */
	PLACE_ELSEWHERE, /* effective on another CPU: each completion costs an IPI back to this one
			  */
	PLACE_POLL,	 /* the queue is polled: no vector */
	PLACE_UNKNOWN,	 /* the kernel does not tell */
};

enum peer_kind {
	PEER_NONE,
	PEER_ADDRESS,
	PEER_PAIR,
	PEER_GATEWAY
}; /* who answers a workload on a NIC */

struct plan_worker {
	unsigned int cpu;
	unsigned int workload; /* index into workloads */
	unsigned int
		target; /* CPU that takes its interrupts, as far as that is the workload's choice */
	unsigned int depth;
	enum wl_counter counter;
	enum placement placement;
	int queue; /* -1: none */
	int irq;   /* -1: none or unknown */
	enum irq_kind irq_kind;
	int irq_cpu; /* where the vector is effective, or the counter counts; -1: unknown */
};

struct plan_workload {
	const struct workload *workload;
	struct wl_value values[WL_MAX_KEYS];
	const char *spec;	 /* as asked for, the request's */
	bool has_rate;		 /* a rate= of its own, else --rate */
	uint64_t rate_mhz;	 /* on each of its CPUs; UNITS_RATE_MAX */
	const char **cpus_texts; /* its cpus=, which may be repeated */
	size_t nr_cpus_texts;
	hwloc_bitmap_t cpus; /* each has a worker of it */
	char *text;	     /* the values' texts point in here */
	char *path;	     /* of the device or file, or the NIC's name; NULL: none */
	enum peer_kind peer_kind;
	union inetaddr peer; /* of an address or the gateway; a pair's is known when it is made */
	char pair[16];	     /* the NIC at the other end of a pair */
	const struct irq_device *device; /* in the guest, which outlives the plan; NULL: none */
	unsigned int *irqs;		 /* the storm's own vectors: those of the device's queues */
	size_t nr_irqs;
};

struct plan_cell {	   /* what blocks of one kind are measured with: an arm, at a rate */
	unsigned int arm;  /* ordinal in --ab; 0 without it */
	enum eoi_ask eoi;  /* EOI_AUTO: as it is */
	bool idle;	   /* the workers stand still: what the soakers are calibrated by */
	bool has_rate;	   /* instead of the workloads'; --find-max: the run looks for it */
	uint64_t rate_mhz; /* UNITS_RATE_MAX */
};

struct plan {
	struct settings set;	 /* as asked for, and completed */
	char *const *program;	 /* with its arguments, the request's; NULL: the workloads run */
	struct plan_cell *cells; /* each has a block in each repeat */
	size_t nr_cells;
	uint64_t drain_ns; /* what is in flight at a phase's end has this long to come back; then it
			      is lost */
	bool count_eoi;	   /* the module is there and will be read */
	char no_eoi_why[320]; /* one sentence where it will not */
	hwloc_bitmap_t cpus;  /* with a worker, or the target of one */
	struct plan_workload *workloads;
	size_t nr_workloads;
	struct plan_worker *workers; /* by workload, then by CPU */
	size_t nr_workers;
	struct affinity_change *steers; /* vectors that go to another CPU for the run */
	size_t nr_steers;
	char **notes; /* sentences for plan and result: placement, choices the user did not make */
	size_t nr_notes;
};

/* 0 or -errno with a sentence; plan_fini takes a zeroed or half-built plan */
int plan_build(struct plan *plan, const struct request *req, const struct guest *guest);
void plan_fini(struct plan *plan);

/* may this workload run here? 0, or -errno and why not in words */
int plan_may_run(const struct workload *wl, const struct guest *guest, char *why, size_t size);

int plan_note(struct plan *plan, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* events in one submission at the most: as asked for, else 1, and all that fit in where there is no
 * rate */
unsigned int plan_batch(const struct plan_workload *pw, uint64_t rate_mhz);

/* "LOC", "RES", "CAL": the line of /proc/interrupts; NULL for vectors */
const char *plan_counter_name(enum wl_counter counter);
/* are the events of any worker counted on this line and CPU? */
bool plan_counts_on(const struct plan *plan, enum wl_counter counter, unsigned int cpu);

const char *placement_name(
	enum placement p); /* "own", "shared", "elsewhere", "poll", "unknown", NULL for no device */

#endif
