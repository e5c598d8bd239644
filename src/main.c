// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * main.c - the table of actions, the only place that prints an error, and the only exit status
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/err.h"
#include "cli/cli.h"

static int help(const struct request *req)
{
	(void)req;
	options_help(stdout);
	return ERR_OK;
}

static int version(const struct request *req)
{
	(void)req;
	puts("irqstorm " PACKAGE_VERSION "\n"
	     "Licence of the source: GPL-2.0-or-later; of this program, which is linked with GSL: "
	     "GPL-3.0-or-later.\n"
	     "There is no warranty.");
	return ERR_OK;
}

static int (*const actions[])(const struct request *req) = {
	[ACTION_RUN] = cmd_run,
	[ACTION_PRINT_PLAN] = cmd_print_plan,
	[ACTION_LIST_WORKLOADS] = cmd_list_workloads,
	[ACTION_REFLECT] = cmd_reflect,
	[ACTION_RESTORE] = cmd_restore,
	[ACTION_SHOW] = cmd_show,
	[ACTION_MERGE] = cmd_merge,
	[ACTION_COMPARE] = cmd_compare,
	[ACTION_HELP] = help,
	[ACTION_VERSION] = version,
};

/* a file that is opened while one of 0, 1 and 2 is closed would become it, and get what is meant
 * for it */
static void fill_standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY); /* so that writing to a standard output that was
						     closed fails */
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct request req;
	int status;

	fill_standard_files();

	if (options_parse(&req, argc, argv))
		status = err_class();
	else
		status = actions[req.action](&req);
	if (err_sentence()[0])
		fprintf(stderr, "irqstorm: %s\n", err_sentence());
	if (err_class() == ERR_USAGE) /* a program's own status may be the same */
		fputs("Try 'irqstorm --help'.\n", stderr);
	/* what went to standard output and did not arrive is an error too, whoever wrote it */
	if (fflush(stdout) || ferror(stdout)) {
		if (status == ERR_OK || status == ERR_NOT_MET) {
			fprintf(stderr, "irqstorm: cannot write standard output: %s\n",
				strerror(errno));
			status = ERR_FAILED;
		}
	}
	return status;
}
