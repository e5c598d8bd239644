/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.h - all that a run leaves behind: facts, in base units, nothing computed but differences
 * of counters
 */
#ifndef IRQSTORM_RECORD_H
#define IRQSTORM_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "record/hist.h"
#include "record/settings.h"

/* a count that could not be taken: null in JSON. The sum with one is unknown too */
#define RECORD_UNKNOWN UINT64_MAX

static inline uint64_t record_sum(uint64_t a, uint64_t b)
{
	return a == RECORD_UNKNOWN || b == RECORD_UNKNOWN ? RECORD_UNKNOWN : a + b;
}

struct record_machine {
	char kernel[128], hypervisor[16];
	const char *host, *cpu_model; /* NULL: unknown */
	int pv_eoi_offered;	      /* 1, 0, -1: unknown */
	const char *apic_mode;	      /* "x2apic", "xapic", NULL: unknown */
	const char *cpus_online;      /* CPU list */
};

struct record_workload {
	const char *name, *spec;	 /* as asked for: "virtio-blk,depth=4" */
	const char *path, *device, *bdf; /* "/dev/vda", "virtio1", "0000:00:02.0"; NULL: none */
	const char *peer;		 /* "pair:eth1"; NULL: nobody has to answer */
	uint64_t rate_mhz;		 /* asked for on each of its CPUs; 0: max */
	const char *cpus;		 /* CPU list */
	unsigned int depth, batch;
	bool has_vectors; /* it has vectors or a counter: its interrupts can be counted */
};

struct record_plan {
	struct settings set;
	const char *cpus;	/* CPU list */
	const char *no_eoi_why; /* NULL: EOIs were counted */
};

struct record_row { /* one worker: a workload on a vCPU */
	unsigned int cpu, workload;
	const char *placement;	 /* placement_name() */
	const char *irq_kind;	 /* "MSI-X"; NULL where there is no vector */
	int queue, irq, irq_cpu; /* -1: none or unknown */
	const char *counter;	 /* "LOC", "RES", "CAL": counted there on irq_cpu; NULL: vectors */
	uint64_t events_due;	 /* due times in the run phase; UINT64_MAX where the rate is max */
	uint64_t events;	 /* completed */
	uint64_t late;	  /* of those due: started when the next due time, by the rate, was already
			     there */
	uint64_t skipped; /* of those due: never started. due is events and lost and skipped */
	uint64_t coalesced;   /* started in one submission with an earlier one */
	uint64_t lost;	      /* still in flight when the worker gave up waiting */
	uint64_t interrupts;  /* of the workload's own vectors on this CPU, or of the counter on
				 irq_cpu; RECORD_UNKNOWN */
	struct hist *latency; /* ns from the due time to the completion */
	struct hist *delay;   /* ns from the due time to the start */
};

struct record_cpu { /* differences over the run phase */
	unsigned int cpu;
	bool has_eoi;
	uint64_t fast, msr;
	uint64_t mark_begin, mark_end;	  /* ordinals of the module's marks between which they were
					     counted; 0: none made */
	uint64_t timer, reschedule, call; /* LOC, RES, CAL; RECORD_UNKNOWN */
	uint64_t steal_ns;		  /* in whole ticks of /proc/stat; RECORD_UNKNOWN */
	uint64_t soak_loops;		  /* of the soaker on this CPU; 0: there was none */
};

struct record_interval { /* t_ns is when it ended, from the start of its block */
	uint64_t t_ns;
	unsigned int block; /* index into blocks */
	unsigned int cpu;
	bool has_eoi;
	uint64_t events, interrupts, fast, msr;
	uint64_t latency_sum_ns; /* of its events; 0 where none was taken */
};

struct record_source { /* whose EOIs, on one CPU, in the run phase; only those that had any */
	unsigned int cpu;
	int irq;       /* Linux IRQ; -1: an interrupt without a number */
	bool storm;    /* one of the storm's own vectors */
	char name[64]; /* "virtio0-req.0", "local_timer", "unclaimed" */
	uint64_t fast, msr;
	uint64_t level; /* of both: of a level-triggered interrupt */
};

struct record_line { /* a line of /proc/interrupts on one CPU: what it grew by; only those that did
		      */
	unsigned int cpu;
	char label[16]; /* "36", "LOC" */
	char name[96];	/* what stands behind the counts */
	uint64_t count;
};

struct record_program {		     /* argv NULL: there was none */
	const char **argv;	     /* ends with NULL */
	int status;		     /* its exit status, 128 + signal where one ended it */
	int signal;		     /* 0: it exited */
	bool timed_out;		     /* --duration was over: it got a SIGTERM */
	uint64_t user_ns, system_ns; /* of it and what it waited for */
};

struct record_text { /* one of the texts that a record owns */
	struct record_text *next;
	char text[];
};

#define RECORD_BUCKETS 64

struct record_cycles { /* TSC cycles of the EOIs of one path */
	uint64_t count, sum;
	uint64_t buckets[RECORD_BUCKETS]; /* bucket i: 2^i and more, less than 2^(i+1) */
};

struct record_warmup {
	uint64_t elapsed_ns, events;
};

struct record_cell {	   /* what blocks of one kind are measured with: an arm, at a rate */
	unsigned int arm;  /* ordinal in --ab, which may name one mode twice; 0 without it */
	const char *eoi;   /* the module's mode that the arm asks for: "pv", "msr", "ignored"; NULL:
			      as it was */
	bool idle;	   /* the workers stand still: what --soak is calibrated by */
	bool has_rate;	   /* a rate of its own, instead of the workloads': --sweep, --find-max */
	uint64_t rate_mhz; /* of each worker; 0: max. --find-max: see the block's */
};

/* --find-max: a rate is held where each row did that much of what was due */
#define RECORD_FIND_MAX_HELD 0.99

struct record_block {	     /* one measured window: gate to gate, or one run of a program */
	unsigned int cell;   /* index into cells */
	unsigned int repeat; /* from 0 */
	uint64_t rate_mhz;   /* of each worker, where the cell has a rate; 0: max */
	uint64_t t_ns;	     /* when it began, from the beginning of its run's first, which is 0 */
	uint64_t elapsed_ns;
	uint64_t interrupts_elsewhere;
	struct record_row *rows; /* nr_rows, in the order of record.rows; without histograms */
	struct record_cpu *cpus; /* nr_cpus, in the order of record.cpus */
	struct hist *latency;	 /* of all rows; NULL: none was taken (a program, an idle block) */
	struct record_cycles cycles[2]; /* fast, msr; count 0: not timed */
	uint64_t user_ns, system_ns;	/* of the program */
};

/*
 * Every run has at least one cell and one block. What stands beside the blocks (rows, cpus,
 * sources, lines, cycles, elapsed_ns) is the sum over all blocks whose cell is not idle; for a run
 * of one block it is that block.
 */
struct record {
	struct record_machine machine;
	struct record_plan plan;
	struct record_cell *cells;
	size_t nr_cells;
	struct record_block *blocks; /* in the order they ran */
	size_t nr_blocks, max_blocks;
	struct record_workload *workloads;
	size_t nr_workloads;
	struct record_row *rows;
	size_t nr_rows;
	struct record_cpu *cpus;
	size_t nr_cpus;
	struct record_interval *intervals;
	size_t nr_intervals, max_intervals;
	const char **notes; /* ends with NULL; NULL of none */
	size_t nr_notes;
	struct record_source *sources;
	size_t nr_sources, max_sources;
	struct record_line *lines;
	size_t nr_lines, max_lines;
	struct record_program program;
	bool has_sources;		/* the module gives each EOI to somebody */
	uint64_t no_eoi;		/* handlers entered without an EOI of their own */
	struct record_cycles cycles[2]; /* fast, msr; count 0: not timed */
	bool pv_eoi_usable;		/* the module finds PV-EOI offered */
	uint64_t calib_msr_cycles,
		calib_base_cycles; /* of a register write, of the measuring; 0: not made */
	uint32_t tsc_khz;
	struct record_warmup warmup;
	uint64_t elapsed_ns;	       /* of the run phase: when firing ended */
	uint64_t interrupts_elsewhere; /* of the storm's vectors, on CPUs without a worker of its
					  workload */
	bool interrupted;
	const char *failed;	 /* the sentence of what ended the run; NULL */
	const char *pv_eoi_word; /* "kernel", "own": whose word the module uses; NULL: no module */
	const char *eoi_mode;	 /* what the module was in during the run: "pv", "msr", "ignored";
				    NULL: no module */
	struct record_text
		*texts; /* every text above that is not static; they go with the record */
	bool no_memory; /* for a text: what points to it is NULL */
};

/* room for so many; 0 or -ENOMEM with a sentence. record_fini takes a zeroed or half-filled record
 */
int record_init(struct record *rec, size_t nr_workloads, size_t nr_rows, size_t nr_cpus);
void record_fini(struct record *rec);
/* a copy that lives as long as the record; NULL of NULL, and (with a sentence, and no_memory set)
 * where there is no memory */
const char *record_text(struct record *rec, const char *text);
void record_drop_texts(struct record *rec); /* what points to them must be gone */
int record_set_program(struct record *rec,
		       const char *const *argv); /* copied; NULL and an empty one: none */
int record_add_interval(struct record *rec, const struct record_interval *interval);
int record_add_source(struct record *rec, const struct record_source *source);
int record_add_line(struct record *rec, const struct record_line *line);
int record_add_note(struct record *rec, const char *note);
int record_set_cells(struct record *rec, const struct record_cell *cells, size_t nr); /* copied */

/*
 * part: another record of the same workloads, rows and CPUs in the same order, which holds one
 * window and nothing else. Adds it to rec as a block (meta: cell, repeat, rate and t_ns; the rest
 * is taken from the part), and to rec's sums. record_clear empties a part for the next window.
 */
int record_init_part(struct record *part, const struct record *rec);
int record_fold(struct record *rec, const struct record *part, const struct record_block *meta);
void record_clear(struct record *part);
/* is this block the first of a run? merge adds the blocks of many */
bool record_begins_run(const struct record *rec, size_t block);
size_t record_nr_runs(const struct record *rec);
struct record_cpu *record_cpu(const struct record *rec, unsigned int cpu); /* NULL */

#endif
