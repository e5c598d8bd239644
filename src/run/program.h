/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * program.h - a program runs, and the counters beside it: as perf stat does
 */
#ifndef IRQSTORM_PROGRAM_H
#define IRQSTORM_PROGRAM_H

#include "guest/guest.h"
#include "plan/plan.h"
#include "record/record.h"
#include "run/run.h"

/*
 * plan->program is started, once for each block, and measured until it ends or the plan's duration
 * is over; then it gets a SIGTERM. SIGINT, SIGTERM and SIGHUP are passed on to it. 0, and the
 * record says how it ended; or -errno with a sentence, of class ERR_NOT_FOUND or ERR_NOT_RUNNABLE
 * where it could not be started. A status other than 0 ends an experiment.
 */
int program_run(const struct plan *plan, const struct guest *guest, const struct run_watch *watch,
		struct record *rec);

#endif
