/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blocks.h - records of blocks made by hand, through record_fold() as a run makes them
 */
#ifndef IRQSTORM_BLOCKS_H
#define IRQSTORM_BLOCKS_H

#include <stdlib.h>
#include <string.h>
#include "record/record.h"

/* what each of the two vCPUs of a block has */
struct made {
	uint64_t events, due, interrupts, latency_ns, fast, msr, soak_loops, steal_ns;
};

/* two vCPUs, 0 and 4, of one workload with a vector on each */
static inline void blocks_init(struct record *rec, const struct record_cell *cells, size_t nr_cells)
{
	assert_int_equal(record_init(rec, 1, 2, 2), 0);
	rec->workloads[0].name = "virtio-blk";
	rec->workloads[0].spec = "virtio-blk";
	rec->workloads[0].has_vectors = true;
	rec->workloads[0].depth = 1;
	rec->plan.set.experiment = true;
	rec->plan.set.seed = 1;
	rec->plan.set.block_ns = 1000000000;
	rec->plan.set.margin = 0.01;
	strcpy(rec->machine.kernel, "6.1.0");
	strcpy(rec->machine.hypervisor, "kvm");
	rec->machine.apic_mode = "x2apic";
	rec->machine.pv_eoi_offered = 1;
	rec->machine.cpus_online = "0,4";
	rec->plan.cpus = "0,4";
	rec->plan.no_eoi_why = "EOIs are not counted";
	rec->workloads[0].cpus = "0,4";
	for (unsigned int i = 0; i < 2; i++) {
		rec->rows[i].cpu = rec->cpus[i].cpu = 4 * i;
		rec->rows[i].irq = rec->rows[i].queue = rec->rows[i].irq_cpu = -1;
	}
	assert_int_equal(record_set_cells(rec, cells, nr_cells), 0);
}

/* a block of one second; due 0: there were no due times */
static inline void blocks_add(struct record *rec, unsigned int cell, unsigned int repeat,
			      uint64_t rate_mhz, struct made made)
{
	const struct record_block meta = { .cell = cell,
					   .repeat = repeat,
					   .rate_mhz = rate_mhz,
					   .t_ns = rec->nr_blocks * 1100000000ull };
	struct record part = { 0 };

	assert_int_equal(record_init_part(&part, rec), 0);
	part.elapsed_ns = 1000000000;
	for (unsigned int i = 0; i < 2; i++) {
		part.rows[i].events = made.events;
		part.rows[i].events_due = made.due ? made.due : UINT64_MAX;
		part.rows[i].interrupts = made.interrupts;
		for (uint64_t e = 0; e < made.events && made.latency_ns; e++)
			hist_record(part.rows[i].latency, made.latency_ns);
		part.cpus[i].has_eoi = made.fast || made.msr;
		part.cpus[i].fast = made.fast;
		part.cpus[i].msr = made.msr;
		part.cpus[i].soak_loops = made.soak_loops;
		part.cpus[i].steal_ns = made.steal_ns;
	}
	assert_int_equal(record_fold(rec, &part, &meta), 0);
	record_fini(&part);
}

#endif
