/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counting.h - the module, as the plan wants it for a run
 */
#ifndef IRQSTORM_COUNTING_H
#define IRQSTORM_COUNTING_H

#include "guest/guest.h"
#include "plan/plan.h"
#include "record/record.h"

/* opens it where EOIs are counted, sets its mode, and says in the record what it is. 0 or -errno
 * with a sentence; eoidev_close() puts the mode back, also after an error */
int counting_open(struct eoidev *eoi, const struct plan *plan, const struct guest *guest,
		  struct record *rec);
/* the mode for the next block; EOI_AUTO: as it is. A mark. 0, or -errno with a sentence */
int counting_set_mode(struct eoidev *eoi, enum eoi_ask mode);

#endif
