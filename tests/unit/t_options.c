// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <errno.h>
#include <string.h>
#include "base/err.h"
#include "base/units.h"
#include "cli/cli.h"

static int parse(struct request *req, const char *line)
{
	static char words[512], *argv[32]; /* the request points into both */
	char *rest = words;
	int argc = 1;

	memset(argv, 0, sizeof(argv));
	argv[0] = (char *)"irqstorm";
	snprintf(words, sizeof(words), "%s", line);
	while (rest && *rest && argc < 31)
		argv[argc++] = strsep(&rest, " ");
	err_clear();
	return options_parse(req, argc, argv);
}

static void defaults(void **state)
{
	struct request req;

	(void)state;
	assert_int_equal(parse(&req, ""), 0);
	assert_int_equal(req.action, ACTION_RUN);
	assert_int_equal(req.set.rate_mhz, UNITS_RATE_MAX);
	assert_int_equal(req.set.duration_ns, 10 * NS_PER_S);
	assert_int_equal(req.set.warmup_ns, NS_PER_S);
	assert_int_equal(req.set.interval_ns, 100 * NS_PER_MS);
	assert_int_equal(req.set.pace, PACE_SLEEP);
	assert_int_equal(req.set.arrivals, ARRIVALS_CONST);
	assert_int_equal(req.set.eoi, EOI_AUTO);
	assert_int_equal(req.nr_workloads, 0);
	assert_null(req.cpus);
	assert_null(req.output);
}

static void all(void **state)
{
	struct request req;

	(void)state;
	assert_int_equal(parse(&req,
			       "-R 20k -d 5s -c 0-3 -w null -w virtio-blk,bs=512 --warmup 0 -i "
			       "50ms --pace=spin "
			       "--arrivals=poisson --seed 9 --eoi=msr -J -o f -q --print-plan"),
			 0);
	assert_int_equal(req.set.rate_mhz, 20000000);
	assert_int_equal(req.set.duration_ns, 5 * NS_PER_S);
	assert_string_equal(req.cpus, "0-3");
	assert_int_equal(req.nr_workloads, 2);
	assert_string_equal(req.workloads[1], "virtio-blk,bs=512");
	assert_int_equal(req.set.warmup_ns, 0);
	assert_int_equal(req.set.interval_ns, 50 * NS_PER_MS);
	assert_int_equal(req.set.pace, PACE_SPIN);
	assert_int_equal(req.set.arrivals, ARRIVALS_POISSON);
	assert_int_equal(req.set.seed, 9);
	assert_int_equal(req.set.eoi, EOI_MSR);
	assert_int_equal(req.form, FORM_JSON);
	assert_string_equal(req.output, "f");
	assert_true(req.quiet);
	assert_int_equal(req.action, ACTION_PRINT_PLAN);
}

static void programs(void **state)
{
	struct request req;

	(void)state;
	assert_int_equal(parse(&req, "-d 5s -q -- prog -R 5 --help -- x"), 0);
	assert_int_equal(req.action, ACTION_RUN);
	assert_string_equal(req.program[0], "prog");
	assert_string_equal(req.program[3], "--help");
	assert_string_equal(req.program[5], "x");
	assert_null(req.program[6]);
	assert_true(req.has_duration);
	assert_int_equal(parse(&req, "-q"), 0);
	assert_null(req.program);
	assert_int_equal(parse(&req, "-o -- prog"), -EINVAL); /* that -- is the name of a file */
	assert_non_null(strstr(err_sentence(), "unexpected argument 'prog'"));
}

static void help_wins(void **state)
{
	struct request req;

	(void)state;
	assert_int_equal(parse(&req, "--print-plan --help --list-workloads"), 0);
	assert_int_equal(req.action, ACTION_HELP);
}

static void errors(void **state)
{
	static const struct {
		const char *line, *sentence;
	} bad[] = {
		{ "-Z", "unknown option '-Z'" },
		{ "--rate", "option '--rate' needs an argument: RATE" },
		{ "-d", "option '--duration' needs an argument: TIME" },
		{ "--pace=", "invalid --pace '' (expected sleep or spin)" },
	};
	struct request req;

	(void)state;
	/* getopt takes an unambiguous beginning for the whole, as everywhere */
	assert_int_equal(parse(&req, "--rat 5"), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(&req, bad[i].line), -EINVAL);
		assert_non_null(strstr(err_sentence(), bad[i].sentence));
		assert_int_equal(err_class(), ERR_USAGE);
	}
}

static const struct CMUnitTest tests[] = {
	TEST("nothing asked gives the documented defaults", defaults),
	TEST("every option reaches its field", all),
	TEST("what follows -- is the program's, options and all", programs),
	TEST("--help wins over the other actions", help_wins),
	TEST("errors name the option by its long name", errors),
};

UNIT_MAIN(tests)
