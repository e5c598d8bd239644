// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lines.c - differences of two readings of /proc/interrupts. Reads nothing and judges nothing.
 */
#include "run/lines.h"

#include <stdio.h>
#include "guest/delta.h"

static int add_line(struct record *rec, const struct procirq *begin, const struct procirq *end,
		    const struct procirq_row *row)
{
	const struct procirq_row *before = procirq_find(begin, row->label);
	int ret = 0;

	for (size_t i = 0; !ret && i < rec->nr_cpus; i++) {
		unsigned int cpu = rec->cpus[i].cpu;
		struct record_line line = { .cpu = cpu };

		line.count = delta_u32(procirq_row_count(begin, before, cpu),
				       procirq_row_count(end, row, cpu));
		if (!line.count || line.count == DELTA_UNKNOWN || !procirq_has_cpu(end, cpu) ||
		    !procirq_has_cpu(begin, cpu))
			continue;
		snprintf(line.label, sizeof(line.label), "%s", row->label);
		snprintf(line.name, sizeof(line.name), "%s", procirq_text(end, row));
		ret = record_add_line(rec, &line);
	}
	return ret;
}

int lines_add(struct record *rec, const struct procirq *begin, const struct procirq *end)
{
	int ret = 0;

	if (!begin->nr_cpus) /* it could not be read: nobody knows what grew */
		return 0;
	for (size_t r = 0; !ret && r < end->nr_rows; r++)
		/* ERR and MIS have one count, which is of no CPU */
		if (end->rows[r].nr_counts == end->nr_cpus)
			ret = add_line(rec, begin, end, &end->rows[r]);
	return ret;
}
