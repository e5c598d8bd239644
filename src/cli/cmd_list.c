// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_list.c - --list-workloads: which can run here, why not, and what options each takes
 */
#include "cli/cli.h"

#include "base/err.h"
#include "guest/guest.h"
#include "plan/plan.h"
#include "workload.h"

int cmd_list_workloads(const struct request *req)
{
	struct guest guest;
	int ret = guest_read(&guest, req->sysroot);

	for (size_t i = 0; !ret && wl_registry[i]; i++) {
		const struct workload *wl = wl_registry[i];
		char why[256] = "";

		printf("%-12s %s\n", wl->name, wl->summary);
		for (const struct wl_key *key = wl->keys; key && key->name; key++)
			printf("%-12s   %s=  %s\n", "", key->name, key->help);
		if (plan_may_run(wl, &guest, why, sizeof(why)))
			printf("%-12s   cannot run here: %s\n", "", why);
		else
			printf("%-12s   can run here\n", "");
	}
	guest_fini(&guest);
	return ret ? (int)err_class() : ERR_OK;
}
