// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * request.c - the defaults, and how the choices are spelt. Knows nothing of the machine.
 */
#include "plan/request.h"

#include <stddef.h>

const char *const affinity_ask_names[] = { "auto", "keep", NULL };

void request_init(struct request *req)
{
	*req = (struct request){
		.action = ACTION_RUN,
		.form = FORM_TEXT,
		.bind = "0.0.0.0",
		.sysroot = "/",
	};
	settings_init(&req->set);
}
