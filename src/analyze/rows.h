/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rows.h - interrupts of several rows, each counted once
 */
#ifndef IRQSTORM_ROWS_H
#define IRQSTORM_ROWS_H

#include "record/record.h"

/* the first row of from … to - 1, but i, whose interrupts are counted on the very line and CPU of
 * row i; to: none */
size_t rows_same_counter(const struct record_row *rows, size_t i, size_t from, size_t to);
uint64_t rows_interrupts(const struct record_row *rows, size_t nr);

#endif
