// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * judge_json.c - what became of each --fail-if, as JSON
 */
#include "output/judge_json.h"

#include "output/value.h"

static const char *status_name(enum judgement_status status)
{
	static const char *const names[] = {
		[JUDGEMENT_NOT_MEASURED] = "not-measured",
		[JUDGEMENT_PASSED] = "passed",
		[JUDGEMENT_UNDECIDED] = "undecided",
		[JUDGEMENT_FAILED] = "failed",
	};

	return names[status];
}

static json_t *where_json(const struct judgement *j)
{
	return json_pack("{s:o, s:o, s:b, s:o}", "arm", value_text(j->arm[0] ? j->arm : NULL),
			 "reference", value_text(j->reference[0] ? j->reference : NULL), "has_rate",
			 j->has_rate, "rate_hz",
			 j->has_rate ? value_rate(j->rate_mhz) : json_null());
}

json_t *judge_json(const struct judgements *j)
{
	json_t *array;

	if (!j)
		return json_null();
	array = json_array();
	for (size_t i = 0; i < j->nr; i++) {
		const struct judgement *one = &j->items[i];

		json_array_append_new(array,
				      json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
						"expr", one->bound.text, "status",
						status_name(one->status), "estimate",
						value_number(one->of.estimate), "low",
						value_number(one->of.low), "high",
						value_number(one->of.high), "n",
						value_count(one->nr), "where", where_json(one),
						"places", value_count(one->nr_places),
						"places_alike", value_count(one->nr_same)));
	}
	return array;
}
