// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fieldsum.c - two structs of the same table, compared or added field by field. Knows no field by
 * name.
 */
#include "record/fields.h"

#include <errno.h>
#include <string.h>
#include "base/err.h"

size_t field_list(const struct field *f, const struct record *rec, const void *base,
		  const char **items)
{
	const char *in = f->as_in_record ? (const char *)rec : base;

	*items = *(const char *const *)((const char *)base + f->offset);
	return *(const size_t *)(in + f->nr_offset);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_texts(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : !!a - !!b;
}

static int compare_text_lists(const char *const *a, const char *const *b)
{
	int ret = 0;

	for (size_t i = 0; !ret && a && b && (a[i] || b[i]); i++) {
		ret = compare_texts(a[i], b[i]);
		if (!a[i] || !b[i])
			break;
	}
	return a && b ? ret : !!a - !!b;
}

static int compare_lists(const struct field *f, const struct record *rec_a, const void *a,
			 const struct record *rec_b, const void *b, bool only_key)
{
	const char *items_a, *items_b;
	size_t nr_a = field_list(f, rec_a, a, &items_a), nr_b = field_list(f, rec_b, b, &items_b);
	int ret = compare_numbers(nr_a, nr_b);

	for (size_t i = 0; !ret && i < nr_a; i++)
		ret = fields_compare(f->fields, rec_a, items_a + i * f->size, rec_b,
				     items_b + i * f->size, only_key);
	return ret;
}

static int compare_buckets(const struct field *f, const uint64_t *a, const uint64_t *b)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < f->size; i++)
		ret = compare_numbers(a[i], b[i]);
	return ret;
}

static int compare_field(const struct field *f, const struct record *rec_a, const char *a,
			 const struct record *rec_b, const char *b, bool only_key)
{
	const void *pa = a + f->offset, *pb = b + f->offset;

	switch (f->kind) {
	case FIELD_UINT:
	case FIELD_ENUM:
		return compare_numbers(*(const unsigned int *)pa, *(const unsigned int *)pb);
	case FIELD_INT:
	case FIELD_ID:
	case FIELD_TRISTATE:
		return (*(const int *)pa > *(const int *)pb) -
		       (*(const int *)pa < *(const int *)pb);
	case FIELD_BOOL:
		return *(const bool *)pa - *(const bool *)pb;
	case FIELD_REAL:
		return (*(const double *)pa > *(const double *)pb) -
		       (*(const double *)pa < *(const double *)pb);
	case FIELD_TEXT:
	case FIELD_WORD:
		return compare_texts(*(const char *const *)pa, *(const char *const *)pb);
	case FIELD_CHARS:
		return strcmp(pa, pb);
	case FIELD_TEXTS:
		return compare_text_lists(*(const char *const *const *)pa,
					  *(const char *const *const *)pb);
	case FIELD_BUCKETS:
		return compare_buckets(f, pa, pb);
	case FIELD_STRUCT:
		return fields_compare(f->fields, rec_a, pa, rec_b, pb, only_key);
	case FIELD_POINTER:
		pa = *(const void *const *)pa;
		pb = *(const void *const *)pb;
		return pa && pb ? fields_compare(f->fields, rec_a, pa, rec_b, pb, only_key)
				: !!pa - !!pb;
	case FIELD_LIST:
		return compare_lists(f, rec_a, a, rec_b, b, only_key);
	default:
		return compare_numbers(*(const uint64_t *)pa, *(const uint64_t *)pb);
	}
}

int fields_compare(const struct field *fields, const struct record *rec_a, const void *a,
		   const struct record *rec_b, const void *b, bool only_key)
{
	int ret = 0;

	for (const struct field *f = fields; !ret && f->key; f++)
		if (f->in_key || !only_key)
			ret = compare_field(f, rec_a, a, rec_b, b, only_key);
	return ret;
}

/* neither was more than INT64_MAX, so that this does not wrap */
static int add_count(const struct field *f, uint64_t *to, uint64_t from)
{
	*to += from;
	if (*to > INT64_MAX)
		return err_failed(-ERANGE,
				  "too much to be added: the sum of \"%s\" is 2^63 or more",
				  f->key);
	return 0;
}

static int add_number(const struct field *f, uint64_t *to, uint64_t from)
{
	switch (f->kind) {
	case FIELD_COUNT:
		return add_count(f, to, from);
	case FIELD_MAYBE:
		if (*to != UINT64_MAX && from != UINT64_MAX)
			return add_count(f, to, from);
		*to = UINT64_MAX;
		return 0;
	case FIELD_LEAST:
		*to = from < *to ? from : *to;
		return 0;
	case FIELD_MOST:
		*to = from > *to ? from : *to;
		return 0;
	case FIELD_SAME:
		*to = from == *to ? from : UINT64_MAX;
		return 0;
	case FIELD_MARK:
		*to = 0;
		return 0;
	case FIELD_CALIBRATION:
		*to = !*to || (from && from < *to) ? from : *to;
		return 0;
	default:
		return 0;
	}
}

static int add_lists(const struct field *f, struct record *rec_to, void *to,
		     const struct record *rec_from, const void *from)
{
	const char *items_to, *items_from;
	size_t nr = field_list(f, rec_to, to, &items_to), at = 0;
	int ret = 0;

	field_list(f, rec_from, from, &items_from);
	for (size_t i = 0; !ret && f->in_key && i < nr; i++, at += f->size)
		ret = fields_add(f->fields, rec_to, (char *)items_to + at, rec_from,
				 items_from + at);
	return ret;
}

static int add_field(const struct field *f, struct record *rec_to, char *to,
		     const struct record *rec_from, const char *from)
{
	void *pt = to + f->offset;
	const void *pf = from + f->offset;
	int ret = 0;

	switch (f->kind) {
	case FIELD_ID:
		if (*(int *)pt != *(const int *)pf)
			*(int *)pt = -1;
		return 0;
	case FIELD_BOOL:
		*(bool *)pt |= *(const bool *)pf;
		return 0;
	case FIELD_BUCKETS:
		for (size_t i = 0; !ret && i < f->size; i++)
			ret = add_count(f, (uint64_t *)pt + i, ((const uint64_t *)pf)[i]);
		return ret;
	case FIELD_STRUCT:
		return fields_add(f->fields, rec_to, pt, rec_from, pf);
	case FIELD_POINTER:
		return fields_add(f->fields, rec_to, *(void **)pt, rec_from,
				  *(const void *const *)pf);
	case FIELD_LIST:
		return add_lists(f, rec_to, to, rec_from, from);
	case FIELD_UINT:
	case FIELD_ENUM:
	case FIELD_INT:
	case FIELD_TRISTATE:
	case FIELD_REAL:
	case FIELD_TEXT:
	case FIELD_CHARS:
	case FIELD_WORD:
	case FIELD_TEXTS:
		return 0;
	default:
		return add_number(f, pt, *(const uint64_t *)pf);
	}
}

int fields_add(const struct field *fields, struct record *rec_to, void *to,
	       const struct record *rec_from, const void *from)
{
	int ret = 0;

	for (const struct field *f = fields; !ret && f->key; f++)
		ret = add_field(f, rec_to, to, rec_from, from);
	return ret;
}
