/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config.h - "NAME,KEY=VALUE,…" as a workload and its values
 */
#ifndef IRQSTORM_CONFIG_H
#define IRQSTORM_CONFIG_H

#include "plan/plan.h"

/* what every workload takes beside its own keys; ends with name NULL */
extern const struct wl_key config_common_keys[];

int config_parse(struct plan_workload *pw, const char *spec); /* 0 or -errno with a sentence */
const struct wl_value *config_given(const struct plan_workload *pw,
				    const char *key); /* NULL: not given */
const char *config_text(const struct plan_workload *pw,
			const char *key); /* value of a text key; NULL: not given */

#endif
