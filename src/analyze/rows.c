// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rows.c - which rows are counted on one line of /proc/interrupts, so that a sum has it once. Pure.
 */
#include "analyze/rows.h"

#include <string.h>

size_t rows_same_counter(const struct record_row *rows, size_t i, size_t from, size_t to)
{
	const struct record_row *row = &rows[i];

	for (size_t r = from; r < to && row->counter; r++)
		if (r != i && rows[r].counter && !strcmp(rows[r].counter, row->counter) &&
		    rows[r].irq_cpu == row->irq_cpu)
			return r;
	return to;
}

uint64_t rows_interrupts(const struct record_row *rows, size_t nr)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < nr; i++)
		if (rows_same_counter(rows, i, 0, i) == i) /* else it was counted with that row */
			sum = record_sum(sum, rows[i].interrupts);
	return sum;
}
