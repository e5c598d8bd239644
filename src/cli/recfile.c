// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * recfile.c - opens the files that hold records, and shows a record as a run does. Knows no key of
 * a record.
 */
#include "cli/recfile.h"

#include <errno.h>
#include <string.h>
#include "analyze/findings.h"
#include "analyze/judge.h"
#include "base/err.h"
#include "output/output.h"

int recfile_load(struct store *store, const char *path)
{
	FILE *in = fopen(path, "re");
	int ret;

	*store = (struct store){ 0 };
	if (!in)
		return err_failed(-errno, "cannot read %s: %s", path, strerror(errno));
	err_prefix(path);
	ret = store_load(store, in);
	err_prefix(NULL);
	fclose(in);
	return ret;
}

int recfile_refuse_overwriting(const struct sink *sink, const struct request *req)
{
	for (unsigned int i = 0; i < req->nr_files; i++)
		if (sink_is_file(sink, req->files[i]))
			return err_usage("--output=%s is the record itself", req->output);
	return 0;
}

int recfile_save(struct sink *sink, const struct record *records, size_t nr)
{
	int ret = store_save(sink->stream, records, nr);

	sink->dropped = ret != 0;
	return ret;
}

void recfile_judge(const struct judgements *j, struct recfile_verdict *v)
{
	for (size_t i = 0; j && i < j->nr; i++) {
		const struct judgement *one = &j->items[i];

		v->fail_if |= one->status == JUDGEMENT_FAILED;
		if (one->status != JUDGEMENT_NOT_MEASURED)
			continue;
		v->not_measured = true;
		if (one->nr)
			err_failed(-ENODATA,
				   "--fail-if='%s' cannot be judged: %zu block%s, too few for an "
				   "interval",
				   one->bound.text, one->nr, one->nr == 1 ? "" : "s");
		else
			err_failed(-ENODATA, "--fail-if='%s' cannot be judged: it was not measured",
				   one->bound.text);
	}
}

int recfile_status(const struct recfile_verdict *v)
{
	return v->fail_if ? ERR_NOT_MET : v->not_measured ? ERR_FAILED : ERR_OK;
}

int recfile_show(FILE *out, const struct request *req, const struct record *rec,
		 struct recfile_verdict *v)
{
	struct findings f;
	int ret = analyze_record(&f, rec);

	if (!ret && req->nr_fail_if)
		ret = analyze_bounds(&f, req->fail_if, req->nr_fail_if);
	if (!ret)
		ret = req->form == FORM_JSON ? output_json(out, &f) : output_text(out, &f);
	v->rate_held = !ret && f.totals.rate_held;
	if (!ret)
		recfile_judge(f.judgements, v);
	findings_fini(&f);
	return ret;
}
