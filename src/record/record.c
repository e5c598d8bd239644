// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * record.c - the memory of a run. Does not judge and does not read anything.
 */
#include "record/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"

int record_init(struct record *rec, size_t nr_workloads, size_t nr_rows, size_t nr_cpus)
{
	memset(rec, 0, sizeof(*rec));
	rec->workloads = calloc(nr_workloads + 1, sizeof(*rec->workloads));
	rec->rows = calloc(nr_rows + 1, sizeof(*rec->rows));
	rec->cpus = calloc(nr_cpus, sizeof(*rec->cpus));
	if (!rec->workloads || !rec->rows || !rec->cpus)
		return err_nomem();
	rec->nr_workloads = nr_workloads;
	rec->nr_rows = nr_rows;
	rec->nr_cpus = nr_cpus;
	for (size_t i = 0; i < nr_rows; i++) {
		rec->rows[i].latency = malloc(sizeof(struct hist));
		rec->rows[i].delay = malloc(sizeof(struct hist));
		if (!rec->rows[i].latency || !rec->rows[i].delay)
			return err_nomem();
		hist_init(rec->rows[i].latency);
		hist_init(rec->rows[i].delay);
	}
	return 0;
}

const char *record_text(struct record *rec, const char *text)
{
	size_t size = text ? strlen(text) + 1 : 0;
	struct record_text *t;

	if (!text)
		return NULL;
	t = malloc(sizeof(*t) + size);
	if (!t) {
		err_nomem();
		rec->no_memory = true;
		return NULL;
	}
	t->next = rec->texts;
	rec->texts = t;
	return memcpy(t->text, text, size);
}

void record_drop_texts(struct record *rec)
{
	while (rec->texts) {
		struct record_text *t = rec->texts;

		rec->texts = t->next;
		free(t);
	}
}

void record_fini(struct record *rec)
{
	for (size_t i = 0; i < rec->nr_rows; i++) {
		free(rec->rows[i].latency);
		free(rec->rows[i].delay);
	}
	for (size_t i = 0; i < rec->nr_blocks; i++) {
		free(rec->blocks[i].rows);
		free(rec->blocks[i].cpus);
		free(rec->blocks[i].latency);
	}
	free(rec->blocks);
	free(rec->cells);
	free(rec->workloads);
	free(rec->rows);
	free(rec->cpus);
	free(rec->intervals);
	free(rec->sources);
	free(rec->lines);
	free(rec->program.argv);
	free(rec->notes);
	record_drop_texts(rec);
	memset(rec, 0, sizeof(*rec));
}

/* doubles an array that is full; *items and *max are of the record */
static int make_room(void **items, size_t nr, size_t *max, size_t size)
{
	size_t wanted = *max ? 2 * *max : 1024;
	void *grown;

	if (nr < *max)
		return 0;
	grown = realloc(*items, wanted * size);
	if (!grown)
		return err_nomem();
	*items = grown;
	*max = wanted;
	return 0;
}

int record_add_source(struct record *rec, const struct record_source *source)
{
	int ret = make_room((void **)&rec->sources, rec->nr_sources, &rec->max_sources,
			    sizeof(*source));

	if (!ret)
		rec->sources[rec->nr_sources++] = *source;
	return ret;
}

int record_add_interval(struct record *rec, const struct record_interval *interval)
{
	int ret = make_room((void **)&rec->intervals, rec->nr_intervals, &rec->max_intervals,
			    sizeof(*interval));

	if (!ret)
		rec->intervals[rec->nr_intervals++] = *interval;
	return ret;
}

int record_add_line(struct record *rec, const struct record_line *line)
{
	int ret = make_room((void **)&rec->lines, rec->nr_lines, &rec->max_lines, sizeof(*line));

	if (!ret)
		rec->lines[rec->nr_lines++] = *line;
	return ret;
}

int record_add_note(struct record *rec, const char *note)
{
	const char **notes = realloc(rec->notes, (rec->nr_notes + 2) * sizeof(*notes));

	if (!notes)
		return err_nomem();
	rec->notes = notes;
	notes[rec->nr_notes] = record_text(rec, note);
	if (!notes[rec->nr_notes])
		return -ENOMEM;
	notes[++rec->nr_notes] = NULL;
	return 0;
}

int record_set_program(struct record *rec, const char *const *argv)
{
	size_t nr = 0;

	while (argv && argv[nr])
		nr++;
	if (!nr)
		return 0;
	rec->program.argv = calloc(nr + 1, sizeof(*rec->program.argv));
	if (!rec->program.argv)
		return err_nomem();
	for (size_t i = 0; i < nr; i++)
		rec->program.argv[i] = record_text(rec, argv[i]);
	return rec->no_memory ? -ENOMEM : 0;
}

bool record_begins_run(const struct record *rec, size_t block)
{
	return !block || !rec->blocks[block].t_ns;
}

size_t record_nr_runs(const struct record *rec)
{
	size_t nr = 0;

	for (size_t i = 0; i < rec->nr_blocks; i++)
		nr += record_begins_run(rec, i);
	return nr;
}

struct record_cpu *record_cpu(const struct record *rec, unsigned int cpu)
{
	for (size_t i = 0; i < rec->nr_cpus; i++)
		if (rec->cpus[i].cpu == cpu)
			return &rec->cpus[i];
	return NULL;
}
