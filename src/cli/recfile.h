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
int recfile_save(struct sink *sink, const struct record *records, size_t nr);	/* sink_close writes it */

/* the record's findings in the form that was asked for; 0 or -errno with a sentence */
int recfile_show(FILE *out, enum form form, const struct record *rec, bool *rate_held);

#endif
