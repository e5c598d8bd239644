// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * schedule.c - the blocks of an experiment and their order. Arithmetic but for the refusals; no
 * clock, no thread.
 */
#include "plan/schedule.h"

#include <stdlib.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include "base/err.h"
#include "base/mix.h"
#include "base/units.h"

#define MAX_BLOCKS 10000 /* a block takes 30 kB of memory, its histogram most of that */
#define EVENTS 100ULL	 /* of a worker in a block, for numbers that are not coarse */
#define SEARCH_BLOCKS 9	 /* that one search for a rate takes, about */

int schedule_draw(const struct plan *plan, unsigned int repeat, unsigned int *order)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	if (!rng)
		return err_nomem();
	gsl_rng_set(rng, (unsigned long)(mix64(mix64(plan->set.seed) + repeat) >> 32));
	for (unsigned int i = 0; i < plan->nr_cells; i++)
		order[i] = i;
	gsl_ran_shuffle(rng, order, plan->nr_cells, sizeof(*order));
	gsl_rng_free(rng);
	return 0;
}

uint64_t schedule_nr_blocks(const struct plan *plan)
{
	uint64_t nr = 0;

	for (size_t i = 0; i < plan->nr_cells; i++)
		nr += plan->set.find_max && !plan->cells[i].idle ? SEARCH_BLOCKS : 1;
	return nr * plan->set.repeat_max;
}

static int refuse_arms(const struct request *req, const struct guest *guest)
{
	const struct eoidev_info *eoi = &guest->eoi;

	if (!req->nr_arms)
		return 0;
	if (eoi->state != EOIDEV_READY)
		return err_cannot("--ab: %s", eoi->why);
	if (!eoi->control)
		return err_cannot("--ab sets the mode of every vCPU, and that takes CAP_SYS_ADMIN");
	return 0;
}

/* rates of their own would be left out of the sweep, or would be overridden: neither is what was
 * asked for */
static int refuse_rates(const struct plan *plan, const struct request *req)
{
	const char *const what = req->set.find_max ? "--find-max" : "a sweep";

	for (size_t i = 0; (req->nr_rates || req->set.find_max) && i < plan->nr_workloads; i++) {
		const struct plan_workload *pw = &plan->workloads[i];

		if (!pw->workload->fire)
			return err_usage("%s paces itself: no rate can be given",
					 pw->workload->name);
		if (pw->has_rate)
			return err_usage(
				"%s sets the rate of every workload: leave out the rate= of %s",
				what, pw->workload->name);
	}
	return 0;
}

static void add_cells(struct plan *plan, const struct request *req)
{
	const unsigned int nr_arms = req->nr_arms ? req->nr_arms : 1,
			   nr_rates = req->nr_rates ? req->nr_rates : 1;

	for (unsigned int r = 0; r < nr_rates; r++)
		for (unsigned int a = 0; a < nr_arms; a++)
			plan->cells[plan->nr_cells++] = (struct plan_cell){
				.arm = a,
				.eoi = req->nr_arms ? req->arms[a] : EOI_AUTO,
				.has_rate = req->nr_rates || req->set.find_max,
				.rate_mhz = req->nr_rates ? req->rates_mhz[r] : UNITS_RATE_MAX,
			};
	if (req->set.soak)
		plan->cells[plan->nr_cells++] = (struct plan_cell){
			.eoi = req->nr_arms ? req->arms[0] : EOI_AUTO, .idle = true
		};
}

/* each block begins with a due event, and its last one may come too late: of few that is much */
static int note_few_events(struct plan *plan)
{
	uint64_t slowest_mhz = UINT64_MAX;
	char rate[UNITS_TEXT], block[UNITS_TEXT], enough[UNITS_TEXT];

	for (size_t i = 0; i < plan->nr_cells; i++)
		for (size_t w = 0; !plan->cells[i].idle && w < plan->nr_workloads; w++) {
			const uint64_t mhz = plan->cells[i].has_rate ? plan->cells[i].rate_mhz
								     : plan->workloads[w].rate_mhz;

			if (mhz != UNITS_RATE_MAX && mhz < slowest_mhz)
				slowest_mhz = mhz;
		}
	if (slowest_mhz == UINT64_MAX ||
	    (unsigned __int128)slowest_mhz * plan->set.block_ns >= EVENTS * NS_TIMES_MHZ)
		return 0;
	return plan_note(plan,
			 "at %s/s a block of %s has fewer than %llu events: its rate and its "
			 "quantiles are coarse (one of %s "
			 "has as many)",
			 units_format_rate((double)slowest_mhz / 1000, rate),
			 units_format_time(plan->set.block_ns, block), EVENTS,
			 units_format_time((uint64_t)(EVENTS * NS_TIMES_MHZ / slowest_mhz) + 1,
					   enough));
}

/* what only an experiment has is 0 elsewhere: the defaults would be told as if they were asked for
 */
static int no_experiment(struct settings *set)
{
	set->block_ns = set->settle_ns = 0;
	set->repeat_min = set->repeat_max = 0;
	set->until = set->margin = 0;
	return 0;
}

int schedule_build(struct plan *plan, const struct request *req, const struct guest *guest)
{
	int ret = refuse_arms(req, guest);

	if (!ret)
		ret = refuse_rates(plan, req);
	if (ret)
		return ret;
	plan->cells = calloc((size_t)(req->nr_arms + 1) * (req->nr_rates + 1) + 1,
			     sizeof(*plan->cells));
	if (!plan->cells)
		return err_nomem();
	add_cells(plan, req);
	if (!plan->set.experiment)
		return no_experiment(&plan->set);
	if (plan->program)
		plan->set.block_ns = plan->set.settle_ns = 0;
	if (!plan->program)
		plan->set.duration_ns = plan->set.block_ns;
	if (schedule_nr_blocks(plan) > MAX_BLOCKS)
		return err_usage("%llu blocks would not fit in memory: at most %d, so fewer "
				 "repeats, arms or rates",
				 (unsigned long long)schedule_nr_blocks(plan), MAX_BLOCKS);
	return plan->program ? 0 : note_few_events(plan);
}
