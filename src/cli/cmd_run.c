// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_run.c - guest, plan, run, analyze, output: each arrow of the data flow is one call here
 */
#include "cli/cli.h"

#include <errno.h>
#include <unistd.h>
#include "analyze/until.h"
#include "base/err.h"
#include "cli/recfile.h"
#include "output/output.h"
#include "plan/describe.h"
#include "run/program.h"
#include "run/run.h"

struct sinks {
	struct sink result, record;
};

static int open_sinks(struct sinks *sinks, const struct request *req)
{
	int ret;

	ret = sink_open(&sinks->result, req->output);
	if (!ret && req->save)
		ret = sink_open(&sinks->record, req->save);
	if (!ret && req->save && sink_is_file(&sinks->result, req->save))
		ret = err_usage("--save and --output are the same file");
	return ret;
}

static int close_sinks(struct sinks *sinks)
{
	int record = sink_close(&sinks->record), result = sink_close(&sinks->result);

	return result ? result : record;
}

static int write_result(struct sinks *sinks, const struct request *req, const struct record *rec,
			int *status)
{
	struct recfile_verdict v = { 0 };
	int ret, saved = 0;

	if (req->save) /* first: what is computed from it may take long, be broken off, or fail */
		saved = recfile_save(&sinks->record, rec, 1);
	if (req->save && !saved)
		saved = sink_close(&sinks->record);
	ret = recfile_show(sinks->result.stream, req, rec, &v);
	*status = recfile_status(&v);
	if (!ret && !v.rate_held)
		*status = ERR_NOT_MET;
	return ret ? ret : saved;
}

static void remark_plan(const struct request *req, const struct plan *plan)
{
	/* the text form says both beside its table */
	if (req->quiet || (req->form == FORM_TEXT && !req->output))
		return;
	if (plan->no_eoi_why[0])
		fprintf(stderr, "irqstorm: %s\n", plan->no_eoi_why);
	for (size_t i = 0; i < plan->nr_notes; i++)
		fprintf(stderr, "irqstorm: note: %s\n", plan->notes[i]);
}

/* where it cannot be told there will be no result either, and the sentence is kept */
static bool is_narrow(const struct record *rec, void *ctx)
{
	double width;

	(void)ctx;
	return until_width(rec, &width) || width <= rec->plan.set.until;
}

static int run_and_write(const struct request *req, const struct plan *plan,
			 const struct guest *guest, struct sinks *sinks, int *status)
{
	bool line = !req->quiet && !plan->program &&
		    isatty(STDERR_FILENO); /* the terminal is the program's */
	const struct run_watch watch = { .progress = line ? output_progress : NULL,
					 .enough = is_narrow,
					 .ctx = stderr };
	struct record rec;
	int ret, ran;

	ret = plan_describe(plan, guest, &rec);
	if (ret) {
		record_fini(&rec);
		return ret;
	}
	ran = plan->program ? program_run(plan, guest, &watch, &rec)
			    : run_plan(plan, guest, &watch, &rec);
	if (line)
		output_progress_clear(stderr);
	if (rec.elapsed_ns)
		ret = write_result(sinks, req, &rec, status);
	else if (!ran && plan->program && !rec.interrupted)
		err_failed(-ECHILD,
			   "the first run of %s ended with status %d%s: there is no result",
			   plan->program[0], rec.program.status,
			   rec.program.timed_out ? ", as --duration was over" : "");
	else if (!ran)
		err_failed(-EINTR, "interrupted before the measured run began: there is no result");
	if (plan->program && rec.program.status)
		*status = rec.program.status;
	else if (rec.interrupted &&
		 (!plan->program || plan->set.experiment)) /* its last run may have ended well */
		*status = ERR_INTERRUPTED;
	record_fini(&rec);
	return ran ? ran : ret;
}

int cmd_run(const struct request *req)
{
	struct guest guest;
	struct plan plan = { 0 };
	struct sinks sinks = { 0 };
	int status = ERR_OK, ret, closed;

	restore_before_run(req);
	ret = guest_read(&guest, req->sysroot);
	if (!ret)
		ret = plan_build(&plan, req, &guest);
	if (!ret)
		ret = open_sinks(&sinks, req);
	if (!ret) {
		remark_plan(req, &plan);
		ret = run_and_write(req, &plan, &guest, &sinks, &status);
	}
	closed = close_sinks(&sinks);
	plan_fini(&plan);
	guest_fini(&guest);
	return ret || closed ? (int)err_class() : status;
}

int cmd_print_plan(const struct request *req)
{
	struct guest guest;
	struct plan plan = { 0 };
	struct sink sink = { 0 };
	int ret, closed;

	ret = guest_read(&guest, req->sysroot);
	if (!ret)
		ret = plan_build(&plan, req, &guest);
	if (!ret)
		ret = sink_open(&sink, req->output);
	if (!ret) {
		ret = req->form == FORM_JSON ? output_plan_json(sink.stream, &plan, &guest)
					     : output_plan_text(sink.stream, &plan, &guest);
	}
	closed = sink_close(&sink);
	plan_fini(&plan);
	guest_fini(&guest);
	return ret || closed ? (int)err_class() : ERR_OK;
}
