// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * repeats.c - the blocks of a record, repeat by repeat. Pure.
 */
#include "analyze/repeats.h"

bool repeats_begin(const struct record *rec, size_t i)
{
	return record_begins_run(rec, i) || rec->blocks[i].repeat != rec->blocks[i - 1].repeat;
}

size_t repeats_end(const struct record *rec, size_t i)
{
	do
		i++;
	while (i < rec->nr_blocks && !repeats_begin(rec, i));
	return i;
}

bool repeats_complete(const struct record *rec, size_t i)
{
	const size_t end = repeats_end(rec, i);

	for (size_t cell = 0; cell < rec->nr_cells; cell++) {
		size_t k = i;

		while (k < end && rec->blocks[k].cell != cell)
			k++;
		if (k == end)
			return false;
	}
	return true;
}

unsigned int repeats_nr_complete(const struct record *rec)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < rec->nr_blocks; i = repeats_end(rec, i))
		nr += repeats_complete(rec, i);
	return nr;
}
