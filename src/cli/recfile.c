// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * recfile.c - opens the files that hold records, and shows a record as a run does. Knows no key of a record.
 */
#include "cli/recfile.h"

#include <errno.h>
#include <string.h>
#include "analyze/findings.h"
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

int recfile_save(struct sink *sink, const struct record *records, size_t nr)
{
	int ret = store_save(sink->stream, records, nr);

	sink->dropped = ret != 0;
	return ret;
}

int recfile_show(FILE *out, enum form form, const struct record *rec, bool *rate_held)
{
	struct findings f;
	int ret = analyze_record(&f, rec);

	if (!ret)
		ret = form == FORM_JSON ? output_json(out, &f) : output_text(out, &f);
	*rate_held = !ret && f.totals.rate_held;
	findings_fini(&f);
	return ret;
}
