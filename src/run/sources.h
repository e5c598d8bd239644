/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sources.h - whose EOIs a phase had, and what they cost: the module's blocks at both of its ends
 */
#ifndef IRQSTORM_SOURCES_H
#define IRQSTORM_SOURCES_H

#include "guest/eoidev.h"
#include "guest/procirq.h"
#include "plan/plan.h"
#include "record/record.h"

struct sources {
	const struct plan *plan;
	const struct eoidev *eoi; /* NULL: not counted, or a module that keeps no blocks */
	char *begin, *now;	  /* blocks, by index into cpus */
	const unsigned int *cpus;
	size_t nr_cpus;
};

/* cpus: whose blocks, not copied; eoi may be NULL. 0 or -ENOMEM with a sentence */
int sources_init(struct sources *s, const struct plan *plan, const struct eoidev *eoi,
		 const unsigned int *cpus, size_t nr_cpus);
void sources_fini(struct sources *s);
/* where to copy the marked block of cpus[i] to, before sources_begin or sources_end; NULL: nowhere
 */
void *sources_block(const struct sources *s, size_t i, bool end);
/* where no mark can be made, both copy the live blocks, which may be an EOI ahead of the counters
 */
void sources_begin(struct sources *s);
int sources_end(struct sources *s, const struct procirq *names, struct record *rec);

#endif
