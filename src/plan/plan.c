// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan.c - refuses or chooses, before anything runs. Given a request and the guest's facts it is a pure function, but
 * for stat() of a path below the root and a workload's probe on the running guest.
 */
#include "plan/plan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "base/units.h"
#include "plan/config.h"
#include "plan/placement.h"

#define DRAIN_NS	(5 * NS_PER_S)
#define MAX_SAMPLES 4000000ULL		/* vCPUs x intervals; as JSON each takes 0.8 kB of memory */

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

static const char *list_of(hwloc_const_bitmap_t set, char *buf, size_t size)
{
	cpulist_format(set, buf, size);
	return buf[0] ? buf : "none";
}

/* says of the first CPU that was asked for and cannot be had what is the matter with it */
static int refuse_cpus(const struct machine *m, hwloc_const_bitmap_t asked)
{
	char list[512];
	int cpu;

	hwloc_bitmap_foreach_begin(cpu, asked) {
		unsigned int c = (unsigned int)cpu;

		if (hwloc_bitmap_isset(m->usable, c))
			continue;
		if (!hwloc_bitmap_isset(m->possible, c))
			return err_cannot("there is no CPU %d: possible are %s", cpu, list_of(m->possible, list, sizeof(list)));
		if (!hwloc_bitmap_isset(m->online, c))
			return err_cannot("CPU %d is offline: online are %s", cpu, list_of(m->online, list, sizeof(list)));
		if (!hwloc_bitmap_isset(m->allowed, c))
			return err_cannot("CPU %d is outside this cpuset: allowed are %s", cpu,
					  list_of(m->allowed, list, sizeof(list)));
		return err_cannot("CPU %d is outside this process's affinity mask: usable are %s", cpu,
				  list_of(m->usable, list, sizeof(list)));
	} hwloc_bitmap_foreach_end();
	return 0;
}

static int choose_cpus(struct plan *plan, const struct request *req, const struct machine *m)
{
	int ret;

	plan->cpus = req->cpus ? hwloc_bitmap_alloc() : hwloc_bitmap_dup(m->usable);
	if (!plan->cpus)
		return err_nomem();
	if (!req->cpus)
		return hwloc_bitmap_iszero(plan->cpus) ? err_cannot("there is no CPU that may be used") : 0;
	if (strchr(req->cpus, ':')) {
		ret = machine_location(m, req->cpus, plan->cpus);
		if (ret)
			return ret;
	} else if (cpulist_parse(req->cpus, plan->cpus)) {
		return err_usage("--cpus=%s is neither a CPU list (0-3,8) nor a location (package:0, numa:1, core:0-1)",
				 req->cpus);
	}
	if (hwloc_bitmap_iszero(plan->cpus))
		return err_usage("--cpus=%s names no CPU", req->cpus);
	return refuse_cpus(m, plan->cpus);
}

int plan_may_run(const struct workload *wl, const struct guest *guest, char *why, size_t size)
{
	size_t nr_disks = 0;

	if (wl->device == WL_DEVICE_VIRTIO_BLK) {
		for (size_t i = 0; i < guest->irqmap.nr_devices; i++)
			nr_disks += guest->irqmap.devices[i].kind == DEVICE_BLOCK;
		if (!nr_disks) {
			snprintf(why, size, "this guest has no virtio-blk device");
			return -ENODEV;
		}
		if (guest->machine.io_uring_disabled) {
			snprintf(why, size, "io_uring is switched off for this user (sysctl kernel.io_uring_disabled)");
			return -EPERM;
		}
	}
	return guest->machine.live && wl->probe ? wl->probe(why, size) : 0;
}

static int add_workload(struct plan *plan, const char *spec, const struct guest *guest)
{
	struct plan_workload *pw = &plan->workloads[plan->nr_workloads++];	/* counted first: fini takes a half-built one */
	char why[256];
	int ret = config_parse(pw, spec);

	if (ret)
		return ret;
	if (!pw->workload->fire && plan->rate_mhz != UNITS_RATE_MAX)
		return err_usage("%s paces itself: --rate cannot be given", pw->workload->name);
	if (plan_may_run(pw->workload, guest, why, sizeof(why)))
		return err_cannot("%s: %s", pw->workload->name, why);
	ret = placement_find_device(plan, pw, guest);
	for (size_t i = 0; !ret && pw->device && i + 1 < plan->nr_workloads; i++)
		if (plan->workloads[i].device == pw->device)
			ret = err_usage("%s: %s is asked for twice: its interrupts could not be told apart",
					pw->workload->name, pw->device->node);
	return ret;
}

static int add_workers(struct plan *plan, unsigned int workload)
{
	const struct plan_workload *pw = &plan->workloads[workload];
	int cpu;

	hwloc_bitmap_foreach_begin(cpu, plan->cpus) {
		struct plan_worker *w = &plan->workers[plan->nr_workers++];

		w->cpu = (unsigned int)cpu;
		w->workload = workload;
		w->depth = pw->workload->depth ? pw->workload->depth(pw->values) : 1;
		placement_of_worker(w, pw);
	} hwloc_bitmap_foreach_end();
	return placement_notes(plan, workload);
}

static int choose_eoi(struct plan *plan, const struct request *req, const struct guest *guest)
{
	const struct eoidev_info *eoi = &guest->eoi;

	plan->eoi = req->eoi;
	plan->eoi_cycles = req->eoi_cycles;
	if (req->eoi_cycles && (req->eoi == EOI_NONE || eoi->state != EOIDEV_READY))
		return err_cannot("--eoi-cycles: %s", req->eoi == EOI_NONE ? "--eoi=none counts nothing" : eoi->why);
	if (req->eoi_cycles && (!eoi->control || !eoi->can_time))
		return err_cannot("--eoi-cycles: %s", !eoi->control ? "timing the EOIs of every vCPU takes CAP_SYS_ADMIN" :
				  "this module cannot time EOIs: load the one that came with irqstorm");
	if (req->eoi == EOI_NONE) {
		snprintf(plan->no_eoi_why, sizeof(plan->no_eoi_why), "EOIs are not counted: --eoi=none");
		return 0;
	}
	/* another ABI is refused with auto too: who has loaded a module expects its counts */
	if (eoi->state == EOIDEV_OTHER_ABI)
		return err_cannot("%s, or run with --eoi=none", eoi->why);
	if (eoi->state == EOIDEV_READY) {
		if (req->eoi != EOI_AUTO && !eoi->control)
			return err_cannot("--eoi=%s sets the mode of every vCPU, and that takes CAP_SYS_ADMIN",
					  eoi_ask_names[req->eoi]);
		plan->count_eoi = true;
		return 0;
	}
	if (req->eoi != EOI_AUTO)
		return err_cannot("--eoi=%s: %s", eoi_ask_names[req->eoi], eoi->why);
	snprintf(plan->no_eoi_why, sizeof(plan->no_eoi_why), "EOIs are not counted: %s", eoi->why);
	return 0;
}

static int check_times(struct plan *plan, const struct request *req)
{
	uint64_t nr_cpus = (uint64_t)hwloc_bitmap_weight(plan->cpus);
	char buf[UNITS_TEXT];

	plan->rate_mhz = req->rate_mhz;
	plan->duration_ns = req->duration_ns;
	plan->warmup_ns = req->warmup_ns;
	plan->interval_ns = req->interval_ns < req->duration_ns ? req->interval_ns : req->duration_ns;
	plan->drain_ns = DRAIN_NS;
	plan->pace = req->pace;
	plan->arrivals = req->arrivals;
	plan->seed = req->seed;
	if (req->duration_ns / plan->interval_ns > MAX_SAMPLES / nr_cpus)
		return err_usage("--interval=%s is too short: %llu intervals of %llu vCPUs would not fit in memory",
				 units_format_time(req->interval_ns, buf),
				 (unsigned long long)(req->duration_ns / plan->interval_ns), (unsigned long long)nr_cpus);
	return 0;
}

int plan_build(struct plan *plan, const struct request *req, const struct guest *guest)
{
	static const char *const fallback[] = { "virtio-blk" };
	const char *const *specs = req->nr_workloads ? req->workloads : fallback;
	unsigned int nr = req->nr_workloads ? req->nr_workloads : 1;
	int ret;

	memset(plan, 0, sizeof(*plan));
	ret = choose_cpus(plan, req, &guest->machine);
	if (!ret)
		ret = check_times(plan, req);
	if (!ret)
		ret = choose_eoi(plan, req, guest);
	if (ret)
		return ret;
	plan->workloads = calloc(nr, sizeof(*plan->workloads));
	plan->workers = calloc((size_t)nr * (size_t)hwloc_bitmap_weight(plan->cpus), sizeof(*plan->workers));
	if (!plan->workloads || !plan->workers)
		return err_nomem();
	for (unsigned int i = 0; !ret && i < nr; i++)
		ret = add_workload(plan, specs[i], guest);
	for (unsigned int i = 0; !ret && i < nr; i++)
		ret = add_workers(plan, i);
	return ret;
}

void plan_fini(struct plan *plan)
{
	for (size_t i = 0; i < plan->nr_workloads; i++) {
		free(plan->workloads[i].text);
		free(plan->workloads[i].path);
		free(plan->workloads[i].irqs);
	}
	for (size_t i = 0; i < plan->nr_notes; i++)
		free(plan->notes[i]);
	free(plan->workloads);
	free(plan->workers);
	free(plan->notes);
	hwloc_bitmap_free(plan->cpus);
	memset(plan, 0, sizeof(*plan));
}
