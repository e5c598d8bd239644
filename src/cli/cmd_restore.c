// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_restore.c - puts back what an irqstorm that was killed has left changed: irqstorm restore,
 * and before each run
 */
#include "cli/cli.h"

#include <string.h>
#include "base/err.h"
#include "guest/affinity.h"

static void say(FILE *out, const char *prefix, const struct affinity_recovery *found)
{
	if (found->nr_restored)
		fprintf(out,
			"%sput back the affinity of %u interrupts, which irqstorm (PID %ld) had "
			"not before it was killed\n",
			prefix, found->nr_restored, found->dead);
	if (found->nr_left)
		fprintf(out,
			"%sleft the affinity of %u interrupts, which somebody else has changed "
			"since\n",
			prefix, found->nr_left);
}

int cmd_restore(const struct request *req)
{
	struct affinity_recovery found;
	int ret = affinity_recover(req->sysroot, &found);

	say(stdout, "", &found);
	if (found.nr_alive)
		printf("left what irqstorm (PID %ld) has changed: it is still running\n",
		       found.alive);
	if (!ret && !found.nr_restored && !found.nr_left && !found.nr_alive)
		puts("nothing to restore");
	return ret ? (int)err_class() : ERR_OK;
}

void restore_before_run(const struct request *req)
{
	struct affinity_recovery found;
	int ret = affinity_recover(req->sysroot, &found);

	if (!req->quiet)
		say(stderr, "irqstorm: note: ", &found);
	if (ret && !req->quiet)
		fprintf(stderr, "irqstorm: note: %s (irqstorm restore, as root, tries again)\n",
			err_sentence());
	if (ret)
		err_clear();
}
