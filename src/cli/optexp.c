// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * optexp.c - the options of an experiment become fields of the request; contradictions are refused.
 * Knows no machine.
 */
#include "cli/optdefs.h"

#include <errno.h>
#include <string.h>
#include "analyze/bound.h"
#include "base/err.h"
#include "base/units.h"

#define BOUND_REPEATS 6 /* fewer blocks have no interval */
#define UNTIL_MIN 10	/* repeats, where --until comes without --repeat */
#define UNTIL_MAX 100
#define MAX_REPEAT 100000
#define RATE_EXAMPLES "rate (500, 20k, 1.5M, max)"
#define RATE_RANGE "0.001 to 1G"

static int add_rate(struct request *req, const struct option_def *def, uint64_t mhz)
{
	if (req->nr_rates == REQUEST_MAX_RATES)
		return err_usage("--%s can have %d rates at the most", def->name,
				 REQUEST_MAX_RATES);
	for (unsigned int i = 0; i < req->nr_rates; i++)
		if (req->rates_mhz[i] == mhz)
			return err_usage("--%s has one rate twice", def->name);
	req->rates_mhz[req->nr_rates++] = mhz;
	return 0;
}

/* the next of the texts that end at one of stops; *text is set behind it, to NULL after the last */
static int next_part(const char **text, const char *stops, char *buf, size_t size)
{
	size_t n = strcspn(*text, stops);

	if (!n || n >= size)
		return -EINVAL;
	memcpy(buf, *text, n);
	buf[n] = '\0';
	*text = (*text)[n] ? *text + n + 1 : NULL;
	return 0;
}

SETTER(set_rate)
{
	const bool list = strchr(text, ',');
	char part[64];
	uint64_t mhz;

	req->has_rate = true;
	req->nr_rates = 0;
	for (const char *at = text; at;) {
		int ret = next_part(&at, ",", part, sizeof(part));

		if (!ret)
			ret = units_parse_rate(part, &mhz);
		if (ret)
			return option_bad(def, text, ret,
					  ret == -ERANGE ? RATE_RANGE : RATE_EXAMPLES);
		req->set.rate_mhz = mhz;
		if (list && (ret = add_rate(req, def, mhz)))
			return ret;
	}
	return 0;
}

/* FROM:TO:xFACTOR, FROM:TO:+STEP */
SETTER(set_sweep)
{
	char from[32], to[32], step[32];
	const char *at = text;
	uint64_t first = 0, last = 0, by = 0;
	int ret = next_part(&at, ":", from, sizeof(from));

	req->nr_rates = 0;
	if (!ret)
		ret = at ? next_part(&at, ":", to, sizeof(to)) : -EINVAL;
	if (!ret)
		ret = at ? next_part(&at, ":", step, sizeof(step)) : -EINVAL;
	if (!ret && at)
		ret = -EINVAL;
	if (!ret)
		ret = units_parse_rate(from, &first);
	if (!ret)
		ret = units_parse_rate(to, &last);
	if (!ret)
		ret = step[0] == 'x' || step[0] == '+' ? units_parse_rate(step + 1, &by) : -EINVAL;
	if (ret || !first || !last || !by)
		return option_bad(def, text, ret == -ERANGE ? ret : -EINVAL,
				  ret == -ERANGE ? RATE_RANGE
						 : "range of rates (1k:64k:x2, 1k:10k:+500)");
	if (last < first || (step[0] == 'x' && (unsigned __int128)first * by / 1000 <=
						       first)) /* in thousandths of a hertz */
		return err_usage("--%s=%s does not rise", def->name, text);
	for (uint64_t mhz = first; !ret && mhz <= last;
	     mhz = step[0] == '+' ? mhz + by : (uint64_t)((unsigned __int128)mhz * by / 1000))
		ret = add_rate(req, def, mhz);
	return ret;
}

SETTER(set_ab)
{
	char part[16];

	req->nr_arms = 0;
	for (const char *at = text; at;) {
		enum eoi_ask arm = EOI_AUTO;
		int ret = next_part(&at, ",", part, sizeof(part));

		for (int i = EOI_PV; !ret && eoi_ask_names[i]; i++)
			if (!strcmp(part, eoi_ask_names[i]))
				arm = (enum eoi_ask)i;
		if (ret || arm == EOI_AUTO)
			return err_usage(
				"--%s=%s is no list of arms: pv, msr, ignored, two or more",
				def->name, text);
		if (req->nr_arms == REQUEST_MAX_ARMS)
			return err_usage("--%s can have %d arms at the most", def->name,
					 REQUEST_MAX_ARMS);
		req->arms[req->nr_arms++] = arm;
	}
	if (req->nr_arms < 2)
		return err_usage("--%s=%s is a single arm: name what it is to be compared with "
				 "(pv,msr; pv,pv is the control)",
				 def->name, text);
	return 0;
}

SETTER(set_block)
{
	return option_time(def, text, NS_PER_MS, &req->set.block_ns);
}

SETTER(set_settle)
{
	return option_time(def, text, 0, &req->set.settle_ns);
}

SETTER(set_repeat)
{
	const char *at = text;
	uint64_t value[2] = { 0 };
	char part[32];
	int nr = 0, ret = 0;

	while (!ret && at && nr < 2) {
		ret = next_part(&at, ",", part, sizeof(part));
		if (!ret)
			ret = units_parse_u64(part, &value[nr++]);
	}
	if (ret == -EINVAL || at)
		return option_bad(def, text, -EINVAL,
				  "number of repeats (20; with --until also 10,100)");
	if (nr == 1)
		value[1] = value[0];
	if (ret || !value[0] || value[1] > MAX_REPEAT || value[1] < value[0])
		return option_bad(def, text, -ERANGE, "1 to 100000, the smaller first");
	req->set.repeat_min = (unsigned int)value[0];
	req->set.repeat_max = (unsigned int)value[1];
	return 0;
}

static int set_percent(const struct option_def *def, const char *text, double *fraction)
{
	int ret = units_parse_percent(text, fraction);

	if (!ret && *fraction == 0)
		ret = -ERANGE;
	return !ret ? 0
		    : option_bad(def, text, ret,
				 ret == -ERANGE ? "more than 0%, at most 100%"
						: "percentage (1%, 0.5%)");
}

SETTER(set_until)
{
	return set_percent(def, text, &req->set.until);
}

SETTER(set_margin)
{
	return set_percent(def, text, &req->set.margin);
}

SETTER(set_fail_if)
{
	if (req->nr_fail_if == REQUEST_MAX_BOUNDS)
		return err_usage("--%s can be given %d times at the most", def->name,
				 REQUEST_MAX_BOUNDS);
	req->fail_if[req->nr_fail_if++] = text;
	return 0;
}

SETTER(set_save)
{
	if (!*text)
		return err_usage("--%s needs a file name", def->name);
	req->save = text;
	return 0;
}

static const char *const of_experiments[] = { "block", "settle", "margin", NULL };

static int refuse_contradictions(const struct request *req, given_fn given, const void *ctx)
{
	if (given(ctx, "rate") && given(ctx, "sweep"))
		return err_usage("--rate and --sweep both say the rates: give one of them");
	if (req->set.find_max && (given(ctx, "rate") || given(ctx, "sweep")))
		return err_usage("--find-max looks for the rate itself: leave out --%s",
				 given(ctx, "rate") ? "rate" : "sweep");
	if (req->nr_arms && req->set.eoi != EOI_AUTO)
		return err_usage("--ab sets the mode of each block: leave out --eoi=%s",
				 eoi_ask_names[req->set.eoi]);
	if (req->set.soak && req->set.pace == PACE_SPIN)
		return err_usage("--soak counts what the workers leave of each vCPU, and "
				 "--pace=spin leaves nothing");
	if (req->set.experiment && !req->program && given(ctx, "duration"))
		return err_usage("an experiment lasts as long as its blocks: give --block and "
				 "--repeat instead of --duration");
	if (req->set.repeat_min < req->set.repeat_max && !req->set.until)
		return err_usage("--repeat=MIN,MAX needs --until, which says when it is enough");
	for (size_t i = 0;
	     req->action != ACTION_COMPARE && !req->set.experiment && of_experiments[i]; i++)
		if (given(ctx, of_experiments[i]))
			return err_usage("--%s is for an experiment: add --ab, --sweep, "
					 "--find-max, --soak or --repeat",
					 of_experiments[i]);
	return 0;
}

/* what this run will not measure, as far as the options say; NULL: it may */
static const char *why_not_measured(const struct request *req, const struct metric *m)
{
	if (m->blocks == METRIC_OF_PROGRAM && !req->program)
		return "only a program has this metric";
	if (m->blocks == METRIC_OF_STORM && req->program)
		return "a program does not have this metric";
	if (!strcmp(m->key, "max_rate_hz") != req->set.find_max)
		return req->set.find_max ? "--find-max measures max_rate_hz only"
					 : "max_rate_hz is measured by --find-max only";
	if (!strcmp(m->key, "cost_ns") && !req->set.soak)
		return "cost_ns is measured by --soak only";
	return !strcmp(m->key, "eoi_cycles") && !req->set.eoi_cycles
		       ? "eoi_cycles is measured by --eoi-cycles only"
		       : NULL;
}

/* before the run, and not after it */
static int check_bounds(const struct request *req)
{
	const bool run = req->action == ACTION_RUN || req->action == ACTION_PRINT_PLAN;
	const char *why;
	struct bound b;
	int ret = 0;

	for (unsigned int i = 0; !ret && i < req->nr_fail_if; i++) {
		ret = bound_parse(&b, req->fail_if[i]);
		if (!ret && run && b.change && !req->nr_arms)
			ret = bound_refuse(
				&b,
				"change() needs arms that are compared: --ab, or irqstorm compare");
		why = ret || !run ? NULL : why_not_measured(req, b.metric);
		if (why)
			ret = bound_refuse(&b, why);
	}
	if (!ret && run && req->nr_fail_if && req->set.repeat_max < BOUND_REPEATS)
		return err_usage("--fail-if judges by an interval, which takes --repeat=%d or more",
				 BOUND_REPEATS);
	return ret;
}

int options_experiment(struct request *req, given_fn given, const void *ctx)
{
	int ret;

	req->set.experiment = req->nr_arms || req->nr_rates || req->set.find_max || req->set.soak ||
			      req->set.until > 0 || given(ctx, "repeat") || req->nr_fail_if;
	if (req->set.until > 0 && !given(ctx, "repeat")) {
		req->set.repeat_min = UNTIL_MIN;
		req->set.repeat_max = UNTIL_MAX;
	}
	if (req->program && !req->set.experiment && given(ctx, "seed"))
		return err_usage("--seed cannot be given with a program, which paces itself");
	ret = check_bounds(req);
	return ret ? ret : refuse_contradictions(req, given, ctx);
}
