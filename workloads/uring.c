// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * uring.c - what workloads with an io_uring share: may this process have one, and one for a worker
 */
#include "workload.h"

#include <errno.h>
#include <liburing.h>
#include <stdio.h>
#include <string.h>

static const char *refusal(int neg_errno)
{
	switch (neg_errno) {
	case -EPERM: return "io_uring is not permitted (sysctl kernel.io_uring_disabled, or a seccomp filter)";
	case -ENOSYS: return "this kernel has no io_uring";
	case -ENOMEM: return "cannot set up io_uring: out of memory, or of RLIMIT_MEMLOCK (ulimit -l)";
	default: return strerror(-neg_errno);
	}
}

int wl_uring_probe(char *why, size_t size)
{
	struct io_uring ring;
	int ret = io_uring_queue_init(1, &ring, 0);

	if (!ret) {
		io_uring_queue_exit(&ring);
		return 0;
	}
	snprintf(why, size, "%s", refusal(ret));
	return ret;
}

int wl_uring_init(struct io_uring *ring, unsigned int entries)
{
	/* SINGLE_ISSUER is from 6.0. Not DEFER_TASKRUN: a completion could then only be seen by entering the kernel */
	int ret = io_uring_queue_init(entries, ring, IORING_SETUP_SINGLE_ISSUER);

	if (ret == -EINVAL)
		ret = io_uring_queue_init(entries, ring, 0);
	if (ret)
		return wl_error(ret, "%s", refusal(ret));
	io_uring_register_ring_fd(ring);	/* 5.18; only spares a look-up, so a refusal is no matter */
	return 0;
}

int wl_uring_wait(struct io_uring *ring, uint64_t until_ns, uint64_t *alarm_ns)
{
	struct __kernel_timespec ts = { .tv_sec = (long long)(until_ns / 1000000000u), .tv_nsec = (long long)(until_ns % 1000000000u) };
	struct io_uring_sqe *sqe;

	if (!*alarm_ns || until_ns < *alarm_ns) {
		sqe = io_uring_get_sqe(ring);
		if (!sqe)
			return -EBUSY;
		io_uring_prep_timeout(sqe, &ts, 0, IORING_TIMEOUT_ABS);
		sqe->user_data = WL_URING_ALARM;
		*alarm_ns = until_ns;
	}
	return io_uring_submit_and_wait(ring, 1);
}
