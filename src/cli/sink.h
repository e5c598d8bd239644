/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sink.h - where the result goes: a file that is opened before the run and written after it, or standard output
 */
#ifndef IRQSTORM_SINK_H
#define IRQSTORM_SINK_H

#include <stdio.h>

struct sink {
	FILE *stream;
	const char *name;	/* for sentences */
};

int sink_open(struct sink *sink, const char *path);	/* NULL: standard output. 0 or -errno with a sentence */
void sink_begin(struct sink *sink);			/* what the file held goes now, and not before */
int sink_close(struct sink *sink);			/* 0, or -errno with a sentence where not all was taken */

#endif
