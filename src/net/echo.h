/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * echo.h - a UDP echo service (RFC 862): a socket and a thread for each CPU of this process
 *
 * A packet is answered by the thread of the CPU that received it, so that the reply leaves by that
 * CPU's queue and no other CPU is woken.
 */
#ifndef IRQSTORM_ECHO_H
#define IRQSTORM_ECHO_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include "base/inetaddr.h"

struct echo_thread {
	struct echo *echo;
	pthread_t thread;
	unsigned int cpu;
	int fd;
	char *buffer;
	_Atomic uint64_t nr_echoed;
};

struct echo {
	uint16_t port;
	bool any; /* of all addresses of this machine */
	_Atomic bool stop;
	struct echo_thread *threads;
	size_t nr_threads, nr_started;
};

/* binds the sockets, in the network namespace of the calling thread; 0 or -errno with a sentence */
int echo_open(struct echo *e, const union inetaddr *addr);
int echo_start(struct echo *e);	     /* 0 or -errno with a sentence */
uint64_t echo_close(struct echo *e); /* stops and closes, also what was half opened; how many
					packets were echoed */

#endif
