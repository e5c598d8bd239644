/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * knee.h - where the curve over the rates bends
 */
#ifndef IRQSTORM_KNEE_H
#define IRQSTORM_KNEE_H

#include "analyze/experiment.h"

/* fills e->knees from e->cells, one for each arm */
int knee_find(struct experiment *e);

#endif
