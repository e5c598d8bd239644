// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_list.c - --list-workloads: which can run here, why not, and what options each takes
 */
#include "cli/cli.h"

#include "base/err.h"
#include "cli/sink.h"
#include "guest/guest.h"
#include "plan/config.h"
#include "plan/plan.h"
#include "workload.h"

static void list_keys(FILE *out, const struct wl_key *key)
{
	for (; key && key->name; key++)
		fprintf(out, "%-12s   %s%s  %s\n", "", key->name, key->kind == WL_FLAG ? "" : "=",
			key->help);
}

static void list(FILE *out, const struct workload *wl, const struct guest *guest)
{
	char why[256] = "";

	fprintf(out, "%-12s %s\n", wl->name, wl->summary);
	list_keys(out, wl->keys);
	if (plan_may_run(wl, guest, why, sizeof(why)))
		fprintf(out, "%-12s   cannot run here: %s\n", "", why);
	else
		fprintf(out, "%-12s   can run here\n", "");
}

int cmd_list_workloads(const struct request *req)
{
	struct sink sink = { 0 };
	struct guest guest;
	int ret = guest_read(&guest, req->sysroot), closed;

	if (!ret)
		ret = sink_open(&sink, req->output);
	for (size_t i = 0; !ret && wl_registry[i]; i++)
		list(sink.stream, wl_registry[i], &guest);
	if (!ret) {
		fputs("\nEach takes also:\n", sink.stream);
		list_keys(sink.stream, config_common_keys);
	}
	closed = sink_close(&sink);
	guest_fini(&guest);
	return ret || closed ? (int)err_class() : ERR_OK;
}
