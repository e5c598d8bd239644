/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pmu.h - the counters as events of perf
 *
 * Knows: perf's interface for PMUs.
 * Must not know: how an EOI is made, files and ioctls.
 */
#ifndef IRQSTORM_EOI_PMU_H
#define IRQSTORM_EOI_PMU_H

int pmu_start(void);
void pmu_stop(void);

#endif /* IRQSTORM_EOI_PMU_H */
