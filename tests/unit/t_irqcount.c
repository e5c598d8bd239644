// SPDX-License-Identifier: GPL-2.0-or-later
/* what /proc/interrupts may do between two readings, and what is known then */
#include "unit.h"
#include "recorded.h"

#include "base/err.h"
#include "guest/delta.h"
#include "run/irqcount.h"

#define HEADER "     CPU0 CPU1\n"
#define APIC                                                                                       \
	"LOC: 10 20 Local timer interrupts\nRES: 1 2 Rescheduling interrupts\n"                    \
	"CAL: 3 4 Function call interrupts\n"

static unsigned int irqs[] = { 25, 26 };

/* a workload with these two vectors; the window begins with this text */
static void begin(struct irqcount *c, const char *root, const char *text)
{
	static struct plan_workload pw = { .irqs = irqs, .nr_irqs = 2 };
	static const struct plan plan = { .workloads = &pw, .nr_workloads = 1 };
	static struct guest guest;

	snprintf(guest.root, sizeof(guest.root), "%s", root);
	guest.machine.possible = hwloc_bitmap_alloc();
	hwloc_bitmap_set_range(guest.machine.possible, 0, 1);
	err_clear();
	put(root, "proc/interrupts", text);
	assert_int_equal(irqcount_init(c, &plan, &guest), 0);
	c->root = guest.root;
	hwloc_bitmap_free(guest.machine.possible);
	assert_int_equal(irqcount_begin(c), 0);
	assert_string_equal(c->why, "");
}

static void read_again(struct irqcount *c, const char *root, const char *text)
{
	put(root, "proc/interrupts", text);
	assert_int_equal(irqcount_read(c), 0);
	irqcount_end(c);
	assert_string_equal(err_sentence(), "");
}

static void differences(void **state)
{
	struct irqcount c;

	begin(&c, *state, HEADER "25: 7 0 PCI-MSI x\n26: 0 4294967290 PCI-MSI y\n" APIC);
	read_again(&c, *state, HEADER "25: 9 0 PCI-MSI x\n26: 0 4 PCI-MSI y\n" APIC);
	assert_int_equal(irqcount_workload(&c, 0, 0), 2);
	assert_int_equal(irqcount_workload(&c, 0, 1), 10); /* wrapped */
	assert_int_equal(irqcount_storm_everywhere(&c), 12);
	assert_int_equal(irqcount_extra(&c, EXTRA_TIMER, 1), 0);
	assert_string_equal(c.why, "");
	irqcount_fini(&c);
}

static void went_back(void **state)
{
	struct irqcount c;

	begin(&c, *state, HEADER "25: 7000 5 PCI-MSI x\n26: 0 1 PCI-MSI y\n" APIC);
	read_again(&c, *state, HEADER "25: 3 9 PCI-MSI x\n26: 0 4 PCI-MSI y\n" APIC);
	assert_true(irqcount_workload(&c, 0, 0) == DELTA_UNKNOWN);
	assert_int_equal(irqcount_workload(&c, 0, 1), 7);
	assert_true(irqcount_storm_everywhere(&c) == DELTA_UNKNOWN);
	assert_string_equal(c.why,
			    "the count of 25 on CPU 0 went back: its interrupts are unknown");
	/* what was lost stays so, until the next window begins */
	read_again(&c, *state, HEADER "25: 8000 9 PCI-MSI x\n26: 0 4 PCI-MSI y\n" APIC);
	assert_true(irqcount_workload(&c, 0, 0) == DELTA_UNKNOWN);
	assert_int_equal(irqcount_begin(&c), 0);
	read_again(&c, *state, HEADER "25: 8001 9 PCI-MSI x\n26: 0 4 PCI-MSI y\n" APIC);
	assert_int_equal(irqcount_workload(&c, 0, 0), 1);
	assert_string_equal(c.why, "");
	irqcount_fini(&c);
}

static void vanished(void **state)
{
	struct irqcount c;

	begin(&c, *state, HEADER "25: 7 5 PCI-MSI x\n" APIC);
	/* 26 was requested in between; 25 is gone */
	read_again(&c, *state, HEADER "26: 3 0 PCI-MSI y\n" APIC);
	assert_true(irqcount_workload(&c, 0, 0) == DELTA_UNKNOWN);
	assert_non_null(strstr(c.why, "IRQ 25 vanished from /proc/interrupts"));
	irqcount_fini(&c);
}

static void requested_later(void **state)
{
	struct irqcount c;

	begin(&c, *state, HEADER "25: 7 5 PCI-MSI x\n" APIC);
	read_again(&c, *state, HEADER "25: 7 5 PCI-MSI x\n26: 3 0 PCI-MSI y\n" APIC);
	assert_int_equal(irqcount_workload(&c, 0, 0), 3);
	assert_string_equal(c.why, "");
	irqcount_fini(&c);
}

static void renamed(void **state)
{
	struct irqcount c;

	begin(&c, *state, HEADER "25: 7 5 PCI-MSI virtio0-req.0\n" APIC);
	read_again(&c, *state, HEADER "25: 9 5 PCI-MSI nvme0q1\n" APIC);
	assert_true(irqcount_workload(&c, 0, 0) == DELTA_UNKNOWN);
	assert_non_null(
		strstr(c.why, "IRQ 25 was 'PCI-MSI virtio0-req.0' and is 'PCI-MSI nvme0q1'"));
	irqcount_fini(&c);
}

static void cpu_gone(void **state)
{
	struct irqcount c;

	begin(&c, *state, HEADER "25: 7 5 PCI-MSI x\n" APIC);
	read_again(&c, *state,
		   "     CPU0\n25: 9 PCI-MSI x\nLOC: 11 Local timer interrupts\n"
		   "RES: 1 Rescheduling interrupts\nCAL: 3 Function call interrupts\n");
	assert_int_equal(irqcount_workload(&c, 0, 0), 2);
	assert_true(irqcount_workload(&c, 0, 1) == DELTA_UNKNOWN);
	assert_int_equal(irqcount_extra(&c, EXTRA_TIMER, 0), 1);
	assert_true(irqcount_extra(&c, EXTRA_TIMER, 1) == DELTA_UNKNOWN);
	assert_non_null(strstr(c.why, "CPU 1 went offline"));
	irqcount_fini(&c);
}

static void cpu_came(void **state)
{
	struct irqcount c;

	begin(&c, *state,
	      "     CPU0\n25: 7 PCI-MSI x\nLOC: 10 Local timer interrupts\n"
	      "RES: 1 Rescheduling interrupts\nCAL: 3 Function call interrupts\n");
	read_again(&c, *state, HEADER "25: 9 500 PCI-MSI x\n" APIC);
	assert_int_equal(irqcount_workload(&c, 0, 0), 2);
	assert_true(irqcount_workload(&c, 0, 1) == DELTA_UNKNOWN); /* not 500 */
	assert_non_null(strstr(c.why, "CPU 1 came online"));
	irqcount_fini(&c);
}

static void masked(void **state)
{
	struct irqcount c;

	begin(&c, *state, HEADER "25: 7 5 PCI-MSI x\n" APIC);
	read_again(&c, *state, "");
	assert_true(irqcount_workload(&c, 0, 0) == DELTA_UNKNOWN);
	assert_true(irqcount_extra(&c, EXTRA_CALL, 1) == DELTA_UNKNOWN);
	assert_non_null(strstr(c.why, "/proc/interrupts: the file is empty"));
	/* a reading that succeeds after the beginning failed has nothing to be compared with */
	assert_int_equal(irqcount_begin(&c), 0);
	read_again(&c, *state, HEADER "25: 9 5 PCI-MSI x\n" APIC);
	assert_true(irqcount_workload(&c, 0, 0) == DELTA_UNKNOWN);
	irqcount_fini(&c);
}

static void no_such_line(void **state)
{
	struct irqcount c;

	begin(&c, *state, HEADER "25: 7 5 GIC x\nIPI0: 1 2 Rescheduling interrupts\n");
	read_again(&c, *state, HEADER "25: 8 5 GIC x\nIPI0: 1 3 Rescheduling interrupts\n");
	assert_int_equal(irqcount_workload(&c, 0, 0), 1);
	assert_true(irqcount_extra(&c, EXTRA_RESCHEDULE, 0) == DELTA_UNKNOWN); /* not 0 */
	assert_string_equal(c.why, "");
	irqcount_fini(&c);
}

#define IN_SCRATCH(sentence, function)                                                             \
	{                                                                                          \
		sentence, function, scratch_setup, scratch_teardown, NULL                          \
	}

static const struct CMUnitTest tests[] = {
	IN_SCRATCH("counts are differences, also over a wrap at 2^32", differences),
	IN_SCRATCH("a count that went back is unknown until the next window", went_back),
	IN_SCRATCH("a vector that vanished is unknown", vanished),
	IN_SCRATCH("a vector that is requested in the window counts from 0", requested_later),
	IN_SCRATCH("a number that another device has now is unknown", renamed),
	IN_SCRATCH("what a CPU counted that went offline is unknown, and only that", cpu_gone),
	IN_SCRATCH("what a CPU counted before it came online is not the window's", cpu_came),
	IN_SCRATCH("a file that is masked makes all unknown, and ends nothing", masked),
	IN_SCRATCH("a line that this kernel does not have is unknown, not 0", no_such_line),
};

UNIT_MAIN(tests)
