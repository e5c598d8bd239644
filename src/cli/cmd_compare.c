// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_compare.c - two saved runs, or two groups of them: load, compare, output
 */
#include "cli/cli.h"

#include <stdlib.h>
#include "analyze/compare.h"
#include "base/err.h"
#include "cli/recfile.h"
#include "output/output.h"

/* all records of these files, which stay where they are */
struct group {
	struct store *stores;
	const struct record **records;
	size_t nr_stores, nr;
};

static int load(struct group *g, char *const *files, unsigned int nr_files)
{
	int ret = 0;

	g->stores = calloc(nr_files + 1, sizeof(*g->stores));
	if (!g->stores)
		return err_nomem();
	for (unsigned int i = 0; !ret && i < nr_files; i++) {
		ret = recfile_load(&g->stores[g->nr_stores++], files[i]);
		g->nr += g->stores[i].nr;
	}
	g->records = calloc(g->nr + 1, sizeof(*g->records));
	if (!ret && !g->records)
		ret = err_nomem();
	g->nr = 0;
	for (size_t i = 0; !ret && i < g->nr_stores; i++)
		for (size_t k = 0; k < g->stores[i].nr; k++)
			g->records[g->nr++] = &g->stores[i].records[k];
	return ret;
}

static void drop(struct group *g)
{
	for (size_t i = 0; i < g->nr_stores; i++)
		store_fini(&g->stores[i]);
	free(g->stores);
	free(g->records);
}

static int compare(FILE *out, const struct request *req, const struct group *a,
		   const struct group *b, struct recfile_verdict *v)
{
	struct compare c;
	int ret = compare_find(&c, a->records, a->nr, b->records, b->nr, req->set.margin);

	if (!ret && req->nr_fail_if)
		ret = judge_compare(&c.judgements, req->fail_if, req->nr_fail_if, &c);
	if (!ret)
		recfile_judge(&c.judgements, v);
	if (!ret)
		ret = req->form == FORM_JSON ? output_compare_json(out, &c, req->set.margin)
					     : output_compare_text(out, &c, req->set.margin);
	compare_fini(&c);
	return ret;
}

int cmd_compare(const struct request *req)
{
	const unsigned int nr_a = req->nr_files_a ? req->nr_files_a : 1;
	struct group a = { 0 }, b = { 0 };
	struct recfile_verdict v = { 0 };
	struct sink sink = { 0 };
	int ret = sink_open(&sink, req->output), closed;

	if (!ret && (req->nr_files <= nr_a || (!req->nr_files_a && req->nr_files != 2)))
		ret = err_usage(
			"compare takes two files, or two groups of them with -- between them");
	if (!ret)
		ret = recfile_refuse_overwriting(&sink, req);
	if (!ret)
		ret = load(&a, req->files, nr_a);
	if (!ret)
		ret = load(&b, req->files + nr_a, req->nr_files - nr_a);
	if (!ret)
		ret = compare(sink.stream, req, &a, &b, &v);
	sink.dropped = ret != 0;
	closed = sink_close(&sink);
	drop(&a);
	drop(&b);
	return ret || closed ? (int)err_class() : recfile_status(&v);
}
