// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * program.c - starts a program, waits for it, and has the sampler read at both ends and at each
 * interval. No worker runs. Knows nothing of what the program does, and prints nothing.
 */
#include "run/program.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/err.h"
#include "base/units.h"
#include "run/blocks.h"
#include "run/counting.h"
#include "run/sampler.h"

#define NR_SIGNALS 3
static const int signals[NR_SIGNALS] = { SIGINT, SIGTERM, SIGHUP };

static volatile sig_atomic_t program_pid, got_signal;

/* what the terminal sends (SI_KERNEL), it sends to the program too; what somebody sends to us is
 * meant for the program */
static void pass_on(int sig, siginfo_t *info, void *context)
{
	pid_t pid = (pid_t)program_pid;

	(void)context;
	got_signal = 1;
	if (info->si_code <= 0 && pid > 0)
		kill(pid, sig);
}

/* SIGCHLD is blocked, not caught: then it cannot come between a look and a wait */
struct signals {
	struct sigaction old[NR_SIGNALS], old_child;
	sigset_t child, old_mask;
};

static void catch_signals(struct signals *sig)
{
	const struct sigaction sa = { .sa_sigaction = pass_on, .sa_flags = SA_SIGINFO };
	const struct sigaction child = {
		.sa_handler = SIG_DFL
	}; /* ignored, the exit status would be lost */

	for (int i = 0; i < NR_SIGNALS; i++) {
		sigaction(signals[i], NULL, &sig->old[i]);
		if (sig->old[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &sa, NULL);
	}
	sigaction(SIGCHLD, &child, &sig->old_child);
	sigemptyset(&sig->child);
	sigaddset(&sig->child, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &sig->child, &sig->old_mask);
}

static void leave_signals(const struct signals *sig)
{
	for (int i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], &sig->old[i], NULL);
	sigaction(SIGCHLD, &sig->old_child, NULL);
	pthread_sigmask(SIG_SETMASK, &sig->old_mask, NULL);
}

static int start(char *const *argv, const struct signals *sig, pid_t *pid)
{
	char sentence[ERR_SENTENCE];
	posix_spawnattr_t attr;
	int err;

	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attr, &sig->old_mask);
	err = posix_spawnp(pid, argv[0], NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	if (!err) {
		program_pid = *pid;
		return 0;
	}
	snprintf(sentence, sizeof(sentence), "cannot run %s: %s", argv[0], strerror(err));
	return err_keep(err == ENOENT || err == ENOTDIR ? ERR_NOT_FOUND : ERR_NOT_RUNNABLE, -err,
			sentence);
}

static bool has_ended(void)
{
	siginfo_t info = { 0 };

	return !waitid(P_PID, (id_t)program_pid, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid;
}

/* true: it has ended; false: the time has come, or a signal */
static bool wait_until(const struct signals *sig, uint64_t until_ns)
{
	uint64_t now_ns = wl_now_ns(), left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
	const struct timespec left = { (time_t)(left_ns / NS_PER_S), (long)(left_ns % NS_PER_S) };

	if (!has_ended())
		sigtimedwait(&sig->child, NULL, &left);
	return has_ended();
}

static int look_on(struct sampler *s, const struct plan *plan, struct record *rec,
		   struct record *part, const struct signals *sig, uint64_t start_ns)
{
	uint64_t end_ns = plan->set.duration_ns ? start_ns + plan->set.duration_ns : UINT64_MAX;
	uint64_t next_ns = start_ns + plan->set.interval_ns;

	for (;;) {
		bool ended = wait_until(sig, next_ns < end_ns ? next_ns : end_ns);
		uint64_t now_ns = wl_now_ns();
		int ret;

		if (ended)
			return 0;
		if (now_ns >= end_ns) {
			rec->program.timed_out = true;
			kill((pid_t)program_pid, SIGTERM);
			end_ns = UINT64_MAX;
		}
		if (now_ns < next_ns)
			continue;
		ret = sampler_interval(s, part, now_ns - start_ns);
		if (ret)
			return ret;
		next_ns += ((now_ns - next_ns) / plan->set.interval_ns + 1) * plan->set.interval_ns;
	}
}

static uint64_t ns_of(struct timeval t)
{
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_usec * NS_PER_US;
}

static int collect(pid_t pid, struct record_program *out)
{
	struct rusage usage;
	int status;

	program_pid = 0; /* from here on the number may be another's */
	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR)
			return err_failed(-errno, "cannot wait for the program: %s",
					  strerror(errno));
	out->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	out->status = out->signal ? 128 + out->signal : WEXITSTATUS(status);
	out->user_ns = ns_of(usage.ru_utime);
	out->system_ns = ns_of(usage.ru_stime);
	return 0;
}

struct programs { /* what every block needs: one run of the program each */
	const struct plan *plan;
	struct record *rec, *part;
	struct sampler sampler;
	struct signals sig;
};

static int measure_block(void *ctx, const struct block_ask *ask, bool *over)
{
	struct programs *p = ctx;
	struct record *part = p->part;
	int ret, collected;
	uint64_t start_ns;
	pid_t pid;

	(void)ask;
	*over = got_signal; /* since the last one ended */
	if (*over)
		return 0;
	ret = sampler_begin(&p->sampler);
	start_ns = wl_now_ns();
	if (!ret)
		ret = start(p->plan->program, &p->sig, &pid);
	if (ret)
		return ret;
	if (got_signal) /* there was nobody yet to pass it on to */
		kill(pid, SIGTERM);
	ret = look_on(&p->sampler, p->plan, p->rec, part, &p->sig, start_ns);
	if (!ret) {
		/* the counters first: it is over, and collecting it is not its work */
		part->elapsed_ns = wl_now_ns() - start_ns;
		ret = sampler_end(&p->sampler, part, part->elapsed_ns);
	} else {
		kill(pid, SIGTERM); /* it is not to go on unseen */
	}
	collected = collect(pid, &p->rec->program);
	part->program.user_ns = p->rec->program.user_ns;
	part->program.system_ns = p->rec->program.system_ns;
	*over = got_signal || p->rec->program.status;
	return ret ? ret : collected;
}

int program_run(const struct plan *plan, const struct guest *guest, const struct run_watch *watch,
		struct record *rec)
{
	struct record part;
	struct eoidev eoi = { .fd = -1 };
	struct programs p = { .plan = plan, .rec = rec, .part = &part };
	struct blocks blocks = {
		.plan = plan,
		.watch = watch,
		.eoi = &eoi,
		.rec = rec,
		.part = &part,
		.measure = measure_block,
		.ctx = &p,
	};
	int ret;

	program_pid = got_signal = 0;
	catch_signals(&p.sig);
	ret = record_init_part(&part, rec);
	if (!ret)
		ret = counting_open(&eoi, plan, guest, rec);
	if (!ret)
		ret = sampler_init(&p.sampler, plan, guest, plan->count_eoi ? &eoi : NULL, NULL);
	if (!ret)
		ret = blocks_run(&blocks);
	sampler_fini(&p.sampler);
	eoidev_close(&eoi);
	leave_signals(&p.sig);
	record_fini(&part);
	rec->interrupted = got_signal;
	rec->failed = ret ? record_text(rec, err_sentence()) : NULL;
	return ret;
}
