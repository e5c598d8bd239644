/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * comparison_text.h - metrics and their changes as text, for the tables that are made of them
 */
#ifndef IRQSTORM_COMPARISON_TEXT_H
#define IRQSTORM_COMPARISON_TEXT_H

#include <stdio.h>
#include <libsmartcols.h>
#include "analyze/comparison.h"

#define COMPARISON_TEXT 48

/* each into buf (COMPARISON_TEXT), which is returned; "-" of a NAN */
const char *comparison_text_value(const struct metric *m, double value, char *buf);
const char *comparison_text_median(const struct metric *m, const struct comparison_median *median,
				   char *buf);
const char *comparison_text_interval(const struct metric *m, const struct stats_interval *interval,
				     char *buf);

/* as it was asked for, where it is a round one: "500", "16k", "max"; buf is UNITS_TEXT */
const char *comparison_text_rate(uint64_t mhz, char *buf);

/* a table with these headlines; the first column and column left are text, the others numbers.
 * NULL: no memory, with a sentence */
struct libscols_table *comparison_text_new(FILE *out, const char *const *names, int nr, int left);
/* prints and drops it */
void comparison_text_print(struct libscols_table *table);

/*
 * the table of a comparison, and which of its metrics hang together; new_last: the columns are
 * reference, of. 0 or -ENOMEM with a sentence
 */
int comparison_text_table(FILE *out, const struct comparison *c, const char *of,
			  const char *reference, bool new_last, double margin);

#endif
