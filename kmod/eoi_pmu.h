/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eoi_pmu.h - the counters as perf events
 *
 * Knows: perf's interface for PMUs.
 * Must not know: how an EOI is made, files and ioctls.
 */
#ifndef IRQSTORM_EOI_PMU_H
#define IRQSTORM_EOI_PMU_H

int eoi_pmu_register(void);
void eoi_pmu_unregister(void);

#endif /* IRQSTORM_EOI_PMU_H */
