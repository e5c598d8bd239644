// SPDX-License-Identifier: GPL-2.0-only
/*
 * eoi_source.c - tells the counters which interrupt's handler was entered
 *
 * Knows: the kernel's tracepoints of interrupts, and flow handlers.
 * Must not know: how an EOI is made or counted.
 *
 * The tracepoints are not exported by name, but can be looked for. All probes run with interrupts
 * off. Not used: those of interrupts that make their EOI at the end (thermal, threshold, error) or
 * not always (spurious).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <asm/trace/irq_vectors.h>
#include <trace/events/irq.h>

#include "eoi_account.h"
#include "eoi_source.h"

static void on_irq(void *unused, int irq, struct irqaction *action)
{
	struct irq_data *data = irq_get_irq_data(irq);
	const struct irq_desc *desc = data ? irq_data_to_desc(data) : NULL;

	/* a shared interrupt has one EOI, and a handler entry for each of its actions */
	if (!desc || desc->action != action)
		return;
	if (desc->handle_irq == handle_edge_irq)
		eoi_account_entry(eoi_account_irq(irq));
	/* Xen's pirqs have that flow, too, and no domain; they make no EOI of the local APIC */
	else if (desc->handle_irq == handle_fasteoi_irq && data->domain)
		eoi_account_entry_level(eoi_account_irq(irq));
	else
		eoi_account_entry_other();
}

static void on_vector(void *place, int vector)
{
	eoi_account_entry(eoi_account_vector((unsigned long)place));
}

static struct probe {
	const char *name;
	void *fn;
	unsigned long place;
	struct tracepoint *tp;
} probes[] = {
	{ "irq_handler_entry", on_irq },
	{ "local_timer_entry", on_vector, IRQSTORM_EOI_V_LOCAL_TIMER },
	{ "reschedule_entry", on_vector, IRQSTORM_EOI_V_RESCHEDULE },
	{ "call_function_entry", on_vector, IRQSTORM_EOI_V_CALL_FUNCTION },
	{ "call_function_single_entry", on_vector, IRQSTORM_EOI_V_CALL_FUNCTION_SINGLE },
	{ "irq_work_entry", on_vector, IRQSTORM_EOI_V_IRQ_WORK },
};

/* never called: a tracepoint whose arguments have changed stops the build */
static void __always_unused canary(void)
{
	check_trace_callback_type_irq_handler_entry(on_irq);
	check_trace_callback_type_local_timer_entry(on_vector);
	check_trace_callback_type_reschedule_entry(on_vector);
	check_trace_callback_type_call_function_entry(on_vector);
	check_trace_callback_type_call_function_single_entry(on_vector);
	check_trace_callback_type_irq_work_entry(on_vector);
}

static void find(struct tracepoint *tp, void *unused)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		if (!strcmp(tp->name, probes[i].name))
			probes[i].tp = tp;
	}
}

static void stop_before(int i)
{
	while (i--)
		tracepoint_probe_unregister(probes[i].tp, probes[i].fn, (void *)probes[i].place);
	tracepoint_synchronize_unregister();
}

int eoi_source_start(void)
{
	int err, i;

	for_each_kernel_tracepoint(find, NULL);
	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		err = -ENOENT;
		if (probes[i].tp)
			err = tracepoint_probe_register(probes[i].tp, probes[i].fn,
							(void *)probes[i].place);
		if (err) {
			pr_err("cannot use the tracepoint %s (error %d); irqs=0 would do without\n",
			       probes[i].name, err);
			stop_before(i);
			return err;
		}
	}
	return 0;
}

void eoi_source_stop(void)
{
	stop_before(ARRAY_SIZE(probes));
}
