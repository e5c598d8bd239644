/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nearest.h - "did you mean": the word of a set that is nearest to a misspelt one
 */
#ifndef IRQSTORM_NEAREST_H
#define IRQSTORM_NEAREST_H

#include <stddef.h>

#define NEAREST_LONGEST 40 /* characters of a word; nothing is near to a longer one */
#define NEAREST_TEXT 128

struct nearest {
	const char *word; /* the misspelt one, without a prefix such as "--" */
	size_t length;
	const char *best; /* NULL: no candidate is near */
	unsigned int distance;
	char text[NEAREST_TEXT];
};

/* length: of the word, which may go on behind it */
void nearest_begin(struct nearest *n, const char *word, size_t length);
/* lasting candidates, one after the other; of two that are as near the first one wins */
void nearest_try(struct nearest *n, const char *candidate);
void nearest_try_all(struct nearest *n, const char *const *candidates); /* ends with NULL */
/*
 * The end of a refusal: " (did you mean '--rate'?)", with the prefix "--"; where nothing is near
 * " (OTHERWISE)", and "" where otherwise is NULL. It lasts as long as n
 */
const char *nearest_hint(struct nearest *n, const char *prefix, const char *otherwise);

#endif
