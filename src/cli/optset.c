// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * optset.c - an option's text becomes fields of the request. Knows no machine, and no option but
 * its own.
 */
#include "cli/optdefs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "base/choice.h"
#include "base/err.h"
#include "base/units.h"

#define MAX_BURST 1000000u

int option_bad(const struct option_def *def, const char *text, int ret, const char *what)
{
	if (ret == -ERANGE)
		return err_usage("--%s=%s is out of range: %s", def->name, text, what);
	return err_usage("--%s=%s is no %s", def->name, text, what);
}

int option_time(const struct option_def *def, const char *text, uint64_t least_ns, uint64_t *ns)
{
	int ret = units_parse_time(text, ns);

	if (!ret && *ns < least_ns)
		ret = -ERANGE;
	if (!ret)
		return 0;
	return option_bad(def, text, ret,
			  ret == -EINVAL	  ? "time (250us, 100ms, 10s, 2m, 1h)"
			  : least_ns >= NS_PER_MS ? "at least 1ms, at most a year"
						  : "at most a year");
}

SETTER(set_duration)
{
	req->has_duration = true;
	return option_time(def, text, NS_PER_MS, &req->set.duration_ns);
}

SETTER(set_warmup)
{
	return option_time(def, text, 0, &req->set.warmup_ns);
}

SETTER(set_interval)
{
	return option_time(def, text, NS_PER_MS, &req->set.interval_ns);
}

SETTER(set_cpus)
{
	(void)def;
	req->cpus = text;
	return 0;
}

SETTER(set_workload)
{
	if (req->nr_workloads == REQUEST_MAX_WORKLOADS)
		return err_usage("--%s can be given %d times at the most", def->name,
				 REQUEST_MAX_WORKLOADS);
	req->workloads[req->nr_workloads++] = text;
	return 0;
}

static int choice(const struct option_def *def, const char *text, const char *const *names,
		  int *value)
{
	char name[32];

	snprintf(name, sizeof(name), "--%s", def->name);
	*value = choice_parse(NULL, name, text, names);
	return *value < 0 ? *value : 0;
}

SETTER(set_pace)
{
	int value = 0, ret = choice(def, text, pace_names, &value);

	req->set.pace = (enum pace)value;
	return ret;
}

SETTER(set_arrivals)
{
	static const char *const names[] = { "const", "poisson", "burst=N", NULL };
	uint64_t burst = 0;
	int value = 0, ret;

	if (!strncmp(text, "burst=", 6)) {
		ret = units_parse_u64(text + 6, &burst);
		if (ret || !burst || burst > MAX_BURST)
			return option_bad(def, text, ret == -EINVAL ? ret : -ERANGE,
					  ret == -EINVAL ? "number of events (burst=8)"
							 : "burst=1 to burst=1000000");
		req->set.arrivals = ARRIVALS_BURST;
		req->set.burst = (unsigned int)burst;
		return 0;
	}
	ret = choice(def, text, names, &value);
	req->set.arrivals = (enum arrivals)value;
	return ret;
}

SETTER(set_seed)
{
	int ret = units_parse_u64(text, &req->set.seed);

	if (!ret && req->set.seed > INT64_MAX) /* JSON's integers are signed */
		ret = -ERANGE;
	return !ret ? 0
		    : option_bad(def, text, ret, ret == -ERANGE ? "at most 2^63 - 1" : "number");
}

SETTER(set_eoi)
{
	int value = 0, ret = choice(def, text, eoi_ask_names, &value);

	req->set.eoi = (enum eoi_ask)value;
	return ret;
}

SETTER(set_affinity)
{
	int value = 0, ret = choice(def, text, affinity_ask_names, &value);

	req->affinity = (enum affinity_ask)value;
	return ret;
}

SETTER(set_flag)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {
		{ "eoi-cycles", &req->set.eoi_cycles }, { "quiet", &req->quiet },
		{ "yes-flood", &req->yes_flood },	{ "soak", &req->set.soak },
		{ "find-max", &req->set.find_max },
	};

	(void)text;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (!strcmp(flags[i].name, def->name))
			*flags[i].flag = true;
	return 0;
}

SETTER(set_json)
{
	(void)def;
	(void)text;
	req->form = FORM_JSON;
	return 0;
}

SETTER(set_output)
{
	if (!*text)
		return err_usage("--%s needs a file name", def->name);
	req->output = text;
	return 0;
}

SETTER(set_bind)
{
	(void)def;
	req->bind = text;
	return 0;
}

SETTER(set_sysroot)
{
	(void)def;
	req->sysroot = text;
	return 0;
}

/* the later one of two wins, but help and version win over all */
SETTER(set_action)
{
	static const struct {
		const char *name;
		enum action action;
	} actions[] = {
		{ "print-plan", ACTION_PRINT_PLAN },
		{ "list-workloads", ACTION_LIST_WORKLOADS },
		{ "help", ACTION_HELP },
		{ "version", ACTION_VERSION },
	};

	(void)text;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (!strcmp(actions[i].name, def->name) && actions[i].action > req->action)
			req->action = actions[i].action;
	return 0;
}
