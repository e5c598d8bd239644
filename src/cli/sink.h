/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sink.h - where the result goes: a file that is opened before the run and written after it, or
 * standard output
 *
 * The result is made in memory and written whole, so that the error of a write is the one that is
 * told.
 */
#ifndef IRQSTORM_SINK_H
#define IRQSTORM_SINK_H

#include <stdbool.h>
#include <stdio.h>

struct sink {
	FILE *stream; /* into memory; NULL: not open */
	char *text;
	size_t length;
	int fd;
	const char *path; /* NULL: standard output */
	bool created;	  /* the file was not there before */
	bool dropped;	  /* what the stream has is not whole: as if it had nothing */
};

int sink_open(struct sink *sink,
	      const char *path); /* NULL: standard output. 0 or -errno with a sentence */
/* is it this file, by whatever name? Of regular files only: what a device or a pipe got is not lost
 * by more */
bool sink_is_file(const struct sink *sink, const char *path);
/*
 * Writes what the stream has, over what the file held. 0, or -errno with a sentence where not all
 * was taken. A file that sink_open made goes away again where there was nothing to write, or no
 * room for it.
 */
int sink_close(struct sink *sink);

#endif
