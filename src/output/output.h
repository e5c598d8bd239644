/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * output.h - how findings and plans look; nothing here computes but units and percent
 *
 * Each writes to a stream and returns 0 or -errno (with a sentence) for what is its own fault;
 * whether the stream took it all is the stream's owner's to check.
 */
#ifndef IRQSTORM_OUTPUT_H
#define IRQSTORM_OUTPUT_H

#include <stdio.h>
#include "analyze/findings.h"
#include "guest/guest.h"
#include "plan/plan.h"
#include "run/run.h"

int output_text(FILE *out, const struct findings *f);
/* the part of it that is about a program and all interrupts of its vCPUs */
int output_program_text(FILE *out, const struct findings *f);
/* the part of it that is about the blocks of an experiment */
struct experiment;
int output_experiment_text(FILE *out, const struct experiment *e);
struct compare;
struct correlations;
struct judgements;
int output_compare_text(FILE *out, const struct compare *c, double margin);
int output_compare_json(FILE *out, const struct compare *c, double margin);
int output_json(FILE *out, const struct findings *f);
/* of one cell, all vCPUs together */
void output_correlation_text(FILE *out, const struct correlations *c);
void output_judgements_text(FILE *out,
			    const struct judgements *j); /* NULL: there was no --fail-if */
int output_plan_text(FILE *out, const struct plan *plan, const struct guest *guest);
int output_plan_json(FILE *out, const struct plan *plan, const struct guest *guest);

/* one cell of a table, printf form, 127 bytes at most */
struct libscols_line;
void output_cell(struct libscols_line *line, int column, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* a run_watch's callback: one line that overwrites itself; ctx is the stream */
void output_progress(const struct run_progress *p, void *ctx);
void output_progress_clear(FILE *out);

#endif
