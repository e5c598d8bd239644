/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * differences.h - in what the machines and plans of two groups of records differ
 */
#ifndef IRQSTORM_DIFFERENCES_H
#define IRQSTORM_DIFFERENCES_H

#include "record/record.h"

enum difference_kind { DIFFERENCE_TEXT, DIFFERENCE_RATE, DIFFERENCE_TIME, DIFFERENCE_YES_NO };

struct difference_value {
	char *text;	 /* of DIFFERENCE_TEXT; NULL: none, or unknown */
	uint64_t number; /* of the others: mHz, ns, 0 or 1; UINT64_MAX: unknown */
};

struct difference_values {
	struct difference_value *items;
	size_t nr;
}; /* each once */

struct difference {
	const char *key, *title; /* "cpu_model", "CPU model" */
	enum difference_kind kind;
	struct difference_values a, b;
};

struct differences {
	struct difference *items;
	size_t nr;
};

/* groups of records; 0 or -ENOMEM with a sentence. differences_fini takes a half-filled one */
int differences_find(struct differences *d, const struct record *const *a, size_t nr_a,
		     const struct record *const *b, size_t nr_b);
void differences_fini(struct differences *d);

#endif
