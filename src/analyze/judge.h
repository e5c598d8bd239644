/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * judge.h - the bounds of --fail-if against what was found: a bound is broken only where a 95 %
 * interval is clear of it
 */
#ifndef IRQSTORM_JUDGE_H
#define IRQSTORM_JUDGE_H

#include "analyze/bound.h"
#include "analyze/experiment.h"

struct compare;

/* in rising order: that of the places which is highest is the bound's */
enum judgement_status {
	JUDGEMENT_NOT_MEASURED, /* nowhere, or so seldom that there is no interval */
	JUDGEMENT_PASSED,	/* the interval is wholly on the other side of the bound */
	JUDGEMENT_UNDECIDED,	/* it reaches over the bound */
	JUDGEMENT_FAILED,	/* what the expression says is so */
};

/* a place is an arm at a rate, for a change a comparison. Of those of the status the one that is
 * farthest to the expression's side: */
struct judgement {
	struct bound bound;
	enum judgement_status status;
	struct stats_interval of; /* NAN: there is none */
	size_t nr;		  /* values it is of */
	bool no_reference;	  /* a change from 0, which is no percentage: undecided */
	char arm[EXPERIMENT_ARM], reference[EXPERIMENT_ARM]; /* "": there are no arms; no change */
	bool has_rate;
	uint64_t rate_mhz;
	size_t nr_places, nr_same; /* that had values; those of them that have this status */
};

struct judgements {
	struct judgement *items;
	size_t nr;
};

/*
 * exprs: texts that bound_parse takes, which must last. e NULL: a record that is no experiment. 0;
 * -ENOMEM; -EINVAL where a change is asked for and nothing was compared; with a sentence.
 * judge_fini takes a half-filled one
 */
int judge_record(struct judgements *j, const char *const *exprs, size_t nr,
		 const struct record *rec, const struct experiment *e);
/* a metric is that of B, a change is that of B compared with A */
int judge_compare(struct judgements *j, const char *const *exprs, size_t nr,
		  const struct compare *c);
void judge_fini(struct judgements *j);

#endif
