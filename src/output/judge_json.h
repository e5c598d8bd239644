/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * judge_json.h - the part of a JSON document that is about --fail-if
 */
#ifndef IRQSTORM_JUDGE_JSON_H
#define IRQSTORM_JUDGE_JSON_H

#include <jansson.h>
#include "analyze/judge.h"

json_t *judge_json(const struct judgements *j); /* NULL: null */

#endif
