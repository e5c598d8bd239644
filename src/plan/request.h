/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * request.h - what was asked for, as fields: nothing here has been checked against the machine yet
 */
#ifndef IRQSTORM_REQUEST_H
#define IRQSTORM_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include "record/settings.h"

#define REQUEST_MAX_WORKLOADS 16
#define REQUEST_MAX_ARMS 8
#define REQUEST_MAX_RATES 64
#define REQUEST_MAX_BOUNDS 16

enum affinity_ask { AFFINITY_AUTO, AFFINITY_KEEP };
enum form { FORM_TEXT, FORM_JSON };
/* the later one of two wins */
enum action {
	ACTION_RUN,
	ACTION_REFLECT,
	ACTION_RESTORE,
	ACTION_SHOW,
	ACTION_COMPARE,
	ACTION_MERGE,
	ACTION_PRINT_PLAN,
	ACTION_LIST_WORKLOADS,
	ACTION_HELP,
	ACTION_VERSION
};

#define REFLECT_PORT 7 /* of the echo service (RFC 862) */

struct request {
	enum action action;
	struct settings set;
	bool has_rate;	  /* it was given */
	const char *cpus; /* CPU list or hwloc location; NULL: all usable */
	const char *workloads[REQUEST_MAX_WORKLOADS]; /* NAME[,KEY=VALUE]… */
	unsigned int nr_workloads;
	enum affinity_ask affinity;
	bool yes_flood; /* a rate that floods a gateway is meant */
	enum form form;
	char **program;			     /* with its arguments, ends with NULL; NULL: a storm */
	bool has_duration;		     /* a program runs until it ends, unless one is given */
	enum eoi_ask arms[REQUEST_MAX_ARMS]; /* EOI_PV, EOI_MSR, EOI_IGNORED, in the order given */
	unsigned int nr_arms;
	uint64_t rates_mhz[REQUEST_MAX_RATES]; /* of a sweep; UNITS_RATE_MAX */
	unsigned int nr_rates;
	const char *fail_if[REQUEST_MAX_BOUNDS];
	unsigned int nr_fail_if;
	const char *save; /* file for the record; NULL: none */
	char **files;	  /* of show, compare and merge */
	unsigned int nr_files,
		nr_files_a; /* compare: so many stood before a --; 0: there was none */
	const char *output; /* NULL: stdout */
	bool quiet;
	const char *bind; /* of reflect: ADDR[:PORT] */
	const char
		*sysroot; /* "/": this guest; else a recorded one, which can only be planned for */
};

extern const char *const affinity_ask_names[]; /* ends with NULL */

void request_init(struct request *req); /* the defaults */

#endif
