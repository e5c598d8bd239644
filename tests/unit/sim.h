/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sim.h - threads on a clock that the test owns
 *
 * A test that links with SIM_LDFLAGS has its calls of the clock, the sleeps and the threads come
 * here. Between sim_begin() and sim_end() one thread runs at a time, until it blocks; the next is
 * the one that became ready first; when none is, the clock moves to the earliest time that a thread
 * sleeps to. So the order and the times are the same in every run, on any machine.
 * Knows nothing of the code under test. Threads that spin without a reading of the clock hang it.
 */
#ifndef IRQSTORM_SIM_H
#define IRQSTORM_SIM_H

#include <stdint.h>

void sim_begin(uint64_t now_ns); /* the caller becomes thread 0; the others are 1, 2, ... */
void sim_end(void);		 /* every other thread has been joined */
uint64_t sim_now_ns(void);
void sim_spend(uint64_t ns); /* the running thread computes for so long */
/* when this thread is next woken by another one, it comes to run only after so long */
void sim_delay_wake(unsigned int thread, uint64_t ns);
void sim_cost_of_reading(uint64_t ns); /* the clock moves by this at each reading; 0 at first */

#endif
