// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pacer.c - due times. Arithmetic on what it is given; no clock, no thread.
 */
#include "run/pacer.h"

#include <string.h>
#include <gsl/gsl_randist.h>
#include "base/err.h"
#include "base/mix.h"
#include "base/units.h"

#define WALK 1000000u

void pacer_set_burst(struct pacer *p, unsigned int burst)
{
	p->burst = burst;
	p->step_ns = burst * NS_TIMES_MHZ / p->rate_mhz;
	p->step_rest = burst * NS_TIMES_MHZ % p->rate_mhz;
}

void pacer_set_rate(struct pacer *p, uint64_t rate_mhz)
{
	p->rate_mhz = rate_mhz;
	pacer_set_burst(p, p->burst);
}

int pacer_init(struct pacer *p, uint64_t rate_mhz, int poisson, uint64_t seed, uint64_t stream)
{
	memset(p, 0, sizeof(*p));
	p->rate_mhz = rate_mhz;
	pacer_set_burst(p, 1);
	if (!poisson)
		return 0;
	p->rng = gsl_rng_alloc(gsl_rng_taus2);
	if (!p->rng)
		return err_nomem();
	p->seed = mix64(mix64(seed) + stream);
	return 0;
}

void pacer_fini(struct pacer *p)
{
	if (p->rng)
		gsl_rng_free(p->rng);
	memset(p, 0, sizeof(*p));
}

void pacer_start(struct pacer *p, uint64_t first_ns, uint64_t phase)
{
	p->next_ns = first_ns;
	p->rest = 0;
	p->nr = 0;
	if (!p->rng)
		return;
	gsl_rng_set(p->rng, (unsigned long)(mix64(p->seed + phase) >> 32));
	pacer_poisson_step(p);
}

void pacer_poisson_step(struct pacer *p)
{
	p->next_ns += (uint64_t)(gsl_ran_exponential(p->rng,
						     (double)NS_TIMES_MHZ / (double)p->rate_mhz) +
				 0.5);
}

uint64_t pacer_count_until(struct pacer *p, uint64_t end_ns)
{
	unsigned __int128 left, step = p->burst * NS_TIMES_MHZ;

	for (unsigned int i = 0; p->rng && i < WALK && p->next_ns < end_ns; i++)
		pacer_take(p);
	if (p->next_ns >= end_ns)
		return p->nr;
	/* the k-th due time is next_ns + (rest + k * step) / rate_mhz, rounded down: count the k
	 * with that < end_ns */
	left = (unsigned __int128)(end_ns - p->next_ns) * p->rate_mhz;
	if (p->rng)
		return p->nr + 1 +
		       (uint64_t)(left / NS_TIMES_MHZ); /* the next one's time is known */
	/* each of burst events, of which some of the first may have been taken */
	return p->nr - p->nr % p->burst + (uint64_t)((left - p->rest + step - 1) / step) * p->burst;
}
