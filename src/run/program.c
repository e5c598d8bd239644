// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * program.c - starts a program, waits for it, and has the sampler read at both ends and at each interval. No worker runs.
 * Knows nothing of what the program does, and prints nothing.
 */
#include "run/program.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/err.h"
#include "base/units.h"
#include "run/counting.h"
#include "run/sampler.h"

#define NR_SIGNALS	3
static const int signals[NR_SIGNALS] = { SIGINT, SIGTERM, SIGHUP };

static volatile sig_atomic_t program_pid, got_signal;

/* what the terminal sends (SI_KERNEL), it sends to the program too; what somebody sends to us is meant for the program */
static void pass_on(int sig, siginfo_t *info, void *context)
{
	pid_t pid = (pid_t)program_pid;

	(void)context;
	got_signal = 1;
	if (info->si_code <= 0 && pid > 0)
		kill(pid, sig);
}

static void catch_signals(bool on, struct sigaction old[NR_SIGNALS], struct sigaction *old_child)
{
	const struct sigaction sa = { .sa_sigaction = pass_on, .sa_flags = SA_SIGINFO };
	const struct sigaction child = { .sa_handler = SIG_DFL };	/* ignored, the exit status would be lost */

	sigaction(SIGCHLD, on ? &child : old_child, on ? old_child : NULL);
	for (int i = 0; i < NR_SIGNALS; i++) {
		if (on)
			sigaction(signals[i], NULL, &old[i]);
		if (old[i].sa_handler != SIG_IGN)
			sigaction(signals[i], on ? &sa : &old[i], NULL);
	}
}

static int start(char *const *argv, pid_t *pid, int *pidfd)
{
	int err = posix_spawnp(pid, argv[0], NULL, NULL, argv, environ);

	if (err) {
		char sentence[ERR_SENTENCE];

		snprintf(sentence, sizeof(sentence), "cannot run %s: %s", argv[0], strerror(err));
		return err_keep(err == ENOENT || err == ENOTDIR ? ERR_NOT_FOUND : ERR_NOT_RUNNABLE, -err, sentence);
	}
	program_pid = *pid;
	*pidfd = pidfd_open(*pid, 0);
	if (*pidfd >= 0)
		return 0;
	err = errno;
	kill(*pid, SIGKILL);
	return err_failed(-err, "cannot wait for %s: %s", argv[0], strerror(err));
}

/* 1: it has ended, 0: the time has come, or a signal; -errno with a sentence */
static int wait_until(int pidfd, uint64_t until_ns)
{
	struct pollfd pollfd = { pidfd, POLLIN, 0 };
	uint64_t now_ns = wl_now_ns(), left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
	struct timespec left = { (time_t)(left_ns / NS_PER_S), (long)(left_ns % NS_PER_S) };
	int n = ppoll(&pollfd, 1, &left, NULL);

	if (n < 0 && errno != EINTR)
		return err_failed(-errno, "cannot wait for the program: %s", strerror(errno));
	return n > 0;
}

static int look_on(struct sampler *s, const struct plan *plan, struct record *rec, int pidfd, uint64_t start_ns)
{
	uint64_t end_ns = plan->duration_ns ? start_ns + plan->duration_ns : UINT64_MAX;
	uint64_t next_ns = start_ns + plan->interval_ns;

	for (;;) {
		int ret = wait_until(pidfd, next_ns < end_ns ? next_ns : end_ns);
		uint64_t now_ns = wl_now_ns();

		if (ret)
			return ret < 0 ? ret : 0;
		if (now_ns >= end_ns) {
			rec->program.timed_out = true;
			kill((pid_t)program_pid, SIGTERM);
			end_ns = UINT64_MAX;
		}
		if (now_ns < next_ns)
			continue;
		ret = sampler_interval(s, rec, now_ns - start_ns);
		if (ret)
			return ret;
		next_ns += ((now_ns - next_ns) / plan->interval_ns + 1) * plan->interval_ns;
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

	program_pid = 0;	/* from here on the number may be another's */
	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR)
			return err_failed(-errno, "cannot wait for the program: %s", strerror(errno));
	out->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	out->status = out->signal ? 128 + out->signal : WEXITSTATUS(status);
	out->user_ns = ns_of(usage.ru_utime);
	out->system_ns = ns_of(usage.ru_stime);
	return 0;
}

static int measure(struct sampler *s, const struct plan *plan, struct record *rec)
{
	int ret = sampler_begin(s), pidfd = -1, ended, collected;
	uint64_t start_ns = wl_now_ns();
	pid_t pid = 0;

	if (ret)
		return ret;
	ret = start(plan->program, &pid, &pidfd);
	if (ret && !pid)
		return ret;
	if (!ret)
		ret = look_on(s, plan, rec, pidfd, start_ns);
	if (ret && program_pid)		/* it is not to go on unseen */
		kill((pid_t)program_pid, SIGTERM);
	if (!ret)
		rec->elapsed_ns = wl_now_ns() - start_ns;
	/* the counters first: it is over, and collecting it is not its work */
	ended = ret ? ret : sampler_end(s, rec, rec->elapsed_ns);
	collected = collect(pid, &rec->program);
	if (pidfd >= 0)
		close(pidfd);
	return ended ? ended : collected;
}

int program_run(const struct plan *plan, const struct guest *guest, struct record *rec)
{
	struct sigaction old[NR_SIGNALS], old_child;
	struct sampler sampler = { 0 };
	struct eoidev eoi;
	int ret;

	program_pid = got_signal = 0;
	catch_signals(true, old, &old_child);
	ret = counting_open(&eoi, plan, guest, rec);
	if (!ret)
		ret = sampler_init(&sampler, plan, guest, plan->count_eoi ? &eoi : NULL, NULL);
	if (!ret)
		ret = measure(&sampler, plan, rec);
	sampler_fini(&sampler);
	eoidev_close(&eoi);
	catch_signals(false, old, &old_child);
	rec->interrupted = got_signal;
	rec->failed = ret ? strdup(err_sentence()) : NULL;
	return ret;
}
