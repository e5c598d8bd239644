/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * correlation_json.h - the part of the JSON document that is about what goes with the fast share
 */
#ifndef IRQSTORM_CORRELATION_JSON_H
#define IRQSTORM_CORRELATION_JSON_H

#include <jansson.h>
#include "analyze/correlation.h"

json_t *correlation_json(const struct correlations *c); /* none: null */

#endif
