/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fields.h - what a record is made of, as tables: saving, loading, comparing and adding walk the
 * same ones, so that they cannot drift apart. A table ends with key NULL.
 */
#ifndef IRQSTORM_FIELDS_H
#define IRQSTORM_FIELDS_H

#include "record/record.h"

/* in brackets what two of them make when records are added */
enum field_kind {
	FIELD_NUMBER,	   /* uint64_t (the first's: it is part of the key) */
	FIELD_COUNT,	   /* uint64_t (their sum) */
	FIELD_MAYBE,	   /* uint64_t, RECORD_UNKNOWN is null (their sum; null where either is) */
	FIELD_LEAST,	   /* uint64_t, UINT64_MAX is null (the smaller) */
	FIELD_MOST,	   /* uint64_t (the larger) */
	FIELD_SAME,	   /* uint64_t, UINT64_MAX is null (null where they differ) */
	FIELD_MARK,	   /* uint64_t (0) */
	FIELD_CALIBRATION, /* uint64_t, 0: not made (the smaller that was) */
	FIELD_UINT,	   /* unsigned int, at most INT_MAX (the first's) */
	FIELD_INT,	   /* int, not negative (the first's) */
	FIELD_ID,	   /* int, -1 is null (null where they differ) */
	FIELD_TRISTATE,	   /* int, -1 is null, else false or true (the first's) */
	FIELD_BOOL,	   /* bool (either) */
	FIELD_REAL,	   /* double, finite and not negative (the first's) */
	FIELD_TEXT,	   /* const char * (the first's) */
	FIELD_CHARS,	   /* char[size] (the first's) */
	FIELD_WORD,	   /* const char *, one of words, which are static (the first's) */
	FIELD_ENUM,	   /* an enum, in JSON the word of that number (the first's) */
	FIELD_TEXTS,	   /* const char **, ends with NULL; NULL is [] (the first's) */
	FIELD_BUCKETS, /* uint64_t[size], as [[index, count], …] of those that are not 0 (their
			  sums) */
	FIELD_STRUCT,  /* a struct in place (field by field) */
	FIELD_POINTER, /* to a struct of that size (field by field) */
	FIELD_LIST,    /* a pointer to so many of that size (part of the key: one by one; else it is
			  merge.c's) */
};

struct field {
	const char *key;
	enum field_kind kind;
	bool in_key;  /* records that differ here are not added */
	bool or_null; /* a text, word or pointer may be NULL */
	size_t offset;
	size_t size;
	const struct field *fields; /* of a struct, a pointer, a list */
	const char *const *words;   /* of a word or an enum; ends with NULL */
	size_t nr_offset;   /* of a list: where its size_t is, in the same struct, or in the record:
			     */
	bool as_in_record;  /* of a block's list: as long as the record's, and with the same key
			       fields */
	size_t like_offset; /* where that list is in the record */
};

extern const struct field record_fields[], record_block_fields[], record_interval_fields[];
extern const struct field record_row_fields[], record_block_row_fields[];
extern const struct field record_cpu_fields[], record_block_cpu_fields[];

/* the list's items, and how many there are; base is the struct the list is in */
size_t field_list(const struct field *f, const struct record *rec, const void *base,
		  const char **items);

/*
 * Of two structs of one record each: less than, equal to or greater than 0, in an order that means
 * nothing, but is one. Only the fields in the key, or all.
 */
int fields_compare(const struct field *fields, const struct record *rec_a, const void *a,
		   const struct record *rec_b, const void *b, bool only_key);
/* adds from to to, where both have the same key; -ERANGE with a sentence where a sum is 2^63 or
 * more */
int fields_add(const struct field *fields, struct record *rec_to, void *to,
	       const struct record *rec_from, const void *from);

#endif
