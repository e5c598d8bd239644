// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cell.c - a formatted cell of a table. Knows libsmartcols; not what is in the table.
 */
#include "output/output.h"

#include <libsmartcols.h>
#include <stdarg.h>

void output_cell(struct libscols_line *line, int column, const char *fmt, ...)
{
	char buf[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	scols_line_set_data(line, (size_t)column, buf);
}
