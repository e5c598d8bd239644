// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * load.c - JSON becomes records, by the tables of their fields; a document is believed nothing.
 * What is wrong is said with where it is. Opens no file; what holds between several fields is
 * check.c's.
 */
#include "record/store.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "base/err.h"
#include "record/fields.h"

struct loader {
	struct record *rec;
	char where[256]; /* "records[0].blocks[3].cell" */
};

static int load_struct(struct loader *l, const struct field *fields, void *base, const json_t *o);

static int bad(const struct loader *l, const char *what)
{
	return err_failed(-EINVAL, "%s is %s", l->where, what);
}

static size_t enter(struct loader *l, const char *sign, const char *key, size_t index)
{
	size_t at = strlen(l->where);

	if (key)
		snprintf(l->where + at, sizeof(l->where) - at, "%s%s", sign, key);
	else
		snprintf(l->where + at, sizeof(l->where) - at, "[%zu]", index);
	return at;
}

static int load_number(struct loader *l, const struct field *f, uint64_t *out, const json_t *v)
{
	const bool may_be_null = f->kind == FIELD_MAYBE || f->kind == FIELD_LEAST ||
				 f->kind == FIELD_SAME;

	*out = UINT64_MAX;
	if (may_be_null && json_is_null(v))
		return 0;
	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return bad(l, "no count (0 to 2^63 - 1)");
	*out = (uint64_t)json_integer_value(v);
	return 0;
}

static int load_int(struct loader *l, const struct field *f, int *out, const json_t *v)
{
	*out = -1;
	if (f->kind == FIELD_ID && json_is_null(v))
		return 0;
	if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > INT_MAX)
		return bad(l, "no number (0 to 2^31 - 1)");
	*out = (int)json_integer_value(v);
	return 0;
}

static int load_tristate(struct loader *l, int *out, const json_t *v)
{
	*out = json_is_null(v) ? -1 : json_is_true(v);
	return json_is_null(v) || json_is_boolean(v) ? 0 : bad(l, "none of true, false and null");
}

static int load_bool(struct loader *l, bool *out, const json_t *v)
{
	*out = json_is_true(v);
	return json_is_boolean(v) ? 0 : bad(l, "neither true nor false");
}

static int load_real(struct loader *l, double *out, const json_t *v)
{
	*out = json_number_value(v);
	return json_is_number(v) && isfinite(*out) && *out >= 0
		       ? 0
		       : bad(l, "no number that is not negative");
}

static int digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* what {"hex": …} stands for, to be freed; NULL: it is none, or no memory */
static char *unhex(const json_t *v)
{
	const char *hex = json_string_value(json_object_get(v, "hex"));
	size_t nr = hex ? strlen(hex) / 2 : 0;
	char *s = hex && strlen(hex) % 2 == 0 ? malloc(nr + 1) : NULL;

	for (size_t i = 0; s && i < nr; i++) {
		int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);

		s[i] = (char)(high * 16 + low);
		if (high >= 0 && low >= 0 && s[i])
			continue;
		free(s);
		s = NULL;
	}
	if (s)
		s[nr] = '\0';
	return s;
}

static int load_text(struct loader *l, const char **out, const json_t *v)
{
	char *bytes = json_is_object(v) ? unhex(v) : NULL;
	const char *s = bytes ? bytes : json_string_value(v);
	int ret = 0;

	if (!s)
		return bad(l, "no text");
	*out = record_text(l->rec, s);
	if (!*out)
		ret = -ENOMEM;
	free(bytes);
	return ret;
}

static int load_chars(struct loader *l, const struct field *f, char *out, const json_t *v)
{
	const char *s;
	int ret = load_text(l, &s, v);

	if (ret)
		return ret;
	if (strlen(s) >= f->size)
		return bad(l, "too long");
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

static int load_enum(struct loader *l, const struct field *f, unsigned int *out, const json_t *v)
{
	const char *s = json_string_value(v);

	for (*out = 0; s && f->words[*out]; ++*out)
		if (!strcmp(f->words[*out], s))
			return 0;
	return bad(l, "no word that belongs there");
}

static int load_word(struct loader *l, const struct field *f, const char **out, const json_t *v)
{
	unsigned int index;
	int ret = load_enum(l, f, &index, v);

	if (!ret)
		*out = f->words[index];
	return ret;
}

static int load_texts(struct loader *l, const char ***out, const json_t *v)
{
	size_t nr = json_array_size(v);
	int ret = 0;

	if (!json_is_array(v))
		return bad(l, "no list");
	*out = nr ? calloc(nr + 1, sizeof(**out)) : NULL;
	if (nr && !*out)
		return err_nomem();
	for (size_t i = 0; !ret && i < nr; i++) {
		size_t at = enter(l, "", NULL, i);

		ret = load_text(l, &(*out)[i], json_array_get(v, i));
		l->where[at] = '\0';
	}
	return ret;
}

static int load_buckets(struct loader *l, const struct field *f, uint64_t *out, const json_t *v)
{
	json_int_t next = 0;

	if (!json_is_array(v))
		return bad(l, "no list");
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *pair = json_array_get(v, i), *index = json_array_get(pair, 0),
			     *n = json_array_get(pair, 1);

		if (json_array_size(pair) != 2 || !json_is_integer(index) || !json_is_integer(n) ||
		    json_integer_value(index) < next ||
		    json_integer_value(index) >= (json_int_t)f->size || json_integer_value(n) <= 0)
			return bad(l, "no list of ascending buckets and their counts");
		out[json_integer_value(index)] = (uint64_t)json_integer_value(n);
		next = json_integer_value(index) + 1;
	}
	return 0;
}

static int load_pointer(struct loader *l, const struct field *f, void **out, const json_t *v)
{
	*out = calloc(1, f->size);
	return *out ? load_struct(l, f->fields, *out, v) : err_nomem();
}

/* where the items are to be, and how many; what the record says of a block's is there already */
static int make_list(struct loader *l, const struct field *f, char *base, size_t nr)
{
	void **items = (void **)(base + f->offset);
	char *rec = (char *)l->rec;

	if (f->as_in_record && nr != *(size_t *)(rec + f->nr_offset))
		return bad(l, "not as long as the record's");
	*items = calloc(nr + 1, f->size);
	if (!*items)
		return err_nomem();
	if (f->as_in_record)
		memcpy(*items, *(void **)(rec + f->like_offset), nr * f->size);
	else
		*(size_t *)(base + f->nr_offset) = nr;
	for (size_t i = 0; f->fields == record_block_row_fields && i < nr; i++)
		((struct record_row *)*items)[i].latency = ((struct record_row *)*items)[i].delay =
			NULL;
	return 0;
}

static int load_list(struct loader *l, const struct field *f, char *base, const json_t *v)
{
	size_t nr = json_array_size(v);
	int ret = json_is_array(v) ? make_list(l, f, base, nr) : bad(l, "no list");

	for (size_t i = 0; !ret && i < nr; i++) {
		size_t at = enter(l, "", NULL, i);

		ret = load_struct(l, f->fields, *(char **)(base + f->offset) + i * f->size,
				  json_array_get(v, i));
		l->where[at] = '\0';
	}
	return ret;
}

static int load_field(struct loader *l, const struct field *f, char *base, const json_t *v)
{
	void *p = base + f->offset;

	if (f->or_null && json_is_null(v)) {
		*(void **)p = NULL; /* a block's row began as the record's */
		return 0;
	}
	switch (f->kind) {
	case FIELD_UINT:
	case FIELD_INT:
	case FIELD_ID:
		return load_int(l, f, p, v);
	case FIELD_TRISTATE:
		return load_tristate(l, p, v);
	case FIELD_BOOL:
		return load_bool(l, p, v);
	case FIELD_REAL:
		return load_real(l, p, v);
	case FIELD_TEXT:
		return load_text(l, p, v);
	case FIELD_WORD:
		return load_word(l, f, p, v);
	case FIELD_ENUM:
		return load_enum(l, f, p, v);
	case FIELD_CHARS:
		return load_chars(l, f, p, v);
	case FIELD_TEXTS:
		return load_texts(l, p, v);
	case FIELD_BUCKETS:
		return load_buckets(l, f, p, v);
	case FIELD_STRUCT:
		return load_struct(l, f->fields, p, v);
	case FIELD_POINTER:
		return load_pointer(l, f, p, v);
	case FIELD_LIST:
		return load_list(l, f, base, v);
	default:
		return load_number(l, f, p, v);
	}
}

static int load_struct(struct loader *l, const struct field *fields, void *base, const json_t *o)
{
	int ret = json_is_object(o) ? 0 : bad(l, "no object");

	for (const struct field *f = fields; !ret && f->key; f++) {
		const json_t *v = json_object_get(o, f->key);
		size_t at = enter(l, ".", f->key, 0);

		ret = v ? load_field(l, f, base, v) : bad(l, "missing");
		l->where[at] = '\0';
	}
	return ret;
}

static int load_record(struct record *rec, const json_t *v, size_t index)
{
	struct loader l = { .rec = rec };
	char where[32];
	int ret;

	snprintf(where, sizeof(where), "records[%zu]", index);
	memcpy(l.where, where, sizeof(where));
	ret = load_struct(&l, record_fields, rec, v);
	if (ret)
		return ret;
	rec->max_blocks = rec->nr_blocks;
	rec->max_intervals = rec->nr_intervals;
	rec->max_sources = rec->nr_sources;
	rec->max_lines = rec->nr_lines;
	while (rec->notes && rec->notes[rec->nr_notes])
		rec->nr_notes++;
	return store_check(rec, where);
}

/* what stands in a foreign document, as part of a sentence */
static const char *quote(char buf[64], const char *s)
{
	snprintf(buf, 64, "%.60s", s);
	for (char *c = buf; *c; c++)
		if (!isprint((unsigned char)*c))
			*c = '?';
	return buf;
}

static int check_schema(const json_t *root)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));
	char buf[64];

	if (!schema)
		return err_failed(-EINVAL,
				  "this is no record of irqstorm: it does not say its schema");
	if (!strcmp(schema, STORE_SCHEMA))
		return 0;
	if (!strncmp(schema, STORE_FAMILY, strlen(STORE_FAMILY)) &&
	    atol(schema + strlen(STORE_FAMILY)) > STORE_NUMBER)
		return err_failed(-EINVAL,
				  "this is of schema %s, and this irqstorm reads " STORE_SCHEMA
				  ": use a newer irqstorm",
				  quote(buf, schema));
	if (!strncmp(schema, "irqstorm/", 9))
		return err_failed(-EINVAL,
				  "this is a result of --json (%s), not a record of --save",
				  quote(buf, schema));
	return err_failed(-EINVAL, "this is no record of irqstorm: its schema is %s",
			  quote(buf, schema));
}

static int load_document(struct store *store, const json_t *root)
{
	const json_t *list = json_object_get(root, "records");
	int ret = check_schema(root);

	if (ret)
		return ret;
	if (!json_array_size(list))
		return err_failed(-EINVAL, "there is no record in it");
	store->records = calloc(json_array_size(list), sizeof(*store->records));
	if (!store->records)
		return err_nomem();
	for (size_t i = 0; !ret && i < json_array_size(list); i++) {
		store->nr++; /* store_fini takes a half-loaded one */
		ret = load_record(&store->records[i], json_array_get(list, i), i);
	}
	return ret;
}

int store_load(struct store *store, FILE *in)
{
	json_error_t error;
	json_t *root;
	char buf[64];
	int ret;

	*store = (struct store){ 0 };
	errno = 0;
	root = json_loadf(in, JSON_REJECT_DUPLICATES, &error);
	if (!root && ferror(in))
		return err_failed(errno ? -errno : -EIO, "cannot read it: %s",
				  strerror(errno ? errno : EIO));
	if (!root && json_error_code(&error) == json_error_out_of_memory)
		return err_nomem();
	if (!root)
		return err_failed(-EINVAL, "this is no JSON: line %d: %s", error.line,
				  quote(buf, error.text));
	ret = load_document(store, root);
	json_decref(root);
	return ret;
}

void store_fini(struct store *store)
{
	for (size_t i = 0; i < store->nr; i++)
		record_fini(&store->records[i]);
	free(store->records);
	*store = (struct store){ 0 };
}
