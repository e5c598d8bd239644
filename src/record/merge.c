// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * merge.c - records of the same machine and plan become one. What is added how is said in the
 * tables of fields; here are the lists, and the order that makes the result the same whatever was
 * added first.
 */
#include "record/store.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "record/fields.h"

/* so many more behind an array's items; NULL: no memory */
static void *append(void *to, size_t nr, const void *from, size_t nr_from, size_t size)
{
	char *grown = realloc(to, (nr + nr_from + 1) * size);

	if (grown && nr_from)
		memcpy(grown + nr * size, from, nr_from * size);
	return grown;
}

static bool has_note(const struct record *rec, const char *note)
{
	for (size_t i = 0; i < rec->nr_notes; i++)
		if (!strcmp(rec->notes[i], note))
			return true;
	return false;
}

static int add_lists(struct record *to, const struct record *from)
{
	int ret = 0;

	for (size_t i = 0; i < to->nr_rows; i++) {
		const char *a = to->rows[i].placement, *b = from->rows[i].placement;

		if (a && b ? strcmp(a, b) : a != b)
			to->rows[i].placement = "unknown";
	}
	for (size_t i = 0; !ret && i < from->nr_sources; i++)
		ret = record_add_source(to, &from->sources[i]);
	for (size_t i = 0; !ret && i < from->nr_lines; i++)
		ret = record_add_line(to, &from->lines[i]);
	for (size_t i = 0; !ret && i < from->nr_notes; i++)
		if (!has_note(to, from->notes[i]))
			ret = record_add_note(to, from->notes[i]);
	return ret;
}

static int move_blocks(struct record *to, struct record *from)
{
	struct record_block *blocks = append(to->blocks, to->nr_blocks, from->blocks,
					     from->nr_blocks, sizeof(*blocks));
	struct record_interval *intervals;

	if (!blocks)
		return err_nomem();
	to->blocks = blocks;
	intervals = append(to->intervals, to->nr_intervals, from->intervals, from->nr_intervals,
			   sizeof(*intervals));
	if (!intervals)
		return err_nomem();
	to->intervals = intervals;
	for (size_t i = 0; i < from->nr_intervals; i++)
		intervals[to->nr_intervals + i].block += (unsigned int)to->nr_blocks;
	to->nr_intervals = to->max_intervals = to->nr_intervals + from->nr_intervals;
	to->nr_blocks = to->max_blocks = to->nr_blocks + from->nr_blocks;
	from->nr_blocks = 0; /* what they point to is to's now; their texts are static */
	return 0;
}

static struct record *same_key(const struct store *store, const struct record *rec)
{
	for (size_t i = 0; i < store->nr; i++)
		if (!fields_compare(record_fields, &store->records[i], &store->records[i], rec, rec,
				    true))
			return &store->records[i];
	return NULL;
}

static int add_record(struct store *into, struct record *from)
{
	struct record *to = same_key(into, from), *grown;
	int ret;

	if (!to) {
		grown = append(into->records, into->nr, from, 1, sizeof(*grown));
		if (!grown)
			return err_nomem();
		into->records = grown;
		into->nr++;
		memset(from, 0, sizeof(*from));
		return 0;
	}
	ret = fields_add(record_fields, to, to, from, from);
	if (!ret)
		ret = add_lists(to, from);
	return ret ? ret : move_blocks(to, from);
}

int store_add(struct store *into, struct store *from)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < from->nr; i++)
		ret = add_record(into, &from->records[i]);
	store_fini(from);
	return ret;
}

struct run { /* the blocks of one run, in a record of several */
	const struct record *rec;
	size_t block, nr_blocks, interval, nr_intervals;
	unsigned int nr_repeats;
};

static int by_samples(const void *a, const void *b)
{
	const struct run *p = a, *q = b;
	int ret = p->nr_blocks != q->nr_blocks
			  ? (p->nr_blocks > q->nr_blocks) - (p->nr_blocks < q->nr_blocks)
			  : (p->nr_intervals > q->nr_intervals) -
				    (p->nr_intervals < q->nr_intervals);

	for (size_t i = 0; !ret && i < p->nr_blocks; i++)
		ret = fields_compare(record_block_fields, p->rec, &p->rec->blocks[p->block + i],
				     q->rec, &q->rec->blocks[q->block + i], false);
	for (size_t i = 0; !ret && i < p->nr_intervals; i++)
		ret = fields_compare(record_interval_fields, p->rec,
				     &p->rec->intervals[p->interval + i], q->rec,
				     &q->rec->intervals[q->interval + i], false);
	return ret;
}

/* repeats and blocks of intervals are counted from the run's first, as if it were alone */
static void find_runs(struct record *rec, struct run *runs)
{
	size_t nr = 0, v = 0;

	for (size_t b = 0; b < rec->nr_blocks; b++) {
		if (record_begins_run(rec, b))
			runs[nr++] = (struct run){ .rec = rec, .block = b };
		runs[nr - 1].nr_blocks++;
	}
	for (size_t r = 0; r < nr; r++) {
		struct run *run = &runs[r];
		unsigned int least = UINT_MAX;

		run->interval = v;
		for (;
		     v < rec->nr_intervals && rec->intervals[v].block < run->block + run->nr_blocks;
		     v++)
			rec->intervals[v].block -= (unsigned int)run->block;
		run->nr_intervals = v - run->interval;
		for (size_t b = run->block; b < run->block + run->nr_blocks; b++)
			least = rec->blocks[b].repeat < least ? rec->blocks[b].repeat : least;
		for (size_t b = run->block; b < run->block + run->nr_blocks; b++) {
			rec->blocks[b].repeat -= least;
			if (rec->blocks[b].repeat >= run->nr_repeats)
				run->nr_repeats = rec->blocks[b].repeat + 1;
		}
	}
}

/* run after run into the arrays, repeats and blocks of intervals going on */
static int lay_out(const struct run *runs, size_t nr, struct record_block *blocks,
		   struct record_interval *intervals)
{
	size_t block = 0, interval = 0;
	uint64_t repeat = 0;

	for (size_t r = 0; r < nr; r++) {
		const struct run *run = &runs[r];

		if (repeat + run->nr_repeats > INT_MAX)
			return err_failed(-ERANGE,
					  "too much to be added: there are 2^31 repeats or more");
		memcpy(blocks + block, run->rec->blocks + run->block,
		       run->nr_blocks * sizeof(*blocks));
		for (size_t b = 0; b < run->nr_blocks; b++)
			blocks[block + b].repeat += (unsigned int)repeat;
		for (size_t v = 0; v < run->nr_intervals; v++) {
			intervals[interval + v] = run->rec->intervals[run->interval + v];
			intervals[interval + v].block += (unsigned int)block;
		}
		block += run->nr_blocks;
		interval += run->nr_intervals;
		repeat += run->nr_repeats;
	}
	return 0;
}

static int sort_runs(struct record *rec)
{
	const size_t nr = record_nr_runs(rec);
	struct run *runs = calloc(nr + 1, sizeof(*runs));
	struct record_block *blocks = calloc(rec->nr_blocks + 1, sizeof(*blocks));
	struct record_interval *intervals = calloc(rec->nr_intervals + 1, sizeof(*intervals));
	int ret = 0;

	if (!runs || !blocks || !intervals) {
		ret = err_nomem();
	} else {
		find_runs(rec, runs);
		qsort(runs, nr, sizeof(*runs), by_samples);
		for (size_t r = 1; !ret && r < nr; r++)
			if (!by_samples(&runs[r - 1],
					&runs[r])) /* to the nanosecond: it is no other one */
				ret = err_usage(
					"the same run is there twice: it would count as two");
	}
	if (!ret) {
		ret = lay_out(runs, nr, blocks, intervals);
	}
	if (!ret) {
		void *old_blocks = rec->blocks, *old_intervals = rec->intervals;

		rec->blocks = blocks;
		rec->intervals = intervals;
		rec->max_blocks = rec->nr_blocks + 1;
		rec->max_intervals = rec->nr_intervals + 1;
		free(old_blocks);
		free(old_intervals);
	} else {
		free(blocks);
		free(intervals);
	}
	free(runs);
	return ret;
}

static int by_source(const void *a, const void *b)
{
	const struct record_source *p = a, *q = b;
	int ret = (p->cpu > q->cpu) - (p->cpu < q->cpu);

	if (!ret) /* those without a number last */
		ret = ((unsigned int)p->irq > (unsigned int)q->irq) -
		      ((unsigned int)p->irq < (unsigned int)q->irq);
	if (!ret)
		ret = strcmp(p->name, q->name);
	return ret ? ret : p->storm - q->storm;
}

static int by_line(const void *a, const void *b)
{
	const struct record_line *p = a, *q = b;
	int ret = strverscmp(p->label, q->label); /* "9" before "36" */

	if (!ret)
		ret = strcmp(p->name, q->name);
	return ret ? ret : (p->cpu > q->cpu) - (p->cpu < q->cpu);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* sorts a list of the record's, and adds those that are of the same */
static int sort_list(const char *key, struct record *rec, void *items, size_t *nr,
		     int (*by)(const void *, const void *))
{
	const struct field *f = record_fields;
	char *last = items;
	size_t kept = *nr > 0;
	int ret = 0;

	while (strcmp(f->key, key))
		f++;
	if (*nr)
		qsort(items, *nr, f->size, by);
	for (size_t i = 1; !ret && i < *nr; i++) {
		char *item = (char *)items + i * f->size;

		if (!by(last, item)) {
			ret = fields_add(f->fields, rec, last, rec, item);
			continue;
		}
		last += f->size;
		memmove(last, item, f->size);
		kept++;
	}
	*nr = kept;
	return ret;
}

static int by_key(const void *a, const void *b)
{
	return fields_compare(record_fields, a, a, b, b, true);
}

int store_sort(struct store *store)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < store->nr; i++) {
		struct record *rec = &store->records[i];

		if (rec->nr_notes)
			qsort(rec->notes, rec->nr_notes, sizeof(*rec->notes), by_text);
		ret = sort_runs(rec);
		if (!ret)
			ret = sort_list("sources", rec, rec->sources, &rec->nr_sources, by_source);
		if (!ret)
			ret = sort_list("lines", rec, rec->lines, &rec->nr_lines, by_line);
	}
	if (store->nr)
		qsort(store->records, store->nr, sizeof(*store->records), by_key);
	return ret;
}
