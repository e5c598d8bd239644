/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pacer.h - when the n-th event is due
 *
 * const:   due(n) = start + n * 1e12 / rate_mhz, rounded down to a nanosecond: integers with a remainder, no drift.
 * burst:   that many due at once, and the next as much later: the same rate.
 * poisson: exponential gaps of that mean (GSL, seeded), each rounded to a nanosecond.
 * It knows no clock: the times are the caller's.
 */
#ifndef IRQSTORM_PACER_H
#define IRQSTORM_PACER_H

#include <stdint.h>
#include <gsl/gsl_rng.h>

struct pacer {
	uint64_t rate_mhz;
	unsigned int burst;	     /* so many have one due time; 1: const */
	uint64_t step_ns, step_rest; /* from one due time to the next: burst * 1e12 / rate_mhz and
					its remainder */
	uint64_t rest;		     /* of the due time, in units of 1 / rate_mhz ns */
	uint64_t next_ns;	     /* due time of the next event */
	uint64_t nr;		     /* due times taken so far */
	gsl_rng *rng;		     /* NULL: const */
	uint64_t seed;
};

/* rate_mhz > 0; stream: another one of the same seed is independent. 0 or -ENOMEM. pacer_fini takes
 * a zeroed struct */
int pacer_init(struct pacer *p, uint64_t rate_mhz, int poisson, uint64_t seed, uint64_t stream);
void pacer_set_burst(struct pacer *p,
		     unsigned int burst); /* > 0; before pacer_start, and not for poisson */
void pacer_set_rate(struct pacer *p, uint64_t rate_mhz); /* likewise; > 0 */
void pacer_fini(struct pacer *p);
/* begins anew at first_ns; the arrivals are of seed, stream and phase, whatever was taken before */
void pacer_start(struct pacer *p, uint64_t first_ns, uint64_t phase);

void pacer_poisson_step(struct pacer *p);

/* takes the next due time; hot */
static inline uint64_t pacer_take(struct pacer *p)
{
	uint64_t due = p->next_ns;

	p->nr++;
	if (p->rng) {
		pacer_poisson_step(p);
		return due;
	}
	if (p->burst > 1 && p->nr % p->burst)
		return due;
	p->next_ns += p->step_ns;
	p->rest += p->step_rest;
	if (p->rest >= p->rate_mhz) {
		p->rest -= p->rate_mhz;
		p->next_ns++;
	}
	return due;
}

/*
 * how many events fall due before end_ns, those already taken included. Poisson arrivals are walked
 * through, so that the pacer is at its end after this; beyond a million they are counted by their
 * mean.
 */
uint64_t pacer_count_until(struct pacer *p, uint64_t end_ns);

#endif
