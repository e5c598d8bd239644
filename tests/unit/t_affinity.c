// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include "recorded.h"
#include "base/err.h"
#include "guest/affinity.h"
#include "run/apply.h"

#define STAT(start)                                                                                \
	"77 (irq) storm) S 1 77 77 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 1 0 " start                   \
	" 1000 200 1844674\n"

/* a guest in which IRQ 30 and 31 may go to CPU 0-1 */
static void put_guest(const char *root)
{
	put(root, "proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n");
	put(root, "proc/self/stat", STAT("4711"));
	put(root, "proc/irq/30/smp_affinity_list", "0-1\n");
	put(root, "proc/irq/31/smp_affinity_list", "1\n");
	put(root, "sys/kernel/irq/30/actions", "virtio1-input.0\n");
	put(root, "sys/kernel/irq/31/actions", "virtio1-output.0\n");
	below(root, "run/x");
	err_clear();
}

static const char *affinity_of(const char *root, unsigned int irq)
{
	static char text[64];
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/proc/irq/%u/smp_affinity_list", root, irq);
	file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* the journal that this process has, or would have */
static const char *own_journal(void)
{
	static char name[64];

	snprintf(name, sizeof(name), "run/irqstorm/affinity-%ld", (long)getpid());
	return name;
}

static bool there(const char *root, const char *name)
{
	return !access(below(root, name), F_OK);
}

static const struct affinity_change changes[] = { { 30, 1 }, { 31, 0 } };

static void given_back(void **state)
{
	struct affinity a;

	put_guest(*state);
	assert_int_equal(affinity_begin(&a, *state, changes, 2), 0);
	assert_string_equal(affinity_of(*state, 30), "1");
	assert_string_equal(affinity_of(*state, 31), "0");
	assert_true(there(*state, own_journal()));
	assert_int_equal(affinity_end(&a), 0);
	assert_string_equal(affinity_of(*state, 30), "0-1");
	assert_string_equal(affinity_of(*state, 31), "1");
	assert_false(there(*state, own_journal()));
}

static void given_back_after_run(void **state)
{
	struct affinity_change steers[] = { { 30, 1 }, { 31, 0 } };
	struct plan plan = { .steers = steers, .nr_steers = 2 };
	struct guest guest = { .root = "" };
	struct apply a = { 0 };

	put_guest(*state);
	snprintf(guest.root, sizeof(guest.root), "%s", (const char *)*state);
	assert_int_equal(apply_begin(&a, &plan, &guest), 0);
	assert_string_equal(affinity_of(*state, 30), "1");
	assert_int_equal(apply_end(&a), 0);
	assert_string_equal(affinity_of(*state, 30), "0-1");
	assert_string_equal(affinity_of(*state, 31), "1");
	assert_false(there(*state, own_journal()));
}

static void crashed(void **state)
{
	struct affinity_recovery found;
	struct affinity a;

	put_guest(*state);
	assert_int_equal(affinity_begin(&a, *state, changes, 2), 0);
	journal_fini(&a.journal); /* and then it was killed: no such process is below the root */
	assert_int_equal(affinity_recover(*state, &found), 0);
	assert_int_equal(found.nr_restored, 2);
	assert_int_equal(found.dead, getpid());
	assert_string_equal(affinity_of(*state, 30), "0-1");
	assert_string_equal(affinity_of(*state, 31), "1");
	assert_false(there(*state, own_journal()));
	assert_int_equal(affinity_recover(*state, &found), 0);
	assert_int_equal(found.nr_restored, 0);
}

static void alive(void **state)
{
	struct affinity_recovery found;
	struct affinity a;
	char stat[64];

	put_guest(*state);
	assert_int_equal(affinity_begin(&a, *state, changes, 2), 0);
	snprintf(stat, sizeof(stat), "proc/%ld/stat", (long)getpid());
	put(*state, stat, STAT("4711"));
	assert_int_equal(affinity_recover(*state, &found), 0);
	assert_int_equal(found.nr_restored, 0);
	assert_int_equal(found.nr_alive, 1);
	assert_int_equal(found.alive, getpid());
	assert_string_equal(affinity_of(*state, 30), "1");
	/* a later process that was given the same number is not the one that wrote the journal */
	put(*state, stat, STAT("4712"));
	assert_int_equal(affinity_recover(*state, &found), 0);
	assert_int_equal(found.nr_restored, 2);
	journal_fini(&a.journal);
}

static void another_boot(void **state)
{
	struct affinity_recovery found;
	struct affinity a;

	put_guest(*state);
	assert_int_equal(affinity_begin(&a, *state, changes, 2), 0);
	journal_fini(&a.journal);
	put(*state, "proc/sys/kernel/random/boot_id", "another\n");
	assert_int_equal(affinity_recover(*state, &found), 0);
	assert_int_equal(found.nr_restored + found.nr_left, 0);
	assert_string_equal(affinity_of(*state, 30), "1");
	assert_false(there(*state, own_journal()));
}

static void somebody_elses(void **state)
{
	struct affinity_recovery found;
	struct affinity a;

	put_guest(*state);
	assert_int_equal(affinity_begin(&a, *state, changes, 2), 0);
	journal_fini(&a.journal);
	put(*state, "proc/irq/30/smp_affinity_list", "2-3\n");
	put(*state, "sys/kernel/irq/31/actions", "nvme0q1\n");
	assert_int_equal(affinity_recover(*state, &found), 0);
	assert_int_equal(found.nr_left, 2);
	assert_string_equal(affinity_of(*state, 30), "2-3");
	assert_string_equal(affinity_of(*state, 31), "0");
}

static void target_went_offline(void **state)
{
	struct affinity a;

	put_guest(*state);
	put(*state, "sys/devices/system/cpu/online", "0-1\n");
	assert_int_equal(affinity_begin(&a, *state, changes, 1), 0);
	put(*state, "sys/devices/system/cpu/online", "0\n");
	put(*state, "proc/irq/30/smp_affinity_list", "0\n"); /* so the kernel does */
	assert_int_equal(affinity_end(&a), 0);
	assert_string_equal(affinity_of(*state, 30), "0-1");
}

static void two_at_once(void **state)
{
	struct affinity a;

	put_guest(*state);
	put(*state, "run/irqstorm/affinity-99",
	    "irqstorm-affinity 1\nboot 11111111-2222-3333-4444-555555555555\nprocess 99 5\nirq 31 "
	    "0-1 1 virtio1-output.0\n");
	put(*state, "proc/99/stat", STAT("5"));
	assert_int_equal(affinity_begin(&a, *state, changes, 2), -ENODEV);
	assert_string_equal(err_sentence(),
			    "IRQ 31 is steered by another irqstorm that is running (PID 99)");
	assert_int_equal(affinity_end(&a), 0);
	assert_string_equal(affinity_of(*state, 30), "0-1");
	assert_false(there(*state, own_journal()));
}

static void broken_journal(void **state)
{
	struct affinity_recovery found;

	put_guest(*state);
	put(*state, "run/irqstorm/affinity-5", "something\n");
	assert_int_equal(affinity_recover(*state, &found), -EINVAL);
	assert_non_null(strstr(err_sentence(), "affinity-5 is no journal of affinities"));
}

static void no_such_vector(void **state)
{
	static const struct affinity_change change = { 55, 0 };
	struct affinity a;

	put_guest(*state);
	assert_int_equal(affinity_begin(&a, *state, &change, 1), -ENOENT);
	assert_string_equal(err_sentence(),
			    "cannot read the affinity of IRQ 55: No such file or directory");
	assert_int_equal(affinity_end(&a), 0);
	assert_false(there(*state, own_journal()));
}

static void balancer(void **state)
{
	put_guest(*state);
	put(*state, "proc/12/comm", "bash\n");
	assert_int_equal(affinity_irqbalance(*state), 0);
	put(*state, "proc/312/comm", "irqbalance\n");
	assert_int_equal(affinity_irqbalance(*state), 312);
}

#define SCRATCH(sentence, function)                                                                \
	{                                                                                          \
		sentence, function, scratch_setup, scratch_teardown, NULL                          \
	}

static const struct CMUnitTest tests[] = {
	SCRATCH("affinities are changed and given back, with a journal in between", given_back),
	SCRATCH("what a run applies to the guest is given back at its end", given_back_after_run),
	SCRATCH("what a killed process has left is put back, once", crashed),
	SCRATCH("a process that still runs keeps its affinities; PID and start time name it",
		alive),
	SCRATCH("a journal of another boot is removed and nothing written", another_boot),
	SCRATCH("what somebody else has changed since, or is another device's, is left",
		somebody_elses),
	SCRATCH("what the kernel moved off a CPU that went offline is put back",
		target_went_offline),
	SCRATCH("a vector that another run has is refused, and nothing written", two_at_once),
	SCRATCH("a file that is no journal is named and left", broken_journal),
	SCRATCH("a vector that is not there is an error before the first write", no_such_vector),
	SCRATCH("a running irqbalance is found", balancer),
};

UNIT_MAIN(tests)
