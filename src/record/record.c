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

void record_fini(struct record *rec)
{
	for (size_t i = 0; i < rec->nr_workloads; i++) {
		free(rec->workloads[i].name);
		free(rec->workloads[i].spec);
		free(rec->workloads[i].path);
		free(rec->workloads[i].device);
		free(rec->workloads[i].bdf);
		free(rec->workloads[i].peer);
		free(rec->workloads[i].cpus);
	}
	for (size_t i = 0; i < rec->nr_rows; i++) {
		free(rec->rows[i].latency);
		free(rec->rows[i].delay);
	}
	for (size_t i = 0; i < rec->nr_notes; i++)
		free(rec->notes[i]);
	for (size_t i = 0; i < rec->nr_blocks; i++) {
		free(rec->blocks[i].rows);
		free(rec->blocks[i].cpus);
		free(rec->blocks[i].latency);
	}
	free(rec->blocks);
	free(rec->cells);
	free(rec->failed);
	free(rec->machine.cpus_online);
	free(rec->plan.cpus);
	free(rec->plan.no_eoi_why);
	free(rec->workloads);
	free(rec->rows);
	free(rec->cpus);
	free(rec->intervals);
	free(rec->sources);
	free(rec->lines);
	for (size_t i = 0; rec->program.argv && rec->program.argv[i]; i++)
		free(rec->program.argv[i]);
	free(rec->program.argv);
	free(rec->notes);
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
	int ret = make_room((void **)&rec->sources, rec->nr_sources, &rec->max_sources, sizeof(*source));

	if (!ret)
		rec->sources[rec->nr_sources++] = *source;
	return ret;
}

int record_add_interval(struct record *rec, const struct record_interval *interval)
{
	int ret = make_room((void **)&rec->intervals, rec->nr_intervals, &rec->max_intervals, sizeof(*interval));

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
	char **notes = realloc(rec->notes, (rec->nr_notes + 1) * sizeof(*notes));

	if (!notes)
		return err_nomem();
	rec->notes = notes;
	notes[rec->nr_notes] = strdup(note);
	if (!notes[rec->nr_notes])
		return err_nomem();
	rec->nr_notes++;
	return 0;
}

struct record_cpu *record_cpu(const struct record *rec, unsigned int cpu)
{
	for (size_t i = 0; i < rec->nr_cpus; i++)
		if (rec->cpus[i].cpu == cpu)
			return &rec->cpus[i];
	return NULL;
}
