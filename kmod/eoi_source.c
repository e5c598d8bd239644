// SPDX-License-Identifier: GPL-2.0-only
/*
 * eoi_source.c - tells the counters which handler was entered
 *
 * Knows: the kernel's interrupt tracepoints and flow handlers.
 * Must not know: how an EOI is made or counted.
 *
 * Tracepoints are not exported by name, but can be iterated. All probes run with interrupts off.
 * Left out are vectors whose EOI comes last (thermal, threshold, error) or not always (spurious).
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

static void probe_irq_handler_entry(void *unused, int irq, struct irqaction *action)
{
	struct irq_data *data = irq_get_irq_data(irq);
	const struct irq_desc *desc = data ? irq_data_to_desc(data) : NULL;

	/* a shared IRQ has one EOI, but a handler entry for each of its actions */
	if (!desc || desc->action != action)
		return;
	if (desc->handle_irq == handle_edge_irq)
		eoi_account_entry(eoi_account_irq(irq));
	/* Xen's pirqs use this flow without a domain; they make no local APIC EOI */
	else if (desc->handle_irq == handle_fasteoi_irq && data->domain)
		eoi_account_entry_level(eoi_account_irq(irq));
	else
		eoi_account_entry_no_eoi();
}

static void probe_vector_entry(void *index, int vector)
{
	eoi_account_entry(eoi_account_vector((unsigned long)index));
}

static struct source_probe {
	const char *name;
	void *fn;
	unsigned long index; /* IRQSTORM_EOI_V_* */
	struct tracepoint *tp;
} probes[] = {
	{ "irq_handler_entry", probe_irq_handler_entry },
	{ "local_timer_entry", probe_vector_entry, IRQSTORM_EOI_V_LOCAL_TIMER },
	{ "reschedule_entry", probe_vector_entry, IRQSTORM_EOI_V_RESCHEDULE },
	{ "call_function_entry", probe_vector_entry, IRQSTORM_EOI_V_CALL_FUNCTION },
	{ "call_function_single_entry", probe_vector_entry, IRQSTORM_EOI_V_CALL_FUNCTION_SINGLE },
	{ "irq_work_entry", probe_vector_entry, IRQSTORM_EOI_V_IRQ_WORK },
};

/* never called: a changed tracepoint prototype must stop the build */
static void __always_unused check_probe_prototypes(void)
{
	check_trace_callback_type_irq_handler_entry(probe_irq_handler_entry);
	check_trace_callback_type_local_timer_entry(probe_vector_entry);
	check_trace_callback_type_reschedule_entry(probe_vector_entry);
	check_trace_callback_type_call_function_entry(probe_vector_entry);
	check_trace_callback_type_call_function_single_entry(probe_vector_entry);
	check_trace_callback_type_irq_work_entry(probe_vector_entry);
}

static void match_tracepoint(struct tracepoint *tp, void *unused)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		if (!strcmp(tp->name, probes[i].name))
			probes[i].tp = tp;
	}
}

static void unregister_probes(int nr)
{
	while (nr--)
		tracepoint_probe_unregister(probes[nr].tp, probes[nr].fn, (void *)probes[nr].index);
	tracepoint_synchronize_unregister();
}

int eoi_source_register(void)
{
	int err, i;

	for_each_kernel_tracepoint(match_tracepoint, NULL);
	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		err = -ENOENT;
		if (probes[i].tp)
			err = tracepoint_probe_register(probes[i].tp, probes[i].fn,
							(void *)probes[i].index);
		if (err) {
			pr_err("cannot attach to tracepoint %s: error %d (irqs=0 needs none)\n",
			       probes[i].name, err);
			unregister_probes(i);
			return err;
		}
	}
	return 0;
}

void eoi_source_unregister(void)
{
	unregister_probes(ARRAY_SIZE(probes));
}
