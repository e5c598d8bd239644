/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli.h - text to request, and the commands that order the big steps
 */
#ifndef IRQSTORM_CLI_H
#define IRQSTORM_CLI_H

#include <stdio.h>
#include "plan/request.h"

/* 0, or -EINVAL with a sentence; texts point into argv */
int options_parse(struct request *req, int argc, char **argv);
void options_help(FILE *out);

/* each returns an exit status (enum err_exit); an error's sentence is kept for main */
int cmd_run(const struct request *req);
int cmd_print_plan(const struct request *req);
int cmd_list_workloads(const struct request *req);
int cmd_reflect(const struct request *req);
int cmd_restore(const struct request *req);
int cmd_show(const struct request *req);
int cmd_merge(const struct request *req);
int cmd_compare(const struct request *req);

/* puts back what a killed irqstorm has left; says so, and what could not be, on standard error, and
 * lets the run begin */
void restore_before_run(const struct request *req);

#endif
