// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * choice.c - finds a word in a list, or refuses it and says what the list has. Knows no list.
 */
#include "base/choice.h"

#include <stdio.h>
#include <string.h>
#include "base/err.h"
#include "base/nearest.h"

int choice_parse(const char *owner, const char *name, const char *text, const char *const *words)
{
	char expected[256] = "expected ";
	size_t at = strlen(expected);
	struct nearest near;

	nearest_begin(&near, text, strlen(text));
	for (int i = 0; words[i]; i++) {
		if (!strcmp(words[i], text))
			return i;
		nearest_try(&near, words[i]);
		if (at < sizeof(expected))
			at += (size_t)snprintf(expected + at, sizeof(expected) - at, "%s%s",
					       !i	      ? ""
					       : words[i + 1] ? ", "
							      : " or ",
					       words[i]);
	}
	return err_usage("%s%sinvalid %s '%s'%s", owner ? owner : "", owner ? ": " : "", name, text,
			 nearest_hint(&near, "", expected));
}
