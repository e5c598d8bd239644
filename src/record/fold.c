// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fold.c - a window becomes a block of the record, and part of its sums. Adds and copies; does not
 * judge.
 */
#include "record/record.h"

#include <stdlib.h>
#include <string.h>
#include "base/err.h"

int record_set_cells(struct record *rec, const struct record_cell *cells, size_t nr)
{
	rec->cells = calloc(nr + 1, sizeof(*cells));
	if (!rec->cells)
		return err_nomem();
	memcpy(rec->cells, cells, nr * sizeof(*cells));
	rec->nr_cells = nr;
	return 0;
}

int record_init_part(struct record *part, const struct record *rec)
{
	int ret = record_init(part, 0, rec->nr_rows, rec->nr_cpus);

	for (size_t i = 0; !ret && i < rec->nr_rows; i++) {
		struct hist *latency = part->rows[i].latency, *delay = part->rows[i].delay;

		part->rows[i] = rec->rows[i];
		part->rows[i].latency = latency;
		part->rows[i].delay = delay;
	}
	for (size_t i = 0; !ret && i < rec->nr_cpus; i++)
		part->cpus[i].cpu = rec->cpus[i].cpu;
	if (!ret)
		record_clear(part);
	return ret;
}

static void copy_rows(struct record_row *to, const struct record_row *from, size_t nr)
{
	memcpy(to, from, nr * sizeof(*to));
	for (size_t i = 0; i < nr; i++)
		to[i].latency = to[i].delay = NULL;
}

/* the block's memory is the record's as soon as it is in the array */
static struct record_block *new_block(struct record *rec, const struct record *part, bool latency)
{
	struct record_block *b;

	if (rec->nr_blocks == rec->max_blocks) {
		size_t max = rec->max_blocks ? 2 * rec->max_blocks : 16;
		struct record_block *grown = realloc(rec->blocks, max * sizeof(*grown));

		if (!grown)
			return NULL;
		rec->blocks = grown;
		rec->max_blocks = max;
	}
	b = &rec->blocks[rec->nr_blocks];
	memset(b, 0, sizeof(*b));
	b->rows = calloc(part->nr_rows + 1, sizeof(*b->rows));
	b->cpus = calloc(part->nr_cpus + 1, sizeof(*b->cpus));
	b->latency = latency ? malloc(sizeof(*b->latency)) : NULL;
	rec->nr_blocks++;
	return b->rows && b->cpus && (b->latency || !latency) ? b : NULL;
}

static void add_row(struct record_row *to, const struct record_row *from, bool first)
{
	to->placement = from->placement;
	to->irq_cpu = from->irq_cpu;
	/* a row that ever ran at max has no sum of due times */
	to->events_due = first ? from->events_due : record_sum(to->events_due, from->events_due);
	to->events += from->events;
	to->late += from->late;
	to->skipped += from->skipped;
	to->coalesced += from->coalesced;
	to->lost += from->lost;
	to->interrupts = record_sum(to->interrupts, from->interrupts);
	hist_merge(to->latency, from->latency);
	hist_merge(to->delay, from->delay);
}

static void add_cpu(struct record_cpu *to, const struct record_cpu *from, bool first)
{
	to->has_eoi = from->has_eoi;
	to->fast += from->fast;
	to->msr += from->msr;
	to->mark_begin = first ? from->mark_begin
			       : 0; /* the sum of several windows is between no two marks */
	to->mark_end = first ? from->mark_end : 0;
	to->timer = record_sum(to->timer, from->timer);
	to->reschedule = record_sum(to->reschedule, from->reschedule);
	to->call = record_sum(to->call, from->call);
	to->steal_ns = record_sum(to->steal_ns, from->steal_ns);
	to->soak_loops += from->soak_loops;
}

static void add_cycles(struct record_cycles *to, const struct record_cycles *from)
{
	to->count += from->count;
	to->sum += from->sum;
	for (int i = 0; i < RECORD_BUCKETS; i++)
		to->buckets[i] += from->buckets[i];
}

static int add_source(struct record *rec, const struct record_source *s)
{
	for (size_t i = 0; i < rec->nr_sources; i++) {
		struct record_source *sum = &rec->sources[i];

		if (sum->cpu != s->cpu || sum->irq != s->irq || strcmp(sum->name, s->name))
			continue;
		sum->fast += s->fast;
		sum->msr += s->msr;
		sum->level += s->level;
		return 0;
	}
	return record_add_source(rec, s);
}

static int add_line(struct record *rec, const struct record_line *l)
{
	for (size_t i = 0; i < rec->nr_lines; i++) {
		if (rec->lines[i].cpu != l->cpu || strcmp(rec->lines[i].label, l->label))
			continue;
		rec->lines[i].count += l->count;
		return 0;
	}
	return record_add_line(rec, l);
}

static int add_note(struct record *rec, const char *note)
{
	for (size_t i = 0; i < rec->nr_notes; i++)
		if (!strcmp(rec->notes[i], note))
			return 0;
	return record_add_note(rec, note);
}

static int add_sums(struct record *rec, const struct record *part, bool first)
{
	int ret = 0;

	rec->elapsed_ns += part->elapsed_ns;
	rec->interrupts_elsewhere = record_sum(rec->interrupts_elsewhere,
					       part->interrupts_elsewhere);
	rec->has_sources = part->has_sources;
	rec->no_eoi += part->no_eoi;
	for (int path = 0; path < 2; path++)
		add_cycles(&rec->cycles[path], &part->cycles[path]);
	for (size_t i = 0; i < rec->nr_rows; i++)
		add_row(&rec->rows[i], &part->rows[i], first);
	for (size_t i = 0; i < rec->nr_cpus; i++)
		add_cpu(&rec->cpus[i], &part->cpus[i], first);
	for (size_t i = 0; !ret && i < part->nr_sources; i++)
		ret = add_source(rec, &part->sources[i]);
	for (size_t i = 0; !ret && i < part->nr_lines; i++)
		ret = add_line(rec, &part->lines[i]);
	return ret;
}

static bool has_storm_block(const struct record *rec)
{
	for (size_t i = 0; i < rec->nr_blocks; i++)
		if (!rec->cells[rec->blocks[i].cell].idle)
			return true;
	return false;
}

int record_fold(struct record *rec, const struct record *part, const struct record_block *meta)
{
	const bool idle = rec->cells[meta->cell].idle, first = !has_storm_block(rec);
	struct record_block *b = new_block(rec, part, rec->nr_rows && !idle);
	int ret = 0;

	if (!b)
		return err_nomem();
	b->cell = meta->cell;
	b->repeat = meta->repeat;
	b->rate_mhz = meta->rate_mhz;
	b->t_ns = meta->t_ns;
	b->elapsed_ns = part->elapsed_ns;
	b->interrupts_elsewhere = part->interrupts_elsewhere;
	b->user_ns = part->program.user_ns;
	b->system_ns = part->program.system_ns;
	memcpy(b->cycles, part->cycles, sizeof(b->cycles));
	copy_rows(b->rows, part->rows, part->nr_rows);
	memcpy(b->cpus, part->cpus, part->nr_cpus * sizeof(*b->cpus));
	if (b->latency)
		hist_init(b->latency);
	for (size_t i = 0; b->latency && i < part->nr_rows; i++)
		hist_merge(b->latency, part->rows[i].latency);
	for (size_t i = 0; !ret && i < part->nr_intervals; i++) {
		struct record_interval interval = part->intervals[i];

		interval.block = (unsigned int)(rec->nr_blocks - 1);
		ret = record_add_interval(rec, &interval);
	}
	for (size_t i = 0; !ret && i < part->nr_notes; i++)
		ret = add_note(rec, part->notes[i]);
	return ret || idle ? ret : add_sums(rec, part, first);
}

void record_clear(struct record *part)
{
	for (size_t i = 0; i < part->nr_rows; i++) {
		struct record_row *row = &part->rows[i];

		row->events_due = UINT64_MAX;
		row->events = row->late = row->skipped = row->coalesced = row->lost =
			row->interrupts = 0;
		hist_init(row->latency);
		hist_init(row->delay);
	}
	for (size_t i = 0; i < part->nr_cpus; i++)
		part->cpus[i] = (struct record_cpu){ .cpu = part->cpus[i].cpu };
	record_drop_texts(part); /* its notes; those of its rows are static or the whole record's */
	part->nr_intervals = part->nr_sources = part->nr_lines = part->nr_notes = 0;
	memset(part->cycles, 0, sizeof(part->cycles));
	part->elapsed_ns = part->interrupts_elsewhere = part->no_eoi = 0;
	part->program.user_ns = part->program.system_ns = 0;
}
