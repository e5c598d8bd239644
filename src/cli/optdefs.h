/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * optdefs.h - the table of options, and the functions that turn their texts into fields of a
 * request
 */
#ifndef IRQSTORM_OPTDEFS_H
#define IRQSTORM_OPTDEFS_H

#include <stddef.h>
#include <stdint.h>
#include "plan/request.h"

struct option_def {
	const char *name;
	int letter;	 /* 0: none */
	const char *arg; /* NULL: takes none */
	int (*set)(struct request *req, const struct option_def *def, const char *text);
	const char *help;  /* a newline begins another line of help */
	const char *group; /* a headline before this option */
};

#define MAX_OPTIONS 64
extern const struct option_def option_defs[]; /* ends with a name of NULL */

/* 0, or -EINVAL with a sentence that names the option; texts point into argv */
#define SETTER(name) int name(struct request *req, const struct option_def *def, const char *text)
SETTER(set_rate);
SETTER(set_duration);
SETTER(set_warmup);
SETTER(set_interval);
SETTER(set_cpus);
SETTER(set_workload);
SETTER(set_pace);
SETTER(set_arrivals);
SETTER(set_seed);
SETTER(set_eoi);
SETTER(set_affinity);
SETTER(set_flag);
SETTER(set_json);
SETTER(set_output);
SETTER(set_bind);
SETTER(set_sysroot);
SETTER(set_action);
SETTER(set_ab);
SETTER(set_sweep);
SETTER(set_block);
SETTER(set_settle);
SETTER(set_repeat);
SETTER(set_until);
SETTER(set_margin);
SETTER(set_fail_if);
SETTER(set_save);

/* after the last option: what makes an experiment, and what contradicts it; given: was this option?
 */
typedef bool (*given_fn)(const void *ctx, const char *option);
int options_experiment(struct request *req, given_fn given, const void *ctx);

/* for other setters: ret is a parser's, what it should have been; a time of least_ns and more */
int option_bad(const struct option_def *def, const char *text, int ret, const char *what);
int option_time(const struct option_def *def, const char *text, uint64_t least_ns, uint64_t *ns);

#endif
