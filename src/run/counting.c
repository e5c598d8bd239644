// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * counting.c - opens the module and sets what was asked for. Reads no counter.
 */
#include "run/counting.h"

#include "irqstorm_eoi.h"

int counting_set_mode(struct eoidev *eoi, enum eoi_ask mode)
{
	static const unsigned int modes[] = { [EOI_PV] = IRQSTORM_EOI_MODE_PV,
					      [EOI_MSR] = IRQSTORM_EOI_MODE_MSR,
					      [EOI_IGNORED] = IRQSTORM_EOI_MODE_IGNORED };

	return mode == EOI_AUTO || mode == EOI_NONE ? 0 : eoidev_set_mode(eoi, modes[mode]);
}

static const char *mode_name(unsigned int mode)
{
	return mode == IRQSTORM_EOI_MODE_IGNORED ? "ignored"
	       : mode == IRQSTORM_EOI_MODE_PV	 ? "pv"
	       : mode == IRQSTORM_EOI_MODE_MSR	 ? "msr"
						 : NULL;
}

int counting_open(struct eoidev *eoi, const struct plan *plan, const struct guest *guest,
		  struct record *rec)
{
	const bool arms = plan->nr_cells && plan->cells[0].eoi != EOI_AUTO;
	int ret;

	*eoi = (struct eoidev){ .fd = -1 };
	if (!plan->count_eoi)
		return 0;
	ret = eoidev_open(eoi, guest->root);
	if (!ret)
		ret = counting_set_mode(eoi, plan->set.eoi);
	rec->pv_eoi_usable = guest->eoi.offered;
	rec->calib_msr_cycles = guest->eoi.calib_msr_cycles;
	rec->calib_base_cycles = guest->eoi.calib_base_cycles;
	rec->tsc_khz = guest->eoi.tsc_khz;
	rec->pv_eoi_word = guest->eoi.kernel_word ? "kernel" : "own";
	if (!ret && plan->set.eoi_cycles)
		ret = eoidev_set_timing(eoi);
	/* each arm has its own */
	rec->eoi_mode = arms			    ? NULL
			: plan->set.eoi == EOI_AUTO ? mode_name(guest->eoi.mode)
						    : eoi_ask_names[plan->set.eoi];
	return ret;
}
