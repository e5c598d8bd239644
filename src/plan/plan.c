// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan.c - refuses or chooses, before anything runs. Given a request and the guest's facts it is a
 * pure function, but for stat() of a path below the root and a workload's probe on the running
 * guest.
 */
#include "plan/plan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "base/units.h"
#include "plan/config.h"
#include "plan/cpus.h"
#include "plan/netplan.h"
#include "plan/placement.h"
#include "plan/schedule.h"

#define DRAIN_NS (5 * NS_PER_S)
#define MAX_SAMPLES 4000000ULL /* vCPUs x intervals; as JSON each takes 0.8 kB of memory */

int plan_note(struct plan *plan, const char *fmt, ...)
{
	char **notes = realloc(plan->notes, (plan->nr_notes + 1) * sizeof(*notes));
	va_list ap;
	int n;

	if (!notes)
		return err_nomem();
	plan->notes = notes;
	va_start(ap, fmt);
	n = vasprintf(&notes[plan->nr_notes], fmt, ap);
	va_end(ap);
	if (n < 0)
		return err_nomem();
	plan->nr_notes++;
	return 0;
}

int plan_may_run(const struct workload *wl, const struct guest *guest, char *why, size_t size)
{
	size_t nr_disks = 0;

	if (wl->device == WL_DEVICE_VIRTIO_BLK) {
		for (size_t i = 0; i < guest->irqmap.nr_devices; i++)
			nr_disks += guest->irqmap.devices[i].kind == DEVICE_BLOCK;
		if (!nr_disks) {
			snprintf(why, size,
				 "this guest has no virtio-blk, virtio-scsi or NVMe disk");
			return -ENODEV;
		}
	}
	if (wl->device != WL_DEVICE_NONE && guest->machine.io_uring_disabled) {
		snprintf(
			why, size,
			"io_uring is switched off for this user (sysctl kernel.io_uring_disabled)");
		return -EPERM;
	}
	return guest->machine.live && wl->probe ? wl->probe(why, size) : 0;
}

static int add_workload(struct plan *plan, const char *spec, const struct request *req,
			const struct guest *guest)
{
	struct plan_workload *pw =
		&plan->workloads[plan->nr_workloads++]; /* counted first: fini takes a half-built
							   one */
	char why[256];
	int ret = config_parse(pw, spec);

	if (ret)
		return ret;
	if (!pw->has_rate)
		pw->rate_mhz = plan->set.rate_mhz;
	if (!pw->workload->fire && pw->rate_mhz != UNITS_RATE_MAX)
		return err_usage("%s paces itself: no rate can be given", pw->workload->name);
	if (plan_may_run(pw->workload, guest, why, sizeof(why)))
		return err_cannot("%s: %s", pw->workload->name, why);
	if (pw->workload->depth && plan_batch(pw, pw->rate_mhz) > pw->workload->depth(pw->values))
		return err_usage(
			"%s: batch=%u is more than depth=%u, which are in flight at the most",
			pw->workload->name, plan_batch(pw, pw->rate_mhz),
			pw->workload->depth(pw->values));
	ret = cpus_of_workload(pw, plan, &guest->machine);
	if (!ret && pw->workload->aims)
		ret = cpus_aim(pw, plan, &guest->machine);
	if (!ret)
		ret = placement_find_device(plan, pw, req, guest);
	for (size_t i = 0; !ret && pw->device && i + 1 < plan->nr_workloads; i++)
		if (plan->workloads[i].device &&
		    !strcmp(plan->workloads[i].device->name, pw->device->name))
			ret = err_usage(
				"%s: %s is asked for twice: its interrupts could not be told apart",
				pw->workload->name, pw->device->node);
	return ret;
}

/* the run's CPUs are those that have a worker or are the target of one; from here on there is room
 * for so many workers */
static int unite_cpus(struct plan *plan, const struct machine *m)
{
	size_t nr = 0;
	int cpu;

	hwloc_bitmap_zero(plan->cpus);
	for (size_t i = 0; i < plan->nr_workloads; i++) {
		hwloc_bitmap_or(plan->cpus, plan->cpus, plan->workloads[i].cpus);
		nr += (size_t)hwloc_bitmap_weight(plan->workloads[i].cpus);
		hwloc_bitmap_foreach_begin(cpu, plan->workloads[i].cpus)
		{
			hwloc_bitmap_set(plan->cpus,
					 cpus_target(&plan->workloads[i], (unsigned int)cpu, m));
		}
		hwloc_bitmap_foreach_end();
	}
	plan->workers = calloc(nr, sizeof(*plan->workers));
	return plan->workers ? 0 : err_nomem();
}

static int add_workers(struct plan *plan, unsigned int workload, const struct request *req,
		       const struct guest *guest)
{
	const struct plan_workload *pw = &plan->workloads[workload];
	int cpu, ret;

	hwloc_bitmap_foreach_begin(cpu, pw->cpus)
	{
		struct plan_worker *w = &plan->workers[plan->nr_workers++];

		w->cpu = (unsigned int)cpu;
		w->workload = workload;
		w->depth = pw->workload->depth ? pw->workload->depth(pw->values) : 1;
		w->target = cpus_target(pw, w->cpu, &guest->machine);
		w->counter = pw->workload->counter ? pw->workload->counter(pw->values)
						   : WL_COUNTER_VECTORS;
		placement_of_worker(w, pw);
	}
	hwloc_bitmap_foreach_end();
	ret = netplan_steer(plan, workload, req, guest);
	return ret ? ret : placement_notes(plan, workload);
}

static int choose_eoi(struct plan *plan, const struct request *req, const struct guest *guest)
{
	const struct eoidev_info *eoi = &guest->eoi;

	if (req->set.eoi_cycles && (req->set.eoi == EOI_NONE || eoi->state != EOIDEV_READY))
		return err_cannot("--eoi-cycles: %s", req->set.eoi == EOI_NONE
							      ? "--eoi=none counts nothing"
							      : eoi->why);
	if (req->set.eoi_cycles && (!eoi->control || !eoi->can_time))
		return err_cannot("--eoi-cycles: %s",
				  !eoi->control
					  ? "timing the EOIs of every vCPU takes CAP_SYS_ADMIN"
					  : "this module cannot time EOIs: load the one that came "
					    "with irqstorm");
	if (req->set.eoi == EOI_NONE) {
		snprintf(plan->no_eoi_why, sizeof(plan->no_eoi_why),
			 "EOIs are not counted: --eoi=none");
		return 0;
	}
	/* another ABI is refused with auto too: who has loaded a module expects its counts */
	if (eoi->state == EOIDEV_OTHER_ABI)
		return err_cannot("%s, or run with --eoi=none", eoi->why);
	if (eoi->state == EOIDEV_READY) {
		if (req->set.eoi != EOI_AUTO && !eoi->control)
			return err_cannot("--eoi=%s sets the mode of every vCPU, and that takes "
					  "CAP_SYS_ADMIN",
					  eoi_ask_names[req->set.eoi]);
		plan->count_eoi = true;
		return 0;
	}
	if (req->set.eoi != EOI_AUTO)
		return err_cannot("--eoi=%s: %s", eoi_ask_names[req->set.eoi], eoi->why);
	snprintf(plan->no_eoi_why, sizeof(plan->no_eoi_why), "EOIs are not counted: %s", eoi->why);
	return 0;
}

static void take_settings(struct plan *plan, const struct request *req)
{
	plan->set = req->set;
	plan->program = req->program;
	if (req->program && !req->has_duration)
		plan->set.duration_ns = 0;
	plan->drain_ns = DRAIN_NS;
}

static int choose_interval(struct plan *plan, const struct request *req)
{
	uint64_t nr_cpus = (uint64_t)hwloc_bitmap_weight(plan->cpus), nr;
	char buf[UNITS_TEXT];

	plan->set.interval_ns = plan->set.duration_ns &&
						plan->set.duration_ns < req->set.interval_ns
					? plan->set.duration_ns
					: req->set.interval_ns;
	nr = plan->set.duration_ns / plan->set.interval_ns *
	     (plan->set.experiment ? schedule_nr_blocks(plan) : 1);
	if (nr > MAX_SAMPLES / nr_cpus)
		return err_usage("--interval=%s is too short: %llu intervals of %llu vCPUs would "
				 "not fit in memory",
				 units_format_time(req->set.interval_ns, buf),
				 (unsigned long long)nr, (unsigned long long)nr_cpus);
	return 0;
}

int plan_build(struct plan *plan, const struct request *req, const struct guest *guest)
{
	static const char *const fallback[] = { "virtio-blk" };
	const char *const *specs = req->nr_workloads ? req->workloads : fallback;
	unsigned int nr = req->nr_workloads ? req->nr_workloads : req->program ? 0 : 1;
	int ret;

	memset(plan, 0, sizeof(*plan));
	ret = cpus_of_run(plan, req, &guest->machine);
	take_settings(plan, req);
	if (!ret)
		ret = choose_eoi(plan, req, guest);
	if (ret)
		return ret;
	plan->workloads = calloc(nr + 1, sizeof(*plan->workloads));
	if (!plan->workloads)
		return err_nomem();
	for (unsigned int i = 0; !ret && i < nr; i++)
		ret = add_workload(plan, specs[i], req, guest);
	if (!ret && !plan->program)
		ret = unite_cpus(plan, &guest->machine);
	if (!ret)
		ret = schedule_build(plan, req, guest);
	if (!ret)
		ret = choose_interval(plan, req);
	for (unsigned int i = 0; !ret && i < nr; i++)
		ret = add_workers(plan, i, req, guest);
	if (!ret && guest->irqmap.no_interrupts_why[0])
		ret = plan_note(plan, "%s", guest->irqmap.no_interrupts_why);
	return ret;
}

unsigned int plan_batch(const struct plan_workload *pw, uint64_t rate_mhz)
{
	unsigned int batch = pw->workload->batch ? pw->workload->batch(pw->values) : 0;

	if (batch)
		return batch;
	return rate_mhz == UNITS_RATE_MAX && pw->workload->depth ? pw->workload->depth(pw->values)
								 : 1;
}

const char *plan_counter_name(enum wl_counter counter)
{
	static const char *const names[] = {
		[WL_COUNTER_LOC] = "LOC", [WL_COUNTER_RES] = "RES", [WL_COUNTER_CAL] = "CAL"
	};

	return names[counter];
}

bool plan_counts_on(const struct plan *plan, enum wl_counter counter, unsigned int cpu)
{
	for (size_t i = 0; i < plan->nr_workers; i++)
		if (plan->workers[i].counter == counter && plan->workers[i].irq_cpu == (int)cpu)
			return true;
	return false;
}

void plan_fini(struct plan *plan)
{
	for (size_t i = 0; i < plan->nr_workloads; i++) {
		free(plan->workloads[i].text);
		free(plan->workloads[i].path);
		free(plan->workloads[i].irqs);
		free(plan->workloads[i].cpus_texts);
		hwloc_bitmap_free(plan->workloads[i].cpus);
	}
	for (size_t i = 0; i < plan->nr_notes; i++)
		free(plan->notes[i]);
	free(plan->workloads);
	free(plan->cells);
	free(plan->workers);
	free(plan->steers);
	free(plan->notes);
	hwloc_bitmap_free(plan->cpus);
	memset(plan, 0, sizeof(*plan));
}
