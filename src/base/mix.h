/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mix.h - splitmix64's finalizer. GSL's generators are seeded with 32 bits, into which all of a
 * seed and more are to go
 */
#ifndef IRQSTORM_MIX_H
#define IRQSTORM_MIX_H

#include <stdint.h>

static inline uint64_t mix64(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

#endif
