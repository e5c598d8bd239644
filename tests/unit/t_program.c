// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "analyze/findings.h"
#include "base/err.h"
#include "base/units.h"
#include "plan/describe.h"
#include "guest/delta.h"
#include "guest/procstat.h"
#include "run/lines.h"
#include "run/program.h"
#include "run/run.h"

static void steal(void **state)
{
	char root[] = "/tmp/irqstorm-unit-XXXXXX", path[64];
	const uint64_t tick_ns = NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);
	uint64_t ns[4] = { 1, 2, 3, 4 };
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(root));
	snprintf(path, sizeof(path), "%s/proc", root);
	assert_int_equal(mkdir(path, 0777), 0);
	err_clear();
	assert_int_equal(procstat_steal(root, ns, 4), -ENOENT);
	snprintf(path, sizeof(path), "%s/proc/stat", root);
	f = fopen(path, "w");
	assert_non_null(f);
	/* CPU 1 is offline, CPU 7 is above what was asked for; an old kernel has no steal */
	fputs("cpu  1 2 3 4 5 6 7 88 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\ncpu2 1 2 3 4 5 6 7 20\ncpu3 "
	      "1 2 3 4\ncpu7 1 2 3 4 5 6 7 70\n"
	      "intr 5 0 9\n",
	      f);
	fclose(f);
	assert_int_equal(procstat_steal(root, ns, 4), 0);
	assert_int_equal(ns[0], 8 * tick_ns);
	assert_true(ns[1] == DELTA_UNKNOWN);
	assert_int_equal(ns[2], 20 * tick_ns);
	assert_true(ns[3] == DELTA_UNKNOWN);
	unlink(path);
	path[strlen(path) - strlen("/stat")] = '\0';
	rmdir(path);
	rmdir(root);
}

static void lines(void **state)
{
	static const char before[] =
		"            CPU0       CPU2\n 36:   10   20   PCI-MSI 1-edge   eth0\n"
		"LOC:   4294967295   2   Local timer interrupts\nERR:   0\n";
	static const char after[] =
		"            CPU0       CPU2\n 36:   10   25   PCI-MSI 1-edge   eth0\n"
		" 40:   3   0   PCI-MSI 2-edge   eth1\nLOC:   1   2   Local timer interrupts\nERR: "
		"  7\n";
	struct procirq a = { 0 }, b = { 0 };
	struct findings f;
	struct record rec;

	(void)state;
	assert_int_equal(procirq_parse(&a, before, strlen(before)), 0);
	assert_int_equal(procirq_parse(&b, after, strlen(after)), 0);
	assert_int_equal(record_init(&rec, 0, 0, 2), 0);
	rec.cpus[1].cpu = 2;
	rec.elapsed_ns = NS_PER_S / 2;
	assert_int_equal(lines_add(&rec, &a, &b), 0);
	assert_int_equal(rec.nr_lines, 3);
	assert_string_equal(rec.lines[0].label, "36");
	assert_int_equal(rec.lines[0].cpu, 2);
	assert_int_equal(rec.lines[0].count, 5);
	assert_string_equal(rec.lines[1].label, "40"); /* requested in between: from 0 */
	assert_int_equal(rec.lines[1].count, 3);
	assert_int_equal(rec.lines[2].count, 2); /* wrapped */
	assert_int_equal(analyze_record(&f, &rec), 0);
	assert_string_equal(f.lines[0].label, "36"); /* most first */
	assert_true(f.lines[0].rate_hz == 10);
	assert_true(f.totals.rate_held && isnan(f.totals.asked_hz));
	findings_fini(&f);
	record_fini(&rec);
	procirq_fini(&a);
	procirq_fini(&b);
}

static bool signal_between(const struct record *rec, void *ctx)
{
	(void)rec;
	(void)ctx;
	raise(SIGTERM);
	return false;
}

/* blocks: so many in an experiment, between which a signal comes; 1: none */
static int run_blocks(const char *script, uint64_t duration_ns, unsigned int blocks,
		      struct record *rec)
{
	const struct run_watch watch = { .enough = signal_between };
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)script, NULL };
	struct plan_cell one = { 0 };
	struct plan plan = { .cells = &one,
			     .nr_cells = 1,
			     .set.repeat_min = 1,
			     .set.repeat_max = blocks,
			     .program = argv,
			     .set.duration_ns = duration_ns,
			     .set.interval_ns = 10 * NS_PER_MS,
			     .set.experiment = blocks > 1,
			     .set.until = blocks > 1 ? 0.5 : 0 };
	struct guest guest;
	int ret;

	err_clear();
	if (!script) {
		argv[0] = (char *)"/no/such/program";
		argv[1] = NULL;
	}
	assert_int_equal(guest_read(&guest, "/"), 0);
	plan.cpus = hwloc_bitmap_dup(guest.machine.usable);
	assert_int_equal(plan_describe(&plan, &guest, rec), 0);
	ret = program_run(&plan, &guest, blocks > 1 ? &watch : NULL, rec);
	hwloc_bitmap_free(plan.cpus);
	guest_fini(&guest);
	return ret;
}

static int run(const char *script, uint64_t duration_ns, struct record *rec)
{
	return run_blocks(script, duration_ns, 1, rec);
}

static void between(void **state)
{
	char path[] = "/tmp/irqstorm-unit-XXXXXX", script[64];
	struct record rec;
	struct stat runs;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	snprintf(script, sizeof(script), "echo >>%s", path);
	assert_int_equal(run_blocks(script, 0, 5, &rec), 0);
	assert_int_equal(rec.nr_blocks, 1);
	assert_true(rec.interrupted && !rec.program.status);
	assert_int_equal(fstat(fd, &runs), 0);
	assert_int_equal(runs.st_size, 1); /* no other one was started */
	record_fini(&rec);
	close(fd);
	unlink(path);
}

static void ends(void **state)
{
	struct record rec;
	uint64_t timer = 0;

	(void)state;
	assert_int_equal(run("exit 42", 0, &rec), 0);
	assert_int_equal(rec.program.status, 42);
	assert_int_equal(rec.program.signal, 0);
	assert_string_equal(rec.program.argv[2], "exit 42");
	record_fini(&rec);
	assert_int_equal(run("kill -KILL $$", 0, &rec), 0);
	assert_int_equal(rec.program.status, 137);
	assert_int_equal(rec.program.signal, 9);
	record_fini(&rec);
	assert_int_equal(run("exec sleep 3600", 50 * NS_PER_MS, &rec), 0);
	assert_true(rec.program.timed_out && rec.program.status == 143);
	assert_true(rec.elapsed_ns >= 50 * NS_PER_MS);
	assert_true(rec.nr_intervals >= rec.nr_cpus);
	for (size_t i = 0; i < rec.nr_lines; i++)
		timer += strcmp(rec.lines[i].label, "LOC") ? 0 : rec.lines[i].count;
	for (size_t i = 0; i < rec.nr_cpus; i++)
		timer -= rec.cpus[i].timer;
	assert_int_equal(timer, 0); /* both from the same two readings */
	record_fini(&rec);
}

static void marker(int sig)
{
	(void)sig;
}

/* what was ignored before stays ignored, for the program too; what was not is put back */
static void dispositions(void **state)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN }, mark = { .sa_handler = marker };
	struct sigaction old_hup, old_term, old_child, now;
	struct record rec;

	(void)state;
	sigaction(SIGHUP, &ignore, &old_hup);
	sigaction(SIGTERM, &mark, &old_term);
	sigaction(SIGCHLD, &ignore, &old_child);
	assert_int_equal(run("kill -HUP $$; exit 7", 0, &rec), 0);
	assert_int_equal(rec.program.signal, 0);
	assert_int_equal(rec.program.status, 7);
	record_fini(&rec);
	sigaction(SIGHUP, &old_hup, &now);
	assert_true(now.sa_handler == SIG_IGN);
	sigaction(SIGTERM, &old_term, &now);
	assert_true(now.sa_handler == marker);
	sigaction(SIGCHLD, &old_child, &now);
	assert_true(now.sa_handler == SIG_IGN);
}

static void not_there(void **state)
{
	struct record rec;

	(void)state;
	if (getenv("IRQSTORM_RUNNER")) {
		/* valgrind makes a fork of glibc's vfork, and then the error of exec is the child's
		 * exit status alone */
		assert_int_equal(run(NULL, 0, &rec), 0);
		assert_int_equal(rec.program.status, 127);
		record_fini(&rec);
		return;
	}
	assert_int_equal(run(NULL, 0, &rec), -ENOENT);
	assert_int_equal(err_class(), ERR_NOT_FOUND);
	assert_string_equal(err_sentence(),
			    "cannot run /no/such/program: No such file or directory");
	assert_int_equal(rec.elapsed_ns, 0);
	record_fini(&rec);
}

static const struct CMUnitTest tests[] = {
	TEST("steal is read by CPU id, in clock ticks; of a CPU without a line it is unknown",
	     steal),
	TEST("every line of /proc/interrupts that grew is there, new ones and wrapped ones too",
	     lines),
	TEST("a program's exit status, the signal that ended it and the end of its time are told "
	     "apart",
	     ends),
	TEST("a signal that comes while no program runs ends the experiment", between),
	TEST("signals that were ignored stay so, and all dispositions are put back", dispositions),
	TEST("a program that is not there has an exit status of its own", not_there),
};

UNIT_MAIN(tests)
