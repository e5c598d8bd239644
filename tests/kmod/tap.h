/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tap.h - the Test Anything Protocol, as far as programs that run as static binaries in a guest
 * need it
 *
 * Must not know what is tested.
 */
#ifndef IRQSTORM_KMOD_TAP_H
#define IRQSTORM_KMOD_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static int tap_nr, tap_failed;

/* a test's name is a sentence */
__attribute__((format(printf, 2, 3))) static inline bool ok(bool passed, const char *sentence, ...)
{
	va_list ap;

	printf("%sok %d - ", passed ? "" : "not ", ++tap_nr);
	va_start(ap, sentence);
	vprintf(sentence, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	tap_failed += !passed;
	return passed;
}

static inline void skip(const char *sentence, const char *reason)
{
	printf("ok %d - %s # SKIP %s\n", ++tap_nr, sentence, reason);
	fflush(stdout);
}

__attribute__((noreturn, format(printf, 1, 2))) static inline void bail_out(const char *why, ...)
{
	va_list ap;

	printf("Bail out! ");
	va_start(ap, why);
	vprintf(why, ap);
	va_end(ap);
	putchar('\n');
	exit(1);
}

static inline int tap_done(void)
{
	printf("1..%d\n", tap_nr);
	return tap_failed ? 1 : 0;
}

#endif /* IRQSTORM_KMOD_TAP_H */
