// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "base/units.h"
#include "plan/schedule.h"
#include "run/bisect.h"

#define MAX_CELLS 8

static void every_repeat_is_a_permutation(void **state)
{
	struct plan_cell cells[MAX_CELLS] = { 0 };
	struct plan plan = { .cells = cells, .nr_cells = MAX_CELLS, .set.seed = 7 };
	unsigned int order[MAX_CELLS];

	(void)state;
	for (unsigned int repeat = 0; repeat < 1000; repeat++) {
		unsigned int seen = 0;

		assert_int_equal(schedule_draw(&plan, repeat, order), 0);
		for (int i = 0; i < MAX_CELLS; i++)
			seen |= 1u << order[i];
		assert_int_equal(seen, (1u << MAX_CELLS) - 1);
	}
}

/* each of the orders of three comes as often as the others: chi-squared with 5 degrees of freedom,
 * p = 0.001 at 20.5 */
static void orders_are_equally_likely(void **state)
{
	struct plan_cell cells[3] = { 0 };
	struct plan plan = { .cells = cells, .nr_cells = 3, .set.seed = 1 };
	unsigned int order[3], count[27] = { 0 };
	const unsigned int nr = 6000;
	double chi2 = 0;

	(void)state;
	for (unsigned int repeat = 0; repeat < nr; repeat++) {
		assert_int_equal(schedule_draw(&plan, repeat, order), 0);
		count[9 * order[0] + 3 * order[1] + order[2]]++;
	}
	for (int i = 0; i < 27; i++)
		if (count[i])
			chi2 += (count[i] - nr / 6.0) * (count[i] - nr / 6.0) / (nr / 6.0);
	assert_true(chi2 < 20.5);
}

static void order_is_of_seed_and_repeat(void **state)
{
	struct plan_cell cells[MAX_CELLS] = { 0 };
	struct plan plan = { .cells = cells, .nr_cells = MAX_CELLS, .set.seed = 1 };
	unsigned int a[MAX_CELLS], b[MAX_CELLS];
	unsigned int same = 0;

	(void)state;
	for (unsigned int repeat = 0; repeat < 50; repeat++) {
		plan.set.seed = 1;
		assert_int_equal(schedule_draw(&plan, repeat, a), 0);
		assert_int_equal(schedule_draw(&plan, repeat, b), 0);
		assert_memory_equal(a, b, sizeof(a));
		plan.set.seed = 2;
		assert_int_equal(schedule_draw(&plan, repeat, b), 0);
		same += !memcmp(a, b, sizeof(a));
	}
	assert_true(same < 3);
}

static void cells_are_arms_times_rates(void **state)
{
	struct guest guest = { .eoi = { .state = EOIDEV_READY, .control = true } };
	struct plan plan = { .set.seed = 1 };
	struct request req;

	(void)state;
	request_init(&req);
	req.set.experiment = req.set.soak = true;
	req.arms[req.nr_arms++] = EOI_PV;
	req.arms[req.nr_arms++] = EOI_MSR;
	req.rates_mhz[req.nr_rates++] = 1000000;
	req.rates_mhz[req.nr_rates++] = UNITS_RATE_MAX;
	req.rates_mhz[req.nr_rates++] = 2000000;
	plan.set = req.set;
	assert_int_equal(schedule_build(&plan, &req, &guest), 0);
	assert_int_equal(plan.nr_cells, 7);
	assert_int_equal(plan.cells[0].eoi, EOI_PV);
	assert_int_equal(plan.cells[1].eoi, EOI_MSR);
	assert_int_equal(plan.cells[1].arm, 1);
	assert_int_equal(plan.cells[5].rate_mhz, 2000000);
	assert_true(plan.cells[5].has_rate && !plan.cells[5].idle);
	assert_true(plan.cells[6].idle);
	assert_int_equal(schedule_nr_blocks(&plan), 140);
	plan_fini(&plan);
}

static void arms_want_the_module(void **state)
{
	struct guest guest = { .eoi = { .state = EOIDEV_ABSENT, .why = "no module" } };
	struct plan plan = { .set.seed = 1 };
	struct request req;

	(void)state;
	request_init(&req);
	req.set.experiment = true;
	req.arms[req.nr_arms++] = EOI_PV;
	req.arms[req.nr_arms++] = EOI_MSR;
	err_clear();
	plan.set = req.set;
	assert_true(schedule_build(&plan, &req, &guest) < 0);
	assert_string_equal(err_sentence(), "--ab: no module");
	assert_int_equal(err_class(), ERR_CANNOT);
	guest.eoi = (struct eoidev_info){ .state = EOIDEV_READY };
	err_clear();
	plan.set = req.set;
	assert_true(schedule_build(&plan, &req, &guest) < 0);
	assert_non_null(strstr(err_sentence(), "CAP_SYS_ADMIN"));
	err_clear();
	plan_fini(&plan);
}

static void few_events_are_noted(void **state)
{
	struct guest guest = { .eoi = { .state = EOIDEV_ABSENT } };
	struct plan_workload pw = {
		.workload = &(struct workload){ .name = "w", .fire = (void *)1 }, .rate_mhz = 200000
	};
	struct plan plan = { .workloads = &pw, .nr_workloads = 1 };
	struct request req;

	(void)state;
	request_init(&req);
	req.set.experiment = true;
	req.set.block_ns = 500 * NS_PER_MS; /* exactly 100 events */
	plan.set = req.set;
	assert_int_equal(schedule_build(&plan, &req, &guest), 0);
	assert_int_equal(plan.nr_notes, 0);
	free(plan.cells);
	plan.cells = NULL;
	plan.nr_cells = 0;
	req.set.block_ns--;
	plan.set = req.set;
	assert_int_equal(schedule_build(&plan, &req, &guest), 0);
	assert_int_equal(plan.nr_notes, 1);
	assert_non_null(
		strstr(plan.notes[0], "at 200.0/s a block of 500 ms has fewer than 100 events"));
	plan.nr_workloads = 0; /* not the plan's own */
	plan.workloads = NULL;
	plan_fini(&plan);
}

/* a machine that holds what is at most its limit, and achieves so much at max */
static uint64_t search(uint64_t limit_mhz, uint64_t max_mhz, unsigned int *nr)
{
	struct bisect b = { 0 };
	uint64_t rate_mhz, best_mhz = 0;

	for (*nr = 0; bisect_next(&b, &rate_mhz); ++*nr) {
		const bool held = rate_mhz != UNITS_RATE_MAX && rate_mhz <= limit_mhz;

		if (held && rate_mhz > best_mhz)
			best_mhz = rate_mhz;
		bisect_tell(&b, rate_mhz, held, max_mhz);
	}
	return best_mhz;
}

static void bisection_is_within_a_percent(void **state)
{
	unsigned int nr;

	(void)state;
	for (uint64_t limit_mhz = 5000; limit_mhz < 100000000000; limit_mhz = limit_mhz * 27 / 10) {
		uint64_t best_mhz = search(limit_mhz, limit_mhz + limit_mhz / 10, &nr);

		assert_true(best_mhz <= limit_mhz &&
			    (double)best_mhz * 1.01 >= (double)limit_mhz - 1);
		assert_true(nr <= 10);
	}
}

/* max says little of what is held: a closed loop of depth 32, or a rate that is only held far below
 */
static void bisection_finds_what_max_did_not_tell(void **state)
{
	unsigned int nr;
	uint64_t best_mhz;

	(void)state;
	best_mhz = search(1000000, 50000000, &nr);
	assert_true(best_mhz <= 1000000 && (double)best_mhz * 1.01 >= 1000000 && nr < 40);
	best_mhz = search(50000000, 1000000, &nr);
	assert_true(best_mhz <= 50000000 && (double)best_mhz * 1.01 >= 50000000 && nr < 40);
	assert_int_equal(search(0, 1000000, &nr), 0); /* nothing is held: it ends all the same */
	assert_true(nr <= 41);
}

static const struct CMUnitTest tests[] = {
	TEST("every repeat has each cell once", every_repeat_is_a_permutation),
	TEST("no order of the cells is likelier than another", orders_are_equally_likely),
	TEST("the order is of seed and repeat, and of nothing else", order_is_of_seed_and_repeat),
	TEST("the cells are arms times rates, and an idle one with --soak",
	     cells_are_arms_times_rates),
	TEST("arms want the module and the right to set its mode", arms_want_the_module),
	TEST("blocks of fewer than 100 events are noted", few_events_are_noted),
	TEST("the search ends within 1 % below what is held", bisection_is_within_a_percent),
	TEST("the search finds a rate far from what max achieved",
	     bisection_finds_what_max_did_not_tell),
};

UNIT_MAIN(tests)
