/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sampler.h - the counters beside the workers, read by the main thread: at both ends of a phase and
 * at each interval
 */
#ifndef IRQSTORM_SAMPLER_H
#define IRQSTORM_SAMPLER_H

#include "guest/eoidev.h"
#include "record/record.h"
#include "run/irqcount.h"
#include "run/run.h"
#include "run/soaker.h"
#include "run/sources.h"
#include "run/worker.h"

struct sample { /* of one CPU: events, interrupts since the phase began; EOIs since loading */
	uint64_t events, interrupts, latency_sum_ns;
	struct eoi_count eoi;
	uint64_t mark;
	uint64_t soak_loops; /* since the soaker began */
};

struct sampler {
	const struct plan *plan;
	struct eoidev *eoi; /* NULL: not counted */
	struct irqcount irqs;
	struct sources sources;
	struct worker *workers;
	const struct soakers *soakers; /* NULL: none */
	unsigned int *cpus;
	uint64_t *steal_begin, *steal;	   /* by Linux CPU, irqs.nr_cpus of them */
	struct sample *begin, *last, *now; /* by index into cpus */
	size_t nr_cpus;
};

int sampler_init(struct sampler *s, const struct plan *plan, const struct guest *guest,
		 struct eoidev *eoi, struct worker *workers);
void sampler_fini(struct sampler *s);

int sampler_begin(struct sampler *s); /* while the workers wait at the gate */
int sampler_interval(struct sampler *s, struct record *rec, uint64_t t_ns);
int sampler_end(struct sampler *s, struct record *rec,
		uint64_t t_ns); /* while the workers wait at the gate again */
void sampler_progress(const struct sampler *s,
		      struct run_progress *p); /* events, fast, msr since sampler_begin */

#endif
