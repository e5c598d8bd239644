/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * units.h - rates, times and sizes, from text and to text
 *
 * The parsers are exact: decimal digits, at most one point, one unit, nothing behind. No exponent,
 * no sign, no blanks. They return 0, -EINVAL for a text that is no such quantity, -ERANGE for one
 * that is too large, too small or zero where that makes no sense; the sentence is the caller's, who
 * knows the option.
 */
#ifndef IRQSTORM_UNITS_H
#define IRQSTORM_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define NS_PER_US 1000ULL
#define NS_PER_MS 1000000ULL
#define NS_PER_S 1000000000ULL
#define NS_TIMES_MHZ                                                                               \
	1000000000000ULL /* 1 Hz is 1000 mHz and 1 s is 1e9 ns: events = ns * mHz / this */

#define UNITS_RATE_MAX 0ULL		      /* "max": as fast as it goes */
#define UNITS_RATE_LIMIT_MHZ 1000000000000ULL /* 1 G a second: due times are whole nanoseconds */

/* "500", "20k", "1.5M", "1G", "max" -> millihertz; 0 and less than one in 1000 s is -ERANGE */
int units_parse_rate(const char *text, uint64_t *mhz);
/* "10s", "100ms", "250us", "5ns", "2m", "1h"; a bare number is seconds -> ns; up to a year */
int units_parse_time(const char *text, uint64_t *ns);
/* "512", "4k", "1M": powers of 1024 -> bytes */
int units_parse_size(const char *text, uint64_t *bytes);
/* "1%", "0.5%" -> 0.01, 0.005; up to 100 % */
int units_parse_percent(const char *text, double *fraction);
/* decimal digits only */
int units_parse_u64(const char *text, uint64_t *value);

#define UNITS_TEXT 32
/* three significant digits and a prefix ("12.3k"), or the whole number below 10000; buf is
 * UNITS_TEXT bytes; return buf */
char *units_format_rate(double hz, char *buf);
char *units_format_time(uint64_t ns, char *buf); /* "85.1 us" */

#endif
