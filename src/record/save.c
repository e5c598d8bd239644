// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * save.c - a record as JSON, by the tables of its fields. Opens no file.
 */
#include "record/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "base/err.h"
#include "record/fields.h"

static json_t *struct_json(const struct field *fields, const struct record *rec, const void *base);

static json_t *number_json(const struct field *f, uint64_t v)
{
	const bool may_be_null = f->kind == FIELD_MAYBE || f->kind == FIELD_LEAST ||
				 f->kind == FIELD_SAME;

	if (may_be_null && v == UINT64_MAX)
		return json_null();
	if (v <= INT64_MAX)
		return json_integer((json_int_t)v);
	err_failed(-ERANGE, "cannot save a record with \"%s\" of 2^63 or more", f->key);
	return NULL;
}

/* a path or an argument may be any bytes, and JSON's strings are UTF-8: what is none is {"hex": …}
 */
static json_t *text_json(const char *s)
{
	json_t *o = s ? json_string(s) : json_null();
	size_t length;
	char *hex;

	if (o)
		return o;
	length = strlen(s);
	hex = malloc(2 * length + 1);
	for (size_t i = 0; hex && i < length; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned char)s[i]);
	o = hex ? json_pack("{s:s}", "hex", hex) : NULL;
	free(hex);
	return o;
}

static json_t *texts_json(const char *const *texts)
{
	json_t *a = json_array();

	for (size_t i = 0; a && texts && texts[i]; i++) {
		if (!json_array_append_new(a, text_json(texts[i])))
			continue;
		json_decref(a);
		a = NULL;
	}
	return a;
}

static json_t *buckets_json(const struct field *f, const uint64_t *buckets)
{
	json_t *a = json_array();

	for (size_t i = 0; a && i < f->size; i++) {
		json_t *n = buckets[i] ? number_json(f, buckets[i]) : NULL;

		if (!buckets[i] || (n && !json_array_append_new(a, json_pack("[i, o]", (int)i, n))))
			continue;
		json_decref(a);
		a = NULL;
	}
	return a;
}

static json_t *list_json(const struct field *f, const struct record *rec, const char *base)
{
	json_t *a = json_array();
	const char *items;
	size_t nr = field_list(f, rec, base, &items);

	for (size_t i = 0; a && i < nr; i++) {
		if (!json_array_append_new(a, struct_json(f->fields, rec, items + i * f->size)))
			continue;
		json_decref(a);
		a = NULL;
	}
	return a;
}

static json_t *field_json(const struct field *f, const struct record *rec, const char *base)
{
	const void *p = base + f->offset;
	int i;

	switch (f->kind) {
	case FIELD_ENUM:
		return json_string(f->words[*(const unsigned int *)p]);
	case FIELD_UINT:
		return json_integer(*(const unsigned int *)p);
	case FIELD_INT:
	case FIELD_ID:
	case FIELD_TRISTATE:
		i = *(const int *)p;
		return i < 0			   ? json_null()
		       : f->kind == FIELD_TRISTATE ? json_boolean(i)
						   : json_integer(i);
	case FIELD_BOOL:
		return json_boolean(*(const bool *)p);
	case FIELD_REAL:
		return json_real(*(const double *)p);
	case FIELD_TEXT:
	case FIELD_WORD:
		return text_json(*(const char *const *)p);
	case FIELD_CHARS:
		return text_json(p);
	case FIELD_TEXTS:
		return texts_json(*(const char *const *const *)p);
	case FIELD_BUCKETS:
		return buckets_json(f, p);
	case FIELD_STRUCT:
		return struct_json(f->fields, rec, p);
	case FIELD_POINTER:
		p = *(const void *const *)p;
		return p ? struct_json(f->fields, rec, p) : json_null();
	case FIELD_LIST:
		return list_json(f, rec, base);
	default:
		return number_json(f, *(const uint64_t *)p);
	}
}

static json_t *struct_json(const struct field *fields, const struct record *rec, const void *base)
{
	json_t *o = json_object();

	for (const struct field *f = fields; o && f->key; f++) {
		if (!json_object_set_new(o, f->key, field_json(f, rec, base)))
			continue;
		json_decref(o);
		o = NULL;
	}
	return o;
}

static int write_value(FILE *out, json_t *v)
{
	int ret = v ? json_dumpf(v, out, JSON_COMPACT | JSON_ENCODE_ANY) : -1;

	json_decref(v);
	/* a stream that took no more is its owner's to report: ferror() stays set */
	return !ret || ferror(out) ? 0 : err_nomem();
}

/* lists an item a line, so that a document never is in memory as a whole, and two can be compared
 * by diff(1) */
static int write_record(FILE *out, const struct record *rec)
{
	int ret = 0;

	for (const struct field *f = record_fields; !ret && f->key; f++) {
		const char *items;
		size_t nr;

		fprintf(out, "%s\"%s\":", f == record_fields ? "{" : ",\n", f->key);
		if (f->kind != FIELD_LIST) {
			ret = write_value(out, field_json(f, rec, (const char *)rec));
			continue;
		}
		nr = field_list(f, rec, rec, &items);
		for (size_t i = 0; !ret && i < nr; i++) {
			fputs(i ? ",\n" : "[\n", out);
			ret = write_value(out, struct_json(f->fields, rec, items + i * f->size));
		}
		fputs(nr ? "]" : "[]", out);
	}
	fputc('}', out);
	return ret;
}

int store_save(FILE *out, const struct record *records, size_t nr)
{
	int ret = 0;

	fputs("{\"schema\":\"" STORE_SCHEMA "\",\n\"version\":\"" PACKAGE_VERSION
	      "\",\n\"records\":[",
	      out);
	for (size_t i = 0; !ret && i < nr; i++) {
		fputs(i ? ",\n" : "\n", out);
		ret = write_record(out, &records[i]);
	}
	fputs("]}\n", out);
	return ret;
}
