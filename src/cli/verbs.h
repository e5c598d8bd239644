/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * verbs.h - the words that may stand first on the command line, for what is done instead of a run
 */
#ifndef IRQSTORM_VERBS_H
#define IRQSTORM_VERBS_H

#include "plan/request.h"

struct verb {
	const char *name;
	enum action action;
	const char *help;
	unsigned int min_files; /* it takes so many and more; 0: none */
	const char
		*options; /* that go with it, beside quiet, help and version: each between blanks */
};

extern const struct verb verbs[]; /* ends with name NULL */

const struct verb *verb_find(const char *name); /* NULL: it is none */
/* may this option be given with this verb, or (NULL) with none? 0, or -EINVAL with a sentence */
int verb_check(const struct verb *verb, const char *option);

#endif
