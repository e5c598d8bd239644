/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * store.h - records as a JSON document and back, and records of several runs added. Streams are the
 * caller's.
 *
 * The document: {"schema": "irqstorm-record/1", "version": …, "records": […]}, a record for each
 * machine and plan; its keys are those of record.h's structs. What is read is checked before
 * anybody relies on it; unknown keys are skipped.
 */
#ifndef IRQSTORM_STORE_H
#define IRQSTORM_STORE_H

#include <stdio.h>
#include "record/record.h"

#define STORE_FAMILY "irqstorm-record/"
#define STORE_NUMBER 1
#define STORE_SCHEMA "irqstorm-record/1"

struct store {
	struct record *records;
	size_t nr;
};

/*
 * 0, or -errno with a sentence: a count of 2^63 or more (JSON's integers are signed), no memory.
 * Whether the stream took it all is the caller's to check.
 */
int store_save(FILE *out, const struct record *records, size_t nr);

/* 0 or -errno with a sentence. store_fini takes a zeroed, a half-loaded and a loaded one */
int store_load(struct store *store, FILE *in);
void store_fini(struct store *store);

/*
 * Takes all records of from, which is empty then: where into has one of the same key (machine and
 * plan), its blocks are appended and its sums added, else it becomes another record. After
 * store_sort the result is the same in whatever order and grouping they were added: records by key;
 * in each the runs (whole, in the order of their samples) one after the other, t_ns beginning at 0
 * and repeats going on with each.
 */
int store_add(struct store *into, struct store *from);
int store_sort(struct store *store);

/* is what is relied on elsewhere so? Indices, sums, what is where; 0 or -EINVAL with a sentence
 * that begins with where */
int store_check(const struct record *rec, const char *where);

#endif
