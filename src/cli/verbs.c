// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * verbs.c - the table of verbs, and which options go with them. Knows options by name only.
 */
#include "cli/verbs.h"

#include <stddef.h>
#include <string.h>
#include "base/err.h"

const struct verb verbs[] = {
	{ "reflect", ACTION_REFLECT, "echo UDP packets, for a storm of virtio-net elsewhere (RFC 862)" },
	{ "restore", ACTION_RESTORE, "put back the affinities that a killed irqstorm has left changed" },
	{ NULL, ACTION_RUN, NULL }
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
	static const char *const all[] = { "quiet", "help", "version", NULL };

	if (!strcmp(option, "bind"))
		return verb && verb->action == ACTION_REFLECT ? 0 : err_usage("--bind goes with reflect only");
	for (size_t i = 0; verb && all[i]; i++)
		if (!strcmp(all[i], option))
			return 0;
	return verb ? err_usage("--%s does not go with %s", option, verb->name) : 0;
}
