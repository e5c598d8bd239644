/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * err.h - one sentence for the user, kept until main prints it
 *
 * Whoever knows the operand writes the sentence and returns the code; everyone above passes the
 * code on. The first sentence of a thread stays until err_clear(). Nothing here prints.
 */
#ifndef IRQSTORM_ERR_H
#define IRQSTORM_ERR_H

#include <errno.h>

/* exit statuses of the program, and what an error is an error of */
enum err_exit {
	ERR_OK = 0,
	ERR_FAILED = 1,	 /* it ran into something */
	ERR_USAGE = 2,	 /* what was asked makes no sense; main adds "Try 'irqstorm --help'." */
	ERR_NOT_MET = 3, /* ran, but the asked rate was not held, or what --fail-if says is so */
	ERR_CANNOT = 4,	 /* this machine cannot: no such device, no module where it was required */
	ERR_NOT_RUNNABLE = 126, /* as for the shell: a program that is there and cannot be run */
	ERR_NOT_FOUND = 127,	/* likewise: no such program */
	ERR_INTERRUPTED = 130,
};

#define ERR_SENTENCE 5000 /* room for a path and what is wrong with it */

/* each keeps the sentence (printf form, no newline, no program name) and returns a negative errno
 */
int err_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));  /* -EINVAL */
int err_cannot(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* -ENODEV */
int err_failed(int neg_errno, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* inline, so that gcc -fanalyzer sees that the result is never 0 */
static inline int err_nomem(void)
{
	err_failed(-ENOMEM, "out of memory");
	return -ENOMEM;
}

/* another thread's sentence, whole */
int err_keep(enum err_exit class, int neg_errno, const char *sentence);
/* what this thread's next sentences begin with ("virtio-blk" gives "virtio-blk: …"); a lasting
 * string, NULL: nothing */
void err_prefix(const char *prefix);

const char *err_sentence(void); /* "" where none was kept */
enum err_exit err_class(void);	/* ERR_FAILED where none was kept */
void err_clear(void);

#endif
