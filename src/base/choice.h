/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * choice.h - a word out of a list
 */
#ifndef IRQSTORM_CHOICE_H
#define IRQSTORM_CHOICE_H

/*
 * The index of text in words, which ends with NULL; or -EINVAL with a usage sentence: "OWNER:
 * invalid NAME 'text' (expected sleep or spin)", or the nearest word. owner NULL: no owner.
 */
int choice_parse(const char *owner, const char *name, const char *text, const char *const *words);

#endif
