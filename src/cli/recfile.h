/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recfile.h - records in files, and the result that is shown of a record
 */
#ifndef IRQSTORM_RECFILE_H
#define IRQSTORM_RECFILE_H

#include <stdio.h>
#include "cli/sink.h"
#include "plan/request.h"
#include "record/store.h"

/* 0 or -errno with a sentence that begins with the path; store_fini takes it in any case */
int recfile_load(struct store *store, const char *path);
/* a result written over a record that it is of would lose what cannot be measured again; usage
 * where it would */
int recfile_refuse_overwriting(const struct sink *sink, const struct request *req);
int recfile_save(struct sink *sink, const struct record *records,
		 size_t nr); /* sink_close writes it */

/* what of a result the exit status says */
struct recfile_verdict {
	bool rate_held, fail_if, not_measured;
};

/* the record's findings in the form that was asked for; 0 or -errno with a sentence. Adds to the
 * verdict */
int recfile_show(FILE *out, const struct request *req, const struct record *rec,
		 struct recfile_verdict *v);
/* of the bounds; where one was not measured, a sentence */
struct judgements;
void recfile_judge(const struct judgements *j, struct recfile_verdict *v);
int recfile_status(
	const struct recfile_verdict *v); /* ERR_NOT_MET, ERR_FAILED, ERR_OK: by --fail-if alone */

#endif
