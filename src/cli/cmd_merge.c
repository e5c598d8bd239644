// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_merge.c - records of many runs or guests into one document, those of the same machine and
 * plan into one record
 */
#include "cli/cli.h"

#include "base/err.h"
#include "cli/recfile.h"

int cmd_merge(const struct request *req)
{
	struct store all = { 0 }, one;
	struct sink sink = { 0 };
	int ret = sink_open(&sink, req->output), closed;

	for (unsigned int i = 0; !ret && i < req->nr_files; i++) {
		ret = recfile_load(&one, req->files[i]);
		err_prefix(req->files[i]);
		if (!ret)
			ret = store_add(&all, &one);
		else
			store_fini(&one);
		err_prefix(NULL);
	}
	if (!ret)
		ret = store_sort(&all);
	if (!ret)
		ret = recfile_save(&sink, all.records, all.nr);
	sink.dropped |= ret != 0;
	closed = sink_close(&sink);
	store_fini(&all);
	return ret || closed ? (int)err_class() : ERR_OK;
}
