/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare.h - two groups of records: what differs before the run, and what differs in the results
 */
#ifndef IRQSTORM_COMPARE_H
#define IRQSTORM_COMPARE_H

#include "analyze/comparison.h"
#include "analyze/differences.h"
#include "analyze/judge.h"

#define COMPARE_LEAST 5 /* blocks a side, for an interval */

/* the blocks of one mode, at one rate, of both groups */
struct compare_pair {
	const char *eoi; /* the arm's mode; NULL where it is not a thing to tell these blocks by */
	bool has_rate;	 /* likewise */
	uint64_t rate_mhz;
	size_t nr_a, nr_b;	      /* blocks */
	struct comparison comparison; /* of B compared with A */
};

struct compare {
	struct differences differences;
	struct compare_pair *pairs; /* those with a metric that both groups have */
	size_t nr_pairs;
	size_t nr_cut_a, nr_cut_b;    /* records whose run was interrupted or failed */
	size_t nr_alone;	      /* kinds of block that are in one of the groups only */
	struct judgements judgements; /* judge_compare()'s; none where there was no --fail-if */
	bool few;		      /* some pair has fewer than COMPARE_LEAST blocks on a side */
};

/* 0 or -ENOMEM with a sentence; points into the records. compare_fini takes a half-filled one */
int compare_find(struct compare *c, const struct record *const *a, size_t nr_a,
		 const struct record *const *b, size_t nr_b, double margin);
void compare_fini(struct compare *c);

#endif
