// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * units.c - quantities as text. Arithmetic on integers; knows no option and no stream.
 */
#include "base/units.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

struct unit {
	const char *name;
	uint64_t factor;
};

/*
 * digits[.digits]unit -> value * factor, rounded down. 128 bits hold any 19 digits times any factor
 * used here.
 */
static int parse_quantity(const char *s, const struct unit *units, uint64_t *out)
{
	unsigned __int128 value = 0, scale = 1;
	int nr_digits = 0, nr_significant = 0;

	for (; isdigit((unsigned char)*s) || (*s == '.' && scale == 1); s++) {
		if (*s == '.') {
			if (!isdigit((unsigned char)s[1]))
				return -EINVAL;
			scale = 10;
			continue;
		}
		if (value > UINT64_MAX / 10)
			return -ERANGE;
		value = value * 10 + (unsigned int)(*s - '0');
		nr_digits++;
		nr_significant += value > 0;
		if (scale > 1 && isdigit((unsigned char)s[1]))
			scale *= 10;
		if (nr_significant > 19)
			return -ERANGE;
	}
	if (!nr_digits)
		return -EINVAL;
	for (; units->name; units++) {
		if (strcmp(s, units->name))
			continue;
		value = value * units->factor / scale;
		if (value > UINT64_MAX)
			return -ERANGE;
		*out = (uint64_t)value;
		return 0;
	}
	return -EINVAL;
}

int units_parse_rate(const char *text, uint64_t *mhz)
{
	static const struct unit units[] = { { "", 1000 },
					     { "k", 1000000 },
					     { "M", 1000000000 },
					     { "G", 1000000000000 },
					     { NULL, 0 } };
	uint64_t value;
	int ret;

	if (!strcmp(text, "max")) {
		*mhz = UNITS_RATE_MAX;
		return 0;
	}
	ret = parse_quantity(text, units, &value);
	if (ret)
		return ret;
	if (!value || value > UNITS_RATE_LIMIT_MHZ)
		return -ERANGE;
	*mhz = value;
	return 0;
}

int units_parse_time(const char *text, uint64_t *ns)
{
	static const struct unit units[] = { { "", NS_PER_S },	       { "ns", 1 },
					     { "us", NS_PER_US },      { "ms", NS_PER_MS },
					     { "s", NS_PER_S },	       { "m", 60 * NS_PER_S },
					     { "h", 3600 * NS_PER_S }, { NULL, 0 } };
	uint64_t value;
	int ret = parse_quantity(text, units, &value);

	if (ret)
		return ret;
	if (value > 366 * 24 * 3600 * NS_PER_S)
		return -ERANGE;
	*ns = value;
	return 0;
}

int units_parse_size(const char *text, uint64_t *bytes)
{
	static const struct unit units[] = { { "", 1 },	       { "k", 1 << 10 }, { "K", 1 << 10 },
					     { "M", 1 << 20 }, { "G", 1 << 30 }, { NULL, 0 } };

	return parse_quantity(text, units, bytes);
}

int units_parse_percent(const char *text, double *fraction)
{
	static const struct unit units[] = { { "%", 1000000 }, { NULL, 0 } };
	uint64_t millionths;
	int ret = parse_quantity(text, units, &millionths);

	if (ret)
		return ret;
	*fraction = (double)millionths / 1e8;
	return millionths > 100000000 ? -ERANGE : 0;
}

int units_parse_u64(const char *text, uint64_t *value)
{
	static const struct unit units[] = { { "", 1 }, { NULL, 0 } };

	return strchr(text, '.') ? -EINVAL : parse_quantity(text, units, value);
}

/* three significant digits */
static int precision(double v)
{
	return v < 10 ? 2 : v < 100 ? 1 : 0;
}

char *units_format_rate(double hz, char *buf)
{
	static const char prefix[] = { 'k', 'M', 'G' };
	int i = -1;

	if (hz < 10000) {
		snprintf(buf, UNITS_TEXT, "%.*f", hz > 0 && hz < 1 ? 3 : hz < 1000 ? 1 : 0, hz);
		return buf;
	}
	while (hz >= 1000 && i < 2) {
		hz /= 1000;
		i++;
	}
	snprintf(buf, UNITS_TEXT, "%.*f%c", precision(hz), hz, prefix[i]);
	return buf;
}

char *units_format_time(uint64_t ns, char *buf)
{
	static const char *const names[] = { "ns", "us", "ms", "s" };
	double v = (double)ns;
	int i = 0;

	for (; v >= 1000 && i < 3; i++)
		v /= 1000;
	snprintf(buf, UNITS_TEXT, "%.*f %s", i ? precision(v) : 0, v, names[i]);
	return buf;
}
