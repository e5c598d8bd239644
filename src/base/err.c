// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * err.c - keeps one sentence a thread for the user. Knows no file and no stream, and ends nothing.
 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static _Thread_local char sentence[ERR_SENTENCE];
static _Thread_local enum err_exit class = ERR_FAILED;

static _Thread_local const char *prefix;

static void keep(enum err_exit c, const char *fmt, va_list ap)
{
	size_t at = 0;

	if (sentence[0]) /* the one nearest to the cause was first */
		return;
	class = c;
	if (prefix)
		at = (size_t)snprintf(sentence, sizeof(sentence), "%s: ", prefix);
	if (at < sizeof(sentence))
		vsnprintf(sentence + at, sizeof(sentence) - at, fmt, ap);
}

#define KEEP(c, fmt)                                                                               \
	do {                                                                                       \
		va_list ap;                                                                        \
		va_start(ap, fmt);                                                                 \
		keep(c, fmt, ap);                                                                  \
		va_end(ap);                                                                        \
	} while (0)

int err_usage(const char *fmt, ...)
{
	KEEP(ERR_USAGE, fmt);
	return -EINVAL;
}

int err_cannot(const char *fmt, ...)
{
	KEEP(ERR_CANNOT, fmt);
	return -ENODEV;
}

int err_failed(int neg_errno, const char *fmt, ...)
{
	KEEP(ERR_FAILED, fmt);
	return neg_errno;
}

int err_keep(enum err_exit c, int neg_errno, const char *text)
{
	if (!sentence[0]) {
		class = c;
		snprintf(sentence, sizeof(sentence), "%s", text);
	}
	return neg_errno;
}

void err_prefix(const char *new_prefix)
{
	prefix = new_prefix;
}

const char *err_sentence(void)
{
	return sentence;
}

enum err_exit err_class(void)
{
	return sentence[0] ? class : ERR_FAILED;
}

void err_clear(void)
{
	sentence[0] = '\0';
	class = ERR_FAILED;
}
