// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * correlation_json.c - what goes with the fast share, as JSON
 */
#include "output/correlation_json.h"

#include <math.h>
#include "output/value.h"

static const char *status_name(enum correlation_status status)
{
	static const char *const names[] = {
		[CORRELATION_RATE_SET] = "rate-set",
		[CORRELATION_RATES_TRIED] = "rates-tried",
		[CORRELATION_FEW] = "few-intervals",
		[CORRELATION_HARDLY_VARIED] = "share-hardly-varied",
		[CORRELATION_CONSTANT] = "constant",
		[CORRELATION_FOUND] = "found",
	};

	return names[status];
}

static json_t *interval_json(const struct stats_interval *i)
{
	if (isnan(i->estimate))
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "estimate", value_number(i->estimate), "low",
			 value_number(i->low), "high", value_number(i->high));
}

static json_t *one_json(const struct correlation *c)
{
	return json_pack("{s:i, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "cell", (int)c->cell,
			 "cpu", c->cpu < 0 ? json_null() : json_integer(c->cpu), "with",
			 c->with == CORRELATION_RATE ? "rate_hz" : "latency_ns", "status",
			 status_name(c->status), "n", value_count(c->of.nr), "n_effective",
			 value_number(c->of.nr_effective), "share_sd",
			 value_number(c->of.sd_x / 100), "pearson", interval_json(&c->of.pearson),
			 "spearman", interval_json(&c->of.spearman), "slope_per_point",
			 interval_json(&c->of.slope));
}

json_t *correlation_json(const struct correlations *c)
{
	json_t *array;

	if (!c || !c->nr)
		return json_null();
	array = json_array();
	for (size_t i = 0; i < c->nr; i++)
		json_array_append_new(array, one_json(&c->items[i]));
	return array;
}
