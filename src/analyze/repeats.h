/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repeats.h - which blocks ran together: a repeat of one run. A record may hold several runs
 * (irqstorm merge)
 */
#ifndef IRQSTORM_REPEATS_H
#define IRQSTORM_REPEATS_H

#include "record/record.h"

/* block i is the first of its repeat; the blocks are in the order they ran */
bool repeats_begin(const struct record *rec, size_t i);
size_t repeats_end(const struct record *rec,
		   size_t i); /* of the repeat that block i is in: behind the last */
/* every cell has a block in the repeat that begins with block i: nothing ended it */
bool repeats_complete(const struct record *rec, size_t i);
unsigned int repeats_nr_complete(const struct record *rec);

#endif
