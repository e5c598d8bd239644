/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pair.h - the other end of a storm in the same guest: a second NIC in a network namespace of its
 * own, with a UDP echo
 *
 * The namespace is that of one thread and its echo threads, so it dies with this process, however
 * that ends: the kernel then takes a NIC of hardware back to the first namespace. The address that
 * this end gets has a lifetime, which the thread renews: left behind by a process that was killed,
 * it goes by itself.
 */
#ifndef IRQSTORM_PAIR_H
#define IRQSTORM_PAIR_H

#include <net/if.h>
#include <pthread.h>
#include "base/err.h"
#include "net/echo.h"

struct mnl_socket;

struct pair {
	char here[IFNAMSIZ], there[IFNAMSIZ];
	unsigned int here_index, there_index;
	bool there_was_up;
	struct mnl_socket *nl; /* of the namespace we are in */
	int home_fd, ns_fd;    /* the namespaces: ours, the other */
	struct in_addr here_address;
	union inetaddr peer; /* the echo's address */
	pthread_t thread;
	bool started, moved, addressed;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum pair_step {
		PAIR_START,
		PAIR_NAMESPACE,
		PAIR_MOVED,
		PAIR_READY,
		PAIR_STOP,
		PAIR_HOME
	} step;
	int error; /* the thread's, with its sentence */
	enum err_exit error_class;
	char sentence[ERR_SENTENCE];
};

/* number: of the pair in this run, from 0; each has addresses of its own. 0 or -errno with a
 * sentence */
int pair_begin(struct pair *p, const char *here, const char *there, unsigned int number);
int pair_end(struct pair *p); /* 0 or -errno with a sentence; takes a zeroed and a half-begun one */

#endif
