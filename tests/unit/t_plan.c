// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "base/units.h"
#include "plan/plan.h"

static struct guest guest;
static struct plan plan;

static int build(const char *machine, const struct request *req)
{
	char root[4096];

	snprintf(root, sizeof(root), "%s/%s", getenv("IRQSTORM_MACHINES"), machine);
	err_clear();
	assert_int_equal(guest_read(&guest, root), 0);
	return plan_build(&plan, req, &guest);
}

static void done(void)
{
	plan_fini(&plan);
	guest_fini(&guest);
}

static bool noted(const char *words)
{
	for (size_t i = 0; i < plan.nr_notes; i++)
		if (strstr(plan.notes[i], words))
			return true;
	return false;
}

static void fits(void **state)
{
	struct request req;

	(void)state;
	request_init(&req);
	assert_int_equal(build("qemu-4", &req), 0);
	assert_int_equal(plan.nr_workers, 4);
	assert_int_equal(plan.nr_notes, 0);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(plan.workers[i].cpu, i);
		assert_int_equal(plan.workers[i].queue, i);
		assert_int_equal(plan.workers[i].irq_cpu, i);
		assert_int_equal(plan.workers[i].placement, PLACE_OWN);
		assert_int_equal(plan.workers[i].irq_kind, IRQ_MSIX);
	}
	assert_int_equal(plan.workloads[0].nr_irqs, 4);
	assert_string_equal(plan.workloads[0].path, "/dev/vda");
	done();
}

static void fewer_queues(void **state)
{
	struct request req;
	int elsewhere = 0;

	(void)state;
	request_init(&req);
	assert_int_equal(build("qemu-4-2q", &req), 0);
	for (size_t i = 0; i < plan.nr_workers; i++)
		elsewhere += plan.workers[i].placement == PLACE_ELSEWHERE;
	assert_int_equal(elsewhere, 2);
	assert_int_equal(plan.workloads[0].nr_irqs, 2);
	assert_true(noted("costs an IPI back"));
	done();
}

static void lines(void **state)
{
	struct request req;

	(void)state;
	request_init(&req);
	assert_int_equal(build("qemu-2-shared", &req), 0);
	assert_true(noted("share one vector"));
	assert_int_equal(plan.workloads[0].nr_irqs, 1);
	done();
	assert_int_equal(build("qemu-2-intx", &req), 0);
	assert_true(noted("never granted"));
	assert_int_equal(plan.workers[0].irq_kind, IRQ_INTX);
	done();
	assert_int_equal(build("microvm-2", &req), 0);
	assert_true(noted("never granted"));
	assert_int_equal(plan.workers[0].irq_kind, IRQ_MMIO);
	done();
}

static void eoi(void **state)
{
	struct request req;

	(void)state;
	request_init(&req);
	assert_int_equal(build("qemu-2", &req), 0);
	assert_false(plan.count_eoi);
	assert_non_null(strstr(plan.no_eoi_why, "not loaded"));
	done();
	req.set.eoi = EOI_MSR;
	assert_int_equal(build("qemu-2", &req), -ENODEV);
	assert_int_equal(err_class(), ERR_CANNOT);
	done();
}

static void keys(void **state)
{
	struct request req;

	(void)state;
	request_init(&req);
	req.workloads[0] = "virtio-blk,depth=8,bs=512,dev=/dev/vda";
	req.nr_workloads = 1;
	assert_int_equal(build("qemu-2", &req), 0);
	assert_int_equal(plan.workers[1].depth, 8);
	assert_int_equal(plan_batch(&plan.workloads[0], UNITS_RATE_MAX),
			 8); /* without a rate: what is free is filled at once */
	done();
	req.set.rate_mhz = 1000;
	assert_int_equal(build("qemu-2", &req), 0);
	assert_int_equal(plan_batch(&plan.workloads[0], 1000), 1);
	done();
	req.workloads[0] = "virtio-blk,depth=8,batch=4,busy";
	assert_int_equal(build("qemu-2", &req), 0);
	assert_int_equal(plan_batch(&plan.workloads[0], 1000), 4);
	done();
}

static void shares(void **state)
{
	struct request req;

	(void)state;
	request_init(&req);
	req.set.rate_mhz = 5000;
	req.workloads[0] = "virtio-blk,cpus=0,cpus=2-3,rate=20k";
	req.workloads[1] = "null,cpus=3";
	req.nr_workloads = 2;
	assert_int_equal(build("qemu-4", &req), 0);
	assert_int_equal(plan.nr_workers, 4);
	assert_int_equal(plan.workers[1].cpu, 2);
	assert_int_equal(plan.workers[3].cpu, 3);
	assert_int_equal(plan.workers[3].workload, 1);
	assert_int_equal(plan.workloads[0].rate_mhz, 20000000);
	assert_int_equal(plan.workloads[1].rate_mhz, 5000);
	assert_int_equal(hwloc_bitmap_weight(plan.cpus), 3); /* nothing runs on CPU 1 */
	done();
	req.workloads[1] = "null,cpus=4";
	assert_int_equal(build("qemu-4", &req), -ENODEV);
	assert_int_equal(err_class(), ERR_CANNOT);
	done();
}

static void counters(void **state)
{
	struct request req;

	(void)state;
	request_init(&req);
	req.workloads[0] = "timer,cpus=1";
	req.workloads[1] = "ipi,kind=reschedule,cpus=0,cpus=2-3";
	req.workloads[2] = "ipi,to=3,cpus=0,cpus=3";
	req.nr_workloads = 3;
	assert_int_equal(build("qemu-4", &req), 0);
	assert_int_equal(plan.nr_workers, 5);
	for (size_t i = 0; i < 5; i++) {
		static const struct {
			unsigned int cpu, target;
			const char *counter;
		} wanted[] = {
			{ 1, 1, "LOC" }, { 0, 2, "RES" }, { 2, 3, "RES" },
			{ 3, 0, "RES" }, { 0, 3, "CAL" },
		};

		assert_int_equal(plan.workers[i].cpu, wanted[i].cpu);
		assert_int_equal(plan.workers[i].target, wanted[i].target);
		assert_int_equal(plan.workers[i].irq_cpu, wanted[i].target);
		assert_string_equal(plan_counter_name(plan.workers[i].counter), wanted[i].counter);
	}
	assert_true(plan_counts_on(&plan, WL_COUNTER_CAL, 3));
	assert_false(plan_counts_on(&plan, WL_COUNTER_CAL, 0));
	assert_true(noted("CPU 3 is the target of the others and sends none itself"));
	assert_true(noted("and so are the ticks"));
	done();
	req.workloads[0] =
		"ipi"; /* alone, its target is another one's CPU, whose EOIs are counted too */
	req.nr_workloads = 1;
	req.cpus = "3";
	assert_int_equal(build("qemu-4", &req), 0);
	assert_int_equal(plan.nr_workers, 1);
	assert_int_equal(plan.workers[0].target, 0);
	assert_int_equal(hwloc_bitmap_weight(plan.cpus), 2);
	done();
}

static void samples(void **state)
{
	struct request req;

	(void)state;
	request_init(&req);
	req.workloads[0] = "null";
	req.nr_workloads = 1;
	req.set.duration_ns = 24 * 3600 * NS_PER_S;
	req.set.interval_ns = NS_PER_MS;
	assert_int_equal(build("qemu-2", &req), -EINVAL);
	assert_int_equal(err_class(), ERR_USAGE);
	done();
	req.set.duration_ns = 10 * NS_PER_MS; /* shorter than an interval: one interval */
	req.set.interval_ns = NS_PER_S;
	assert_int_equal(build("qemu-2", &req), 0);
	assert_int_equal(plan.set.interval_ns, 10 * NS_PER_MS);
	done();
}

static const struct CMUnitTest tests[] = {
	TEST("with a queue for each vCPU every worker has a vector of its own, and nothing is "
	     "remarked",
	     fits),
	TEST("with fewer queues the vCPUs without a vector are told apart, and the IPI is remarked",
	     fewer_queues),
	TEST("a shared vector, INTx and virtio-mmio are remarked", lines),
	TEST("without a module auto says why not, and msr is refused", eoi),
	TEST("a workload's keys reach its workers", keys),
	TEST("each workload has its own vCPUs and rate, where it asks for them", shares),
	TEST("timers and IPIs say which line of /proc/interrupts counts them, and on which CPU",
	     counters),
	TEST("more samples than memory holds are refused, an interval is at most the run", samples),
};

UNIT_MAIN(tests)
