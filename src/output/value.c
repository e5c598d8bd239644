// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * value.c - our kinds of values as JSON, by jansson. Knows no finding.
 */
#include "output/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "base/units.h"
#include "record/record.h"

json_t *value_number(double v)
{
	return isnan(v) ? json_null() : json_real(v);
}

json_t *value_count(uint64_t v)
{
	return v == RECORD_UNKNOWN ? json_null() : json_integer((json_int_t)v);
}

/* a file's name may be any bytes, JSON's strings are UTF-8: then every byte above ASCII is shown as
 * '?' */
json_t *value_text(const char *s)
{
	json_t *o = s ? json_string(s) : json_null();
	char *copy, *c;

	if (o)
		return o;
	copy = strdup(s);
	for (c = copy; c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	o = copy ? json_string(copy) : NULL;
	free(copy);
	return o;
}

json_t *value_id(int v)
{
	return v < 0 ? json_null() : json_integer(v);
}

json_t *value_tristate(int v)
{
	return v < 0 ? json_null() : json_boolean(v);
}

json_t *value_rate(uint64_t mhz)
{
	return mhz == UNITS_RATE_MAX ? json_null() : json_real((double)mhz / 1000);
}

int value_dump(FILE *out, json_t *root)
{
	int ret = root ? json_dumpf(root, out, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) : -1;

	json_decref(root);
	if (!ret)
		fputc('\n', out);
	/* a stream that took no more is its owner's to report: ferror() stays set */
	return ret && !ferror(out) ? err_nomem() : 0;
}
