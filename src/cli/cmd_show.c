// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_show.c - what a run printed, once more, from its record alone
 */
#include "cli/cli.h"

#include "base/err.h"
#include "cli/recfile.h"

static int show_file(struct sink *sink, const struct request *req, const char *path, bool first,
		     struct recfile_verdict *v)
{
	struct store store;
	int ret = recfile_load(&store, path);

	for (size_t i = 0; !ret && i < store.nr; i++) {
		if ((i || !first) && req->form == FORM_TEXT)
			fputc('\n', sink->stream);
		ret = recfile_show(sink->stream, req, &store.records[i], v);
	}
	store_fini(&store);
	return ret;
}

int cmd_show(const struct request *req)
{
	struct recfile_verdict v = { 0 };
	struct sink sink = { 0 };
	int ret = sink_open(&sink, req->output), closed;

	if (!ret)
		ret = recfile_refuse_overwriting(&sink, req);
	for (unsigned int i = 0; !ret && i < req->nr_files; i++)
		ret = show_file(&sink, req, req->files[i], i == 0, &v);
	sink.dropped = ret != 0;
	closed = sink_close(&sink);
	return ret || closed ? (int)err_class() : recfile_status(&v);
}
