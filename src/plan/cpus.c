// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cpus.c - turns CPU lists and locations into sets, and refuses what cannot be had. Knows the
 * machine's sets; no device.
 */
#include "plan/cpus.h"

#include <stdio.h>
#include <string.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "plan/config.h"

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

	hwloc_bitmap_foreach_begin(cpu, asked)
	{
		unsigned int c = (unsigned int)cpu;

		/* not only the usable ones: the affinity mask bounds the default, and the kernel
		 * lets a process leave it (isolcpus=, taskset) */
		if (hwloc_bitmap_isset(m->allowed, c))
			continue;
		if (!hwloc_bitmap_isset(m->possible, c))
			return err_cannot("there is no CPU %d: possible are %s", cpu,
					  list_of(m->possible, list, sizeof(list)));
		if (!hwloc_bitmap_isset(m->online, c))
			return err_cannot("CPU %d is offline: online are %s", cpu,
					  list_of(m->online, list, sizeof(list)));
		return err_cannot("CPU %d is outside this cpuset: allowed are %s", cpu,
				  list_of(m->allowed, list, sizeof(list)));
	}
	hwloc_bitmap_foreach_end();
	return 0;
}

/* name: the option or "WORKLOAD: cpus", for the sentence */
static int add_cpus(hwloc_bitmap_t set, const char *name, const char *text, const struct machine *m)
{
	if (strchr(text, ':'))
		return machine_location(m, text, set);
	if (cpulist_parse(text, set))
		return err_usage("%s=%s is neither a CPU list (0-3,8) nor a location (package:0, "
				 "numa:1, core:0-1)",
				 name, text);
	return 0;
}

static int check_cpus(hwloc_const_bitmap_t set, const char *name, const char *text,
		      const struct machine *m)
{
	return hwloc_bitmap_iszero(set) ? err_usage("%s=%s names no CPU", name, text)
					: refuse_cpus(m, set);
}

int cpus_of_run(struct plan *plan, const struct request *req, const struct machine *m)
{
	int ret;

	plan->cpus = req->cpus ? hwloc_bitmap_alloc() : hwloc_bitmap_dup(m->usable);
	if (!plan->cpus)
		return err_nomem();
	if (!req->cpus)
		return hwloc_bitmap_iszero(plan->cpus)
			       ? err_cannot("there is no CPU that may be used")
			       : 0;
	ret = add_cpus(plan->cpus, "--cpus", req->cpus, m);
	return ret ? ret : check_cpus(plan->cpus, "--cpus", req->cpus, m);
}

int cpus_of_workload(struct plan_workload *pw, const struct plan *plan, const struct machine *m)
{
	char name[64];
	int ret = 0;

	pw->cpus = pw->nr_cpus_texts ? hwloc_bitmap_alloc() : hwloc_bitmap_dup(plan->cpus);
	if (!pw->cpus)
		return err_nomem();
	snprintf(name, sizeof(name), "%s: cpus", pw->workload->name);
	for (size_t i = 0; !ret && i < pw->nr_cpus_texts; i++) {
		ret = add_cpus(pw->cpus, name, pw->cpus_texts[i], m);
		if (!ret)
			ret = check_cpus(pw->cpus, name, pw->cpus_texts[i], m);
	}
	return ret;
}

int cpus_aim(struct plan_workload *pw, struct plan *plan, const struct machine *m)
{
	const struct wl_value *to = config_given(pw, "to");
	const char *name = pw->workload->name;
	hwloc_bitmap_t set;
	int ret;

	if (hwloc_bitmap_weight(m->allowed) < 2)
		return err_cannot("%s: takes a second vCPU, and only CPU %d can be used", name,
				  hwloc_bitmap_first(m->allowed));
	if (!to)
		return 0;
	set = hwloc_bitmap_alloc();
	if (!set)
		return err_nomem();
	hwloc_bitmap_set(set, (unsigned int)to->number);
	ret = refuse_cpus(m, set);
	hwloc_bitmap_free(set);
	if (ret || !hwloc_bitmap_isset(pw->cpus, (unsigned int)to->number))
		return ret;
	hwloc_bitmap_clr(pw->cpus, (unsigned int)to->number);
	if (hwloc_bitmap_iszero(pw->cpus))
		return err_usage("%s: to=%s names its only vCPU: it takes another one that sends",
				 name, to->text);
	return plan_note(plan, "%s: CPU %s is the target of the others and sends none itself", name,
			 to->text);
}

unsigned int cpus_target(const struct plan_workload *pw, unsigned int cpu, const struct machine *m)
{
	const struct wl_value *to = config_given(pw, "to");
	hwloc_const_bitmap_t among = hwloc_bitmap_weight(pw->cpus) > 1	  ? pw->cpus
				     : hwloc_bitmap_weight(m->usable) > 1 ? m->usable
									  : m->allowed;
	int next;

	if (!pw->workload->aims)
		return cpu;
	if (to)
		return (unsigned int)to->number;
	next = hwloc_bitmap_next(among, (int)cpu);
	return (unsigned int)(next >= 0 ? next : hwloc_bitmap_first(among));
}
