/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * experiment_json.h - the part of the JSON document that is about an experiment
 */
#ifndef IRQSTORM_EXPERIMENT_JSON_H
#define IRQSTORM_EXPERIMENT_JSON_H

#include <jansson.h>
#include "analyze/experiment.h"

json_t *experiment_json(const struct experiment *e); /* NULL: null */
/* the lines of a comparison, by the keys of their metrics */
json_t *experiment_json_lines(const struct comparison *c);

#endif
