// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bound.c - the parser of --fail-if. Pure; knows the table of metrics, and of a run nothing.
 *
 * Digits are read here and not by base/units, whose integers have neither a sign nor a unit that
 * depends on the metric.
 */
#include "analyze/bound.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/err.h"
#include "base/nearest.h"

struct unit {
	const char *name;
	double factor;
};

/* what a bound may be of: its units, and the words for it in "80xs is no time (ns, us, ms, s)" */
struct kind {
	const char *what;
	struct unit units[6]; /* ends with name NULL */
};

static const struct kind kinds[] = {
	[METRIC_HZ] = { "rate (500, 20k, 1.5M, 1G)",
			{ { "", 1 }, { "k", 1e3 }, { "M", 1e6 }, { "G", 1e9 } } },
	[METRIC_NS] = { "time (ns, us, ms, s)",
			{ { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } } },
	[METRIC_SHARE] = { "share (90%, 0.9)", { { "%", 0.01 }, { "", 1 } } },
	[METRIC_RATIO] = { "plain number", { { "", 1 } } },
	[METRIC_COUNT] = { "plain number", { { "", 1 } } },
	[METRIC_CYCLES] = { "plain number", { { "", 1 } } },
};
static const struct kind change_kind = { "change in percent (2%, -2%)", { { "%", 0.01 } } };
static const struct kind points_kind = { "difference of shares (2% are two points, or 0.02)",
					 { { "%", 0.01 }, { "", 1 } } };

static const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

static size_t word_length(const char *at)
{
	size_t n = 0;

	while (islower((unsigned char)at[n]) || isdigit((unsigned char)at[n]) || at[n] == '_')
		n++;
	return n;
}

static int wrong(struct bound *b, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static int wrong(struct bound *b, const char *at, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	b->column = (unsigned int)(at - b->text) + 1;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_usage("--fail-if='%.*s': column %u: %s", BOUND_LONGEST, b->text, b->column,
			 what);
}

static int no_metric(struct bound *b, const char *at, size_t length)
{
	struct nearest near;
	char keys[400];
	size_t used = 0;

	nearest_begin(&near, at, length);
	for (const struct metric *m = metrics; m->key && used < sizeof(keys); m++) {
		nearest_try(&near, m->key);
		used += (size_t)snprintf(keys + used, sizeof(keys) - used, "%s%s",
					 m == metrics ? "" : ", ", m->key);
	}
	if (!length)
		return wrong(b, at, "expected a metric or change(METRIC); there are %s", keys);
	if (near.best)
		return wrong(b, at, "unknown metric '%.*s'%s", (int)length, at,
			     nearest_hint(&near, "", NULL));
	return wrong(b, at, "unknown metric '%.*s'; there are %s", (int)length, at, keys);
}

/* sets *at behind it */
static int parse_key(struct bound *b, const char **at)
{
	const size_t length = word_length(*at);

	for (const struct metric *m = metrics; m->key && !b->metric; m++)
		if (strlen(m->key) == length && !strncmp(m->key, *at, length))
			b->metric = m;
	if (!b->metric)
		return no_metric(b, *at, length);
	*at = skip_blanks(*at + length);
	return 0;
}

static int parse_metric(struct bound *b, const char **at)
{
	const char *open;
	int ret;

	*at = skip_blanks(*at);
	open = skip_blanks(*at + word_length(*at));
	b->change = *open == '(';
	if (!b->change)
		return parse_key(b, at);
	if (word_length(*at) != strlen("change") || strncmp(*at, "change", strlen("change")))
		return wrong(b, *at, "expected change before the parenthesis");
	*at = skip_blanks(open + 1);
	ret = parse_key(b, at);
	if (ret)
		return ret;
	if (**at != ')')
		return wrong(b, *at, "expected )");
	*at = skip_blanks(*at + 1);
	return 0;
}

static int parse_op(struct bound *b, const char **at)
{
	const bool equal = **at && (*at)[1] == '=';

	if (**at != '<' && **at != '>')
		return wrong(b, *at, "expected <, <=, > or >=");
	if (**at == '<')
		b->op = equal ? BOUND_AT_MOST : BOUND_LESS;
	else
		b->op = equal ? BOUND_AT_LEAST : BOUND_MORE;
	*at = skip_blanks(*at + (equal ? 2 : 1));
	return 0;
}

/* digits[.digits]; NULL: it is none, else what is behind it */
static const char *parse_digits(const char *at, double *value)
{
	double scale = 1;
	bool point = false;

	if (!isdigit((unsigned char)*at))
		return NULL;
	for (*value = 0; isdigit((unsigned char)*at) || (*at == '.' && !point); at++) {
		if (*at == '.') {
			if (!isdigit((unsigned char)at[1]))
				return NULL;
			point = true;
			continue;
		}
		*value = *value * 10 + (*at - '0');
		if (point)
			scale *= 10;
	}
	*value /= scale; /* one rounding: 0.9 is the nearest to 0.9 */
	return at;
}

/* the whole words from at to the end, without the blanks there */
static int length_to_end(const char *at)
{
	size_t n = strlen(at);

	while (n && (at[n - 1] == ' ' || at[n - 1] == '\t'))
		n--;
	return (int)n;
}

static int parse_value(struct bound *b, const char *at)
{
	const struct kind *kind = !b->change		? &kinds[b->metric->unit]
				  : b->metric->relative ? &change_kind
							: &points_kind;
	const int length = length_to_end(at);
	const bool sign = *at == '-' || *at == '+';
	const char *unit;

	if (!length)
		return wrong(b, at, "expected a %s", kind->what);
	if (sign && !b->change)
		return wrong(b, at, "%.*s has a sign, which is for change() only", length, at);
	unit = parse_digits(at + sign, &b->value);
	if (!unit)
		return wrong(b, at, "%.*s is no %s", length, at, kind->what);
	for (const struct unit *u = kind->units; u->name; u++) {
		if (strlen(u->name) != (size_t)(length - (unit - at)) ||
		    strncmp(unit, u->name, strlen(u->name)))
			continue;
		b->value = (*at == '-' ? -1 : 1) *
			   (u->factor < 1 ? b->value / 100 : b->value * u->factor);
		if (b->metric->unit == METRIC_SHARE && (b->value > 1 || b->value < -1))
			return wrong(b, at, "%.*s is more than the whole: 90%% or 0.9 is a share",
				     length, at);
		return 0;
	}
	return wrong(b, at, "%.*s is no %s", length, at, kind->what);
}

int bound_parse(struct bound *b, const char *text)
{
	const char *at = text;
	int ret;

	*b = (struct bound){ .text = text };
	if (strnlen(text, BOUND_LONGEST + 1) > BOUND_LONGEST)
		return wrong(b, text + BOUND_LONGEST, "longer than %d characters", BOUND_LONGEST);
	ret = parse_metric(b, &at);
	if (!ret)
		ret = parse_op(b, &at);
	return ret ? ret : parse_value(b, at);
}

int bound_refuse(struct bound *b, const char *why)
{
	return wrong(b, skip_blanks(b->text), "%s", why);
}
