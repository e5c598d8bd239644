// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * counting.c - opens the module and sets what was asked for. Reads no counter.
 */
#include "run/counting.h"

#include "irqstorm_eoi.h"

int counting_open(struct eoidev *eoi, const struct plan *plan, const struct guest *guest, struct record *rec)
{
	static const unsigned int modes[] = { [EOI_PV] = IRQSTORM_EOI_MODE_PV, [EOI_MSR] = IRQSTORM_EOI_MODE_MSR,
					       [EOI_IGNORED] = IRQSTORM_EOI_MODE_IGNORED };
	unsigned int mode = guest->eoi.mode;
	int ret;

	*eoi = (struct eoidev){ .fd = -1 };
	if (!plan->count_eoi)
		return 0;
	ret = eoidev_open(eoi, guest->root);
	if (!ret && plan->eoi != EOI_AUTO) {
		mode = modes[plan->eoi];
		ret = eoidev_set_mode(eoi, mode);
	}
	rec->pv_eoi_usable = guest->eoi.offered;
	rec->calib_msr_cycles = guest->eoi.calib_msr_cycles;
	rec->calib_base_cycles = guest->eoi.calib_base_cycles;
	rec->tsc_khz = guest->eoi.tsc_khz;
	rec->pv_eoi_word = guest->eoi.kernel_word ? "kernel" : "own";
	if (!ret && plan->eoi_cycles)
		ret = eoidev_set_timing(eoi);
	rec->eoi_mode = mode == IRQSTORM_EOI_MODE_IGNORED ? "ignored" : mode == IRQSTORM_EOI_MODE_PV ? "pv" :
			mode == IRQSTORM_EOI_MODE_MSR ? "msr" : NULL;
	return ret;
}
