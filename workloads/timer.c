// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * timer.c - a timerfd that expires once an event: one interrupt of the local APIC timer (LOC) on
 * the worker's CPU. Where the worker sleeps until an event is due, that very sleep is the event: a
 * pacing timer and another one beside it would be two interrupts. Knows no rate.
 */
#include "workload.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct timer_worker {
	int fd;
	bool in_flight;
	uint64_t slept_to_ns; /* the timer expired for this time, and no event has taken it; 0: none
			       */
};

static int timer_attach(struct wl_worker *worker)
{
	struct timer_worker *own = calloc(1, sizeof(*own));

	if (!own)
		return wl_error(-ENOMEM, "out of memory");
	worker->own = own;
	own->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	return own->fd < 0 ? wl_error(-errno, "cannot create a timer: %s", strerror(errno)) : 0;
}

static void timer_detach(struct wl_worker *worker)
{
	struct timer_worker *own = worker->own;

	if (own && own->fd >= 0)
		close(own->fd);
	free(own);
	worker->own = NULL;
}

/* 0 disarms; a time that is over expires at once, by an interrupt all the same */
static int timer_arm(const struct timer_worker *own, uint64_t at_ns)
{
	const struct itimerspec spec = { .it_value = { (time_t)(at_ns / 1000000000u),
						       (long)(at_ns % 1000000000u) } };

	if (!timerfd_settime(own->fd, TFD_TIMER_ABSTIME, &spec, NULL))
		return 0;
	return wl_error(-errno, "cannot set the timer: %s", strerror(errno));
}

/* 1: it has expired, 0: not yet, or a signal came */
static int timer_wait(const struct timer_worker *own, bool sleep)
{
	struct pollfd pollfd = { own->fd, POLLIN, 0 };
	uint64_t nr;

	if (sleep && poll(&pollfd, 1, -1) < 0 && errno != EINTR)
		return wl_error(-errno, "cannot wait for the timer: %s", strerror(errno));
	if (read(own->fd, &nr, sizeof(nr)) == (ssize_t)sizeof(nr))
		return 1;
	return errno == EAGAIN || errno == EINTR
		       ? 0
		       : wl_error(-errno, "cannot read the timer: %s", strerror(errno));
}

static int timer_fire(struct wl_worker *worker, unsigned int n)
{
	struct timer_worker *own = worker->own;
	bool slept = own->slept_to_ns && own->slept_to_ns == worker->due_ns;
	int ret;

	(void)n;
	if (own->in_flight)
		return 0;
	own->slept_to_ns = 0;
	wl_begin(worker, 0);
	if (slept) {
		wl_done(worker, 0, wl_now_ns());
		return 1;
	}
	own->in_flight = true;
	ret = timer_arm(own, 1);
	return ret ? ret : 1;
}

static int timer_reap(struct wl_worker *worker, uint64_t until_ns)
{
	struct timer_worker *own = worker->own;
	int ret;

	if (!own->in_flight && !until_ns)
		return 0;
	if (own->in_flight) {
		ret = timer_wait(own, until_ns != 0);
		if (ret == 1) {
			own->in_flight = false;
			wl_done(worker, 0, wl_now_ns());
		}
		return ret < 0 ? ret : 0;
	}
	ret = timer_arm(own, until_ns);
	if (ret)
		return ret;
	ret = timer_wait(own, true);
	if (ret == 1)
		own->slept_to_ns = until_ns;
	return ret > 0 ? 0 : ret ? ret : timer_arm(own, 0);
}

static enum wl_counter timer_counter(const struct wl_value *values)
{
	(void)values;
	return WL_COUNTER_LOC;
}

const struct workload wl_timer = {
	.name = "timer",
	.summary = "timers that expire: one interrupt of the local APIC timer each, counted as LOC",
	.counter = timer_counter,
	.attach = timer_attach,
	.fire = timer_fire,
	.reap = timer_reap,
	.detach = timer_detach,
};
