// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * verbs.c - the table of verbs, and which options go with them. Knows options by name only.
 */
#include "cli/verbs.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "base/err.h"

const struct verb verbs[] = {
	{ "reflect", ACTION_REFLECT,
	  "echo UDP packets, for a storm of virtio-net elsewhere (RFC 862)", 0, " bind " },
	{ "restore", ACTION_RESTORE,
	  "put back the affinities that a killed irqstorm has left changed", 0, " " },
	{ "show", ACTION_SHOW,
	  "the result of a record that --save made, as the run itself would print it", 1,
	  " json output fail-if " },
	{ "merge", ACTION_MERGE,
	  "add the records of many runs and guests: one for each machine and plan", 1, " output " },
	{ "compare", ACTION_COMPARE,
	  "two records of --save, A.json B.json, or two groups of them, A*.json -- B*.json", 2,
	  " json output margin fail-if " },
	{ NULL, ACTION_RUN, NULL, 0, NULL }
};

const struct verb *verb_find(const char *name)
{
	for (const struct verb *verb = verbs; verb->name; verb++)
		if (!strcmp(verb->name, name))
			return verb;
	return NULL;
}

int verb_check(const struct verb *verb, const char *option)
{
	char word[64];

	if (!strcmp(option, "bind") && (!verb || verb->action != ACTION_REFLECT))
		return err_usage("--bind goes with reflect only");
	if (!verb)
		return 0;
	snprintf(word, sizeof(word), " %s ", option);
	if (strstr(" quiet help version ", word) || strstr(verb->options, word))
		return 0;
	return err_usage("--%s does not go with %s", option, verb->name);
}
