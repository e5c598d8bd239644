/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * value.h - our kinds of values as JSON; each is a new reference
 */
#ifndef IRQSTORM_VALUE_H
#define IRQSTORM_VALUE_H

#include <stdint.h>
#include <stdio.h>
#include <jansson.h>

json_t *value_number(double v); /* NAN: null */
json_t *value_count(uint64_t v);
json_t *value_text(const char *s); /* NULL: null */
json_t *value_id(int v);	   /* negative: null, as in the next */
json_t *value_tristate(int v);
json_t *value_rate(uint64_t mhz); /* in Hz; max: null */

/* writes the document with a newline, and drops it. 0 or -ENOMEM with a sentence; the stream's
 * errors are its owner's */
int value_dump(FILE *out, json_t *root);

#endif
