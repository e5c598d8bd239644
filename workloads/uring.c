// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * uring.c - what workloads with an io_uring share: may this process have one, and one for a worker
 */
#include "workload.h"

#include <errno.h>
#include <liburing.h>
#include <stdio.h>
#include <string.h>

#define ALARM_NS 100000000 /* less than a second */

const char *wl_uring_refusal(int neg_errno)
{
	switch (neg_errno) {
	case -EPERM:
		return "io_uring is not permitted (sysctl kernel.io_uring_disabled, or a seccomp "
		       "filter)";
	case -ENOSYS:
		return "this kernel has no io_uring";
	case -ENOMEM:
		return "cannot set up io_uring: out of memory, or of RLIMIT_MEMLOCK (ulimit -l)";
	default:
		return strerror(-neg_errno);
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
	snprintf(why, size, "%s", wl_uring_refusal(ret));
	return ret;
}

int wl_uring_init(struct io_uring *ring, unsigned int entries)
{
	/* SINGLE_ISSUER is from 6.0. Not DEFER_TASKRUN: a completion could then only be seen by
	 * entering the kernel */
	int ret = io_uring_queue_init(entries, ring, IORING_SETUP_SINGLE_ISSUER);

	if (ret == -EINVAL)
		ret = io_uring_queue_init(entries, ring, 0);
	if (ret)
		return wl_error(ret, "%s", wl_uring_refusal(ret));
	io_uring_register_ring_fd(
		ring); /* 5.18; only spares a look-up, so a refusal is no matter */
	return 0;
}

int wl_uring_wait(struct io_uring *ring, uint64_t now_ns, uint64_t until_ns, bool *alarm)
{
	static struct __kernel_timespec until_alarm = { .tv_nsec = ALARM_NS };
	const uint64_t wait_ns = until_ns - now_ns;
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	int ret;

	if (wait_ns < ALARM_NS) {
		struct __kernel_timespec ts = { .tv_nsec = (long long)wait_ns };

		ret = io_uring_submit_and_wait_timeout(ring, &cqe, 1, &ts, NULL);
		return ret < 0 && ret != -ETIME && ret != -EINTR ? ret : 0;
	}
	if (!*alarm) {
		sqe = io_uring_get_sqe(ring);
		if (!sqe)
			return -EBUSY;
		io_uring_prep_timeout(sqe, &until_alarm, 0, 0);
		sqe->user_data = WL_URING_ALARM;
		*alarm = true;
	}
	ret = io_uring_submit_and_wait(ring, 1);
	return ret < 0 && ret != -EINTR ? ret : 0;
}
