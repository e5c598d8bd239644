// SPDX-License-Identifier: GPL-2.0-only
/*
 * pmu.c - the counters as events of perf: irqstorm_eoi/fast/ and irqstorm_eoi/msr/
 *
 * Knows: perf's interface for PMUs.
 * Must not know: how an EOI is made, files and ioctls.
 *
 * An event is a CPU's: an EOI answers an interrupt, and that is no task's. perf reads an event on
 * the event's CPU, for which it sends an IPI where that is another one; its EOI is counted, too.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/perf_event.h>

#include "eoi_account.h"
#include "pmu.h"

enum { EVENT_FAST = 1, EVENT_MSR = 2 }; /* as in the strings below */

PMU_EVENT_ATTR_STRING(fast, attr_fast, "event=0x01");
PMU_EVENT_ATTR_STRING(msr, attr_msr, "event=0x02");
PMU_FORMAT_ATTR(event, "config:0-7");

static struct attribute *event_attrs[] = { &attr_fast.attr.attr, &attr_msr.attr.attr, NULL };
static struct attribute *format_attrs[] = { &format_attr_event.attr, NULL };
static const struct attribute_group events_group = { .name = "events", .attrs = event_attrs };
static const struct attribute_group format_group = { .name = "format", .attrs = format_attrs };
static const struct attribute_group *groups[] = { &events_group, &format_group, NULL };

static u64 now(const struct perf_event *event)
{
	const struct irqstorm_eoi_cpu *record = this_cpu_read(eoi_account_record);

	return event->attr.config == EVENT_FAST ? READ_ONCE(record->fast) : READ_ONCE(record->msr);
}

static int event_init(struct perf_event *event)
{
	if (event->attr.type != event->pmu->type)
		return -ENOENT;
	if (event->attr.config != EVENT_FAST && event->attr.config != EVENT_MSR)
		return -EINVAL;
	if (is_sampling_event(event))
		return -EOPNOTSUPP;
	if (event->cpu < 0 || (event->attach_state & PERF_ATTACH_TASK))
		return -EINVAL;
	return 0;
}

static void event_read(struct perf_event *event)
{
	const u64 new = now(event);

	local64_add(new - local64_xchg(&event->hw.prev_count, new), &event->count);
}

static void event_start(struct perf_event *event, int flags)
{
	local64_set(&event->hw.prev_count, now(event));
	event->hw.state = 0;
}

static void event_stop(struct perf_event *event, int flags)
{
	if (!(event->hw.state & PERF_HES_STOPPED))
		event_read(event);
	event->hw.state = PERF_HES_STOPPED;
}

static int event_add(struct perf_event *event, int flags)
{
	event->hw.state = PERF_HES_STOPPED;
	if (flags & PERF_EF_START)
		event_start(event, flags);
	return 0;
}

static struct pmu pmu = {
	.module = THIS_MODULE,
	.task_ctx_nr = perf_invalid_context,
	.capabilities = PERF_PMU_CAP_NO_INTERRUPT | PERF_PMU_CAP_NO_EXCLUDE,
	.attr_groups = groups,
	.event_init = event_init,
	.add = event_add,
	.del = event_stop,
	.start = event_start,
	.stop = event_stop,
	.read = event_read,
};

int pmu_start(void)
{
	return perf_pmu_register(&pmu, KBUILD_MODNAME, -1);
}

void pmu_stop(void)
{
	perf_pmu_unregister(&pmu);
}
