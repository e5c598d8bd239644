// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nearest.c - Damerau-Levenshtein distance with a threshold. Knows no set of words.
 */
#include "base/nearest.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* insertions, deletions, replacements and swaps of neighbours; upper and lower case are alike */
static unsigned int distance(const char *a, size_t length_a, const char *b, size_t length_b)
{
	unsigned int rows[3][NEAREST_LONGEST + 1];
	unsigned int *two_before = rows[0], *before = rows[1], *row = rows[2];

	for (size_t k = 0; k <= length_b; k++)
		before[k] = (unsigned int)k;
	for (size_t i = 1; i <= length_a; i++) {
		unsigned int *free_row = two_before;

		row[0] = (unsigned int)i;
		for (size_t k = 1; k <= length_b; k++) {
			const int x = tolower((unsigned char)a[i - 1]),
				  y = tolower((unsigned char)b[k - 1]);

			row[k] = least(before[k] + 1, row[k - 1] + 1);
			row[k] = least(row[k], before[k - 1] + (x != y));
			if (i > 1 && k > 1 && x == tolower((unsigned char)b[k - 2]) &&
			    y == tolower((unsigned char)a[i - 2]))
				row[k] = least(row[k], two_before[k - 2] + 1);
		}
		two_before = before;
		before = row;
		row = free_row;
	}
	return before[length_b];
}

/* about a third of the word may be wrong; of a single letter nothing */
static unsigned int threshold(size_t length)
{
	return length < 2 ? 0 : length < 5 ? 1 : (unsigned int)(length + 1) / 3;
}

void nearest_begin(struct nearest *n, const char *word, size_t length)
{
	*n = (struct nearest){ .word = word, .length = length, .distance = UINT_MAX };
}

void nearest_try(struct nearest *n, const char *candidate)
{
	const size_t length = strlen(candidate);
	unsigned int d;

	if (n->length > NEAREST_LONGEST || length > NEAREST_LONGEST)
		return;
	d = distance(n->word, n->length, candidate, length);
	/* an abbreviation is as good as one error */
	if (n->length > 1 && n->length < length && !strncasecmp(n->word, candidate, n->length))
		d = 1;
	if (d > threshold(n->length) || d >= n->distance)
		return;
	n->distance = d;
	n->best = candidate;
}

void nearest_try_all(struct nearest *n, const char *const *candidates)
{
	for (; *candidates; candidates++)
		nearest_try(n, *candidates);
}

const char *nearest_hint(struct nearest *n, const char *prefix, const char *otherwise)
{
	if (n->best)
		snprintf(n->text, sizeof(n->text), " (did you mean '%s%s'?)", prefix, n->best);
	else if (otherwise)
		snprintf(n->text, sizeof(n->text), " (%s)", otherwise);
	return n->text;
}
