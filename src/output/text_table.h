/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text_table.h - the table of a storm
 */
#ifndef IRQSTORM_TEXT_TABLE_H
#define IRQSTORM_TEXT_TABLE_H

#include <stdio.h>
#include "analyze/findings.h"

int text_table(FILE *out, const struct findings *f); /* 0 or -ENOMEM with a sentence */

#endif
