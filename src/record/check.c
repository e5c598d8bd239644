// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * check.c - whether a record that was loaded is one that a run can have left: what others rely on
 * without looking.
 */
#include "record/store.h"

#include <errno.h>
#include <string.h>
#include "base/err.h"
#include "record/fields.h"

static int bad(const char *where, const char *fmt, size_t index, const char *what)
{
	char place[64];

	snprintf(place, sizeof(place), "%s[%zu]", fmt, index);
	return err_failed(-EINVAL, "%s.%s: %s", where, place, what);
}

/* NULL, or what is wrong */
static const char *check_hist(const struct hist *h)
{
	unsigned int lowest = HIST_BUCKETS, highest = 0;
	uint64_t sum = 0;

	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		if (!h->buckets[i])
			continue;
		highest = i;
		if (lowest == HIST_BUCKETS)
			lowest = i;
		if (__builtin_add_overflow(sum, h->buckets[i], &sum))
			return "the buckets of a histogram do not add up to its count";
	}
	if (sum != h->count)
		return "the buckets of a histogram do not add up to its count";
	if (!sum)
		return h->min == UINT64_MAX && !h->max ? NULL
						       : "an empty histogram has a least or a most";
	if (h->min > h->max || hist_bucket(h->min) != lowest || hist_bucket(h->max) != highest)
		return "least or most are not in the first and last bucket of a histogram";
	return NULL;
}

static const char *check_cycles(const struct record_cycles cycles[2])
{
	for (int path = 0; path < 2; path++) {
		uint64_t sum = 0;

		for (int i = 0; i < RECORD_BUCKETS; i++)
			if (__builtin_add_overflow(sum, cycles[path].buckets[i], &sum))
				return "the buckets of cycles do not add up to their count";
		if (sum != cycles[path].count)
			return "the buckets of cycles do not add up to their count";
	}
	return NULL;
}

static int check_rows(const struct record *rec, const char *where)
{
	for (size_t i = 0; i < rec->nr_workloads; i++)
		if (!rec->workloads[i].depth || !rec->workloads[i].batch)
			return bad(where, "workloads", i, "nothing can be in flight");
	for (size_t i = 0; i < rec->nr_cpus; i++)
		if (i && rec->cpus[i].cpu <= rec->cpus[i - 1].cpu)
			return bad(where, "cpus", i, "CPUs do not ascend");
	for (size_t i = 0; i < rec->nr_rows; i++) {
		const char *wrong = check_hist(rec->rows[i].latency);

		if (!wrong)
			wrong = check_hist(rec->rows[i].delay);
		if (rec->rows[i].workload >= rec->nr_workloads)
			wrong = "there is no such workload";
		if (!record_cpu(rec, rec->rows[i].cpu))
			wrong = "its CPU is none of those that were measured";
		if (wrong)
			return bad(where, "rows", i, wrong);
	}
	return 0;
}

/* a block's rows and CPUs are the record's, in its order */
static bool is_of_record(const struct record *rec, const struct record_block *b)
{
	bool same = true;

	for (size_t i = 0; i < rec->nr_rows; i++)
		same &= b->rows[i].cpu == rec->rows[i].cpu &&
			b->rows[i].workload == rec->rows[i].workload;
	for (size_t i = 0; i < rec->nr_cpus; i++)
		same &= b->cpus[i].cpu == rec->cpus[i].cpu;
	return same;
}

/* an arm has one cell at a rate, and all arms have a cell at each: what is compared with what goes
 * by that */
static int check_cells(const struct record *rec, const char *where)
{
	for (size_t i = 0; i < rec->nr_cells; i++) {
		const struct record_cell *a = &rec->cells[i];

		if (a->arm >= rec->nr_cells)
			return bad(where, "cells", i, "there are not so many arms");
		for (size_t k = 0; k < i; k++) {
			const struct record_cell *b = &rec->cells[k];

			if (a->idle != b->idle)
				continue;
			if (a->idle || (a->arm == b->arm && a->has_rate == b->has_rate &&
					a->rate_mhz == b->rate_mhz))
				return bad(where, "cells", i, "it is the same as one before it");
		}
	}
	return 0;
}

static int check_blocks(const struct record *rec, const char *where)
{
	for (size_t i = 0; i < rec->nr_blocks; i++) {
		const struct record_block *b = &rec->blocks[i];
		const char *wrong = b->latency ? check_hist(b->latency) : NULL;

		if (!wrong)
			wrong = check_cycles(b->cycles);
		if (!is_of_record(rec, b))
			wrong = "its rows or CPUs are not the record's";
		if (b->cell >= rec->nr_cells)
			wrong = "there is no such cell";
		/* each run's blocks begin at 0, and records of several runs may have been merged */
		if (b->t_ns && (!i || b->t_ns <= b[-1].t_ns))
			wrong = "it begins before the block before it";
		if (wrong)
			return bad(where, "blocks", i, wrong);
	}
	return 0;
}

/* one for each CPU with the same t_ns, block after block */
static int check_intervals(const struct record *rec, const char *where)
{
	for (size_t i = 0; i < rec->nr_intervals; i++) {
		const struct record_interval *v = &rec->intervals[i], *last = i ? v - 1 : NULL;
		const size_t c = i % rec->nr_cpus;
		const char *wrong = NULL;

		if (v->block >= rec->nr_blocks || (last && v->block < last->block))
			wrong = "it is of no block that can stand there";
		else if (c && (v->block != last->block || v->t_ns != last->t_ns))
			wrong = "not every CPU has an interval that ends then";
		else if (!c && last && v->block == last->block && v->t_ns < last->t_ns)
			wrong = "it ends before the one before it";
		if (v->cpu != rec->cpus[c].cpu)
			wrong = "it is of another CPU";
		if (wrong)
			return bad(where, "intervals", i, wrong);
	}
	if (rec->nr_intervals % rec->nr_cpus)
		return bad(where, "intervals", rec->nr_intervals,
			   "not every CPU has an interval that ends then");
	return 0;
}

static int check_cpus_of_counts(const struct record *rec, const char *where)
{
	for (size_t i = 0; i < rec->nr_sources; i++)
		if (!record_cpu(rec, rec->sources[i].cpu))
			return bad(where, "sources", i,
				   "its CPU is none of those that were measured");
	for (size_t i = 0; i < rec->nr_lines; i++)
		if (!record_cpu(rec, rec->lines[i].cpu))
			return bad(where, "lines", i,
				   "its CPU is none of those that were measured");
	return 0;
}

static uint64_t count_at(const struct field *f, const void *base)
{
	return *(const uint64_t *)((const char *)base + f->offset);
}

static bool is_count(const struct field *f)
{
	return f->kind == FIELD_COUNT || f->kind == FIELD_MAYBE;
}

/* the totals of a count over all rows, CPUs, … are to be numbers too */
static int check_totals(const struct record *rec, const char *where)
{
	for (const struct field *list = record_fields; list->key; list++) {
		const char *items;
		size_t nr;

		if (list->kind != FIELD_LIST || list->fields == record_interval_fields)
			continue;
		nr = field_list(list, rec, rec, &items);
		for (const struct field *f = list->fields; f->key; f++) {
			uint64_t sum = 0;

			for (size_t i = 0; is_count(f) && i < nr; i++) {
				uint64_t count = count_at(f, items + i * list->size);

				if (count != RECORD_UNKNOWN)
					sum += count;
				if (sum > INT64_MAX)
					return err_failed(
						-EINVAL, "%s.%s: the sum of \"%s\" is 2^63 or more",
						where, list->key, f->key);
			}
		}
	}
	return 0;
}

/* the storm's blocks add up to what stands beside them, count by count. which: a list of blocks, of
 * as many as the record's */
static int check_sums(const struct record *rec, const char *where, const struct field *fields,
		      const void *sums, size_t size, size_t nr, size_t list_offset)
{
	for (size_t i = 0; i < nr; i++) {
		for (const struct field *f = fields; f->key; f++) {
			uint64_t sum = 0;

			for (size_t b = 0; is_count(f) && b < rec->nr_blocks; b++) {
				const char *items = *(char *const *)((const char *)&rec->blocks[b] +
								     list_offset);

				if (!rec->cells[rec->blocks[b].cell].idle &&
				    (sum <= INT64_MAX || sum == RECORD_UNKNOWN)) /* else it wraps */
					sum = record_sum(sum, count_at(f, items + i * size));
			}
			if (is_count(f) && sum != count_at(f, (const char *)sums + i * size))
				return err_failed(-EINVAL, "%s: the blocks do not add up to \"%s\"",
						  where, f->key);
		}
	}
	return 0;
}

static int check_block_sums(const struct record *rec, const char *where)
{
	uint64_t elapsed_ns = 0, elsewhere = 0;
	bool storm = false;
	int ret;

	for (size_t i = 0; i < rec->nr_blocks; i++) {
		if (rec->cells[rec->blocks[i].cell].idle)
			continue;
		storm = true;
		elapsed_ns += rec->blocks[i].elapsed_ns;
		elsewhere = record_sum(elsewhere, rec->blocks[i].interrupts_elsewhere);
	}
	if (!storm)
		return err_failed(-EINVAL, "%s has no block that was measured", where);
	if (elapsed_ns != rec->elapsed_ns || elsewhere != rec->interrupts_elsewhere)
		return err_failed(-EINVAL, "%s: the blocks do not add up to its time or interrupts",
				  where);
	ret = check_sums(rec, where, record_block_row_fields, rec->rows, sizeof(*rec->rows),
			 rec->nr_rows, offsetof(struct record_block, rows));
	return ret ? ret
		   : check_sums(rec, where, record_block_cpu_fields, rec->cpus, sizeof(*rec->cpus),
				rec->nr_cpus, offsetof(struct record_block, cpus));
}

int store_check(const struct record *rec, const char *where)
{
	int ret;

	if (!rec->nr_cpus || !rec->nr_cells || !rec->nr_blocks)
		return err_failed(-EINVAL, "%s has no CPU, no cell or no block", where);
	if (check_cycles(rec->cycles))
		return err_failed(-EINVAL, "%s: %s", where, check_cycles(rec->cycles));
	ret = check_rows(rec, where);
	if (!ret)
		ret = check_cells(rec, where);
	if (!ret)
		ret = check_blocks(rec, where);
	if (!ret)
		ret = check_intervals(rec, where);
	if (!ret)
		ret = check_cpus_of_counts(rec, where);
	if (!ret)
		ret = check_totals(rec, where);
	return ret ? ret : check_block_sums(rec, where);
}
