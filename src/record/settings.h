/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settings.h - what a run was asked for, once: the command line fills it, the plan refuses and
 * completes it, the record keeps it, each of them by value
 *
 * SETTINGS() is the list of members. This header makes the struct of it, fields.c the rows by which
 * records are saved, loaded and compared: there is no second list to forget one in. A row is
 * KIND(member), ENUM(type, member, names).
 */
#ifndef IRQSTORM_SETTINGS_H
#define IRQSTORM_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pace { PACE_SLEEP, PACE_SPIN };
enum arrivals { ARRIVALS_CONST, ARRIVALS_POISSON, ARRIVALS_BURST };
enum eoi_ask { EOI_AUTO, EOI_NONE, EOI_PV, EOI_MSR, EOI_IGNORED };

extern const char *const pace_names[]; /* ends with NULL, as the next */
extern const char *const arrivals_names[];
extern const char *const eoi_ask_names[];

/* clang-format off */
#define SETTINGS(NUMBER, SAME, UINT, REAL, BOOL, ENUM)                                             \
	NUMBER(rate_mhz)	/* of each vCPU, where a workload has no rate=; UNITS_RATE_MAX */  \
	NUMBER(duration_ns)	/* 0: until the program ends */                                    \
	NUMBER(warmup_ns)                                                                          \
	NUMBER(interval_ns)                                                                        \
	SAME(seed)		/* UINT64_MAX: merge added runs of several */                      \
	ENUM(enum pace, pace, pace_names)                                                          \
	ENUM(enum arrivals, arrivals, arrivals_names)                                              \
	UINT(burst)		/* of ARRIVALS_BURST: events with one due time */                  \
	ENUM(enum eoi_ask, eoi, eoi_ask_names)                                                     \
	BOOL(eoi_cycles)	/* EOIs are timed */                                               \
	BOOL(experiment)	/* blocks, repeated; else one window: the next seven say nothing */ \
	NUMBER(block_ns)                                                                           \
	NUMBER(settle_ns)	/* the storm runs so long before each block and is not counted */  \
	UINT(repeat_min)                                                                           \
	UINT(repeat_max)                                                                           \
	REAL(until)		/* relative width of the CI that ends it; 0: repeat_max times */   \
	BOOL(soak)                                                                                 \
	BOOL(find_max)                                                                             \
	REAL(margin)		/* differences within it are equivalent; 0.01 is 1 % */

#define SETTINGS_U64(member) uint64_t member;
#define SETTINGS_UINT(member) unsigned int member;
#define SETTINGS_REAL(member) double member;
#define SETTINGS_BOOL(member) bool member;
#define SETTINGS_ENUM(type, member, names) type member;
/* clang-format on */

struct settings {
	SETTINGS(SETTINGS_U64, SETTINGS_U64, SETTINGS_UINT, SETTINGS_REAL, SETTINGS_BOOL,
		 SETTINGS_ENUM)
};

void settings_init(struct settings *set); /* the defaults */
/* "const", "burst=8"; returns buf */
char *settings_arrivals(const struct settings *set, char *buf, size_t size);

#endif
