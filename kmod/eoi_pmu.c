// SPDX-License-Identifier: GPL-2.0-only
/*
 * eoi_pmu.c - the counters as perf events: irqstorm_eoi/fast/ and irqstorm_eoi/msr/
 *
 * Knows: perf's interface for PMUs.
 * Must not know: how an EOI is made, files and ioctls.
 *
 * Events are per CPU only, because an EOI belongs to no task. perf reads a remote CPU's event by an
 * IPI, whose EOI is counted, too.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/perf_event.h>

#include "eoi_account.h"
#include "eoi_pmu.h"

/* as in the strings below */
enum { EOI_EVENT_FAST = 1, EOI_EVENT_MSR = 2 };

PMU_EVENT_ATTR_STRING(fast, attr_fast, "event=0x01");
PMU_EVENT_ATTR_STRING(msr, attr_msr, "event=0x02");
PMU_FORMAT_ATTR(event, "config:0-7");

static struct attribute *event_attrs[] = { &attr_fast.attr.attr, &attr_msr.attr.attr, NULL };
static struct attribute *format_attrs[] = { &format_attr_event.attr, NULL };
static const struct attribute_group events_group = { .name = "events", .attrs = event_attrs };
static const struct attribute_group format_group = { .name = "format", .attrs = format_attrs };
static const struct attribute_group *eoi_pmu_groups[] = { &events_group, &format_group, NULL };

static u64 read_counter(const struct perf_event *event)
{
	const struct irqstorm_eoi_cpu *record = this_cpu_read(eoi_account_record);

	return event->attr.config == EOI_EVENT_FAST ? READ_ONCE(record->fast)
						    : READ_ONCE(record->msr);
}

static int eoi_event_init(struct perf_event *event)
{
	if (event->attr.type != event->pmu->type)
		return -ENOENT;
	if (event->attr.config != EOI_EVENT_FAST && event->attr.config != EOI_EVENT_MSR)
		return -EINVAL;
	if (is_sampling_event(event))
		return -EOPNOTSUPP;
	if (event->cpu < 0 || (event->attach_state & PERF_ATTACH_TASK))
		return -EINVAL;
	return 0;
}

static void eoi_event_read(struct perf_event *event)
{
	const u64 new = read_counter(event);

	local64_add(new - local64_xchg(&event->hw.prev_count, new), &event->count);
}

static void eoi_event_start(struct perf_event *event, int flags)
{
	local64_set(&event->hw.prev_count, read_counter(event));
	event->hw.state = 0;
}

static void eoi_event_stop(struct perf_event *event, int flags)
{
	if (!(event->hw.state & PERF_HES_STOPPED))
		eoi_event_read(event);
	event->hw.state = PERF_HES_STOPPED;
}

static int eoi_event_add(struct perf_event *event, int flags)
{
	event->hw.state = PERF_HES_STOPPED;
	if (flags & PERF_EF_START)
		eoi_event_start(event, flags);
	return 0;
}

static struct pmu eoi_pmu = {
	.module = THIS_MODULE,
	.task_ctx_nr = perf_invalid_context,
	.capabilities = PERF_PMU_CAP_NO_INTERRUPT | PERF_PMU_CAP_NO_EXCLUDE,
	.attr_groups = eoi_pmu_groups,
	.event_init = eoi_event_init,
	.add = eoi_event_add,
	.del = eoi_event_stop,
	.start = eoi_event_start,
	.stop = eoi_event_stop,
	.read = eoi_event_read,
};

int eoi_pmu_register(void)
{
	return perf_pmu_register(&eoi_pmu, KBUILD_MODNAME, -1);
}

void eoi_pmu_unregister(void)
{
	perf_pmu_unregister(&eoi_pmu);
}
