/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * workload.h - what a source of interrupts is
 *
 * A workload is a const table of hooks at the bottom of its file; hooks that are not set are
 * skipped. It includes this header, system headers and its one library, and nothing else of ours.
 * It makes events when it is told to; when that is, and how long they took, is the core's business.
 *
 * Life-cycle, and the thread each hook runs in:
 *
 *   probe(why, size)        main     may this machine run it? Without effects. 0, or -errno and why
 * not in words (they appear in --list-workloads, in the error, and as a test's reason to skip)
 *   prepare(setup)          main     open what all workers share into setup->shared; errors reach
 * the user here attach(worker)          worker   pinned; rings, buffers, descriptors: allocate
 * here, never later fire(worker, n)         worker   start up to n events now, each with
 * wl_begin(); returns how many: a full queue is no error, a negative errno (with wl_error()) ends
 * the run reap(worker, until_ns)  worker   collect completions, each with wl_done(), and give up
 * with wl_lost() what will not come; return when there was one of either, at until_ns
 * (CLOCK_MONOTONIC), or when a signal came, whichever is first. until_ns 0: look once, do not wait.
 * 0 or -errno (with wl_error()) detach(worker)          worker   undo attach, also a half-done one
 *   release(setup)          main     undo prepare, also a half-done one
 *
 * fire == NULL: it paces itself, and --rate is refused.
 */
#ifndef IRQSTORM_WORKLOAD_H
#define IRQSTORM_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#define WL_MAX_KEYS 8
#define WL_MAX_DEPTH 1024

enum wl_device { /* what the plan has to find for it, by the key "dev" */
		 WL_DEVICE_NONE,
		 WL_DEVICE_VIRTIO_BLK, /* setup->path: the block device, or a file on it */
		 WL_DEVICE_NET, /* setup->path: the NIC's name; setup->peer, by the key "peer": whom
				   to ask through it */
};

enum wl_counter { /* which interrupts its events make, and so what they are compared with */
		  WL_COUNTER_VECTORS, /* those of its device; none without a device */
		  WL_COUNTER_LOC,     /* a line of /proc/interrupts, on the worker's target */
		  WL_COUNTER_RES,
		  WL_COUNTER_CAL,
};

enum wl_key_kind {
	WL_NUMBER,
	WL_SIZE,
	WL_TEXT,
	WL_CHOICE,
	WL_FLAG
}; /* WL_CHOICE: an index into choices; WL_FLAG: no value, 1 */

struct wl_key { /* one KEY=VALUE that it takes; the list ends with name NULL */
	const char *name;
	const char *help;
	enum wl_key_kind kind;
	uint64_t fallback, min, max; /* of a number or a size; bytes for a size */
};

struct wl_value { /* in the order of keys[] */
	uint64_t number;
	const char *text; /* NULL: not given */
};

struct wl_setup {
	const struct wl_value *values;
	const char *path;	     /* what "dev" came to, NULL where device is WL_DEVICE_NONE */
	const struct sockaddr *peer; /* NULL: it has none */
	size_t peer_length;
	bool peer_icmp; /* it answers ICMP echo, not UDP */
	uint64_t seed;
	void *shared; /* the workload's */
};

struct wl_worker {
	const struct wl_setup *setup;
	unsigned int cpu;    /* Linux CPU it is pinned to */
	unsigned int target; /* CPU that takes the interrupts: another one where the workload aims,
				else cpu */
	uint64_t due_ns;     /* when the event that fire() is about to start was due; the core's */
	uint64_t fire_ns;    /* when fire() was called */
	unsigned int index;  /* among the workers of this workload, from 0 */
	unsigned int depth;  /* events in flight at the most; tags are 0 … depth - 1 */
	void *own;	     /* the workload's */
};

struct workload {
	const char *name;
	const char *summary; /* one line for --list-workloads */
	enum wl_device device;
	bool aims; /* at another CPU: the one of the key "to", or the next after the worker's */
	const struct wl_key *keys;
	const char *const *choices; /* of its key that is a WL_CHOICE; ends with NULL */
	enum wl_counter (*counter)(const struct wl_value *values); /* NULL: WL_COUNTER_VECTORS */
	unsigned int (*depth)(const struct wl_value *values);	   /* NULL: 1 */
	unsigned int (*batch)(
		const struct wl_value *values); /* events in one fire(); NULL or 0: not asked for */

	int (*probe)(char *why, size_t size);
	int (*prepare)(struct wl_setup *setup);
	int (*attach)(struct wl_worker *worker);
	int (*fire)(struct wl_worker *worker, unsigned int n);
	int (*reap)(struct wl_worker *worker, uint64_t until_ns);
	void (*detach)(struct wl_worker *worker);
	void (*release)(struct wl_setup *setup);
};

/* what the core offers */

/* the event of this tag starts: it takes the oldest due time that has not been taken yet */
void wl_begin(struct wl_worker *worker, unsigned int tag);
/* the event of this tag is over, at now_ns */
void wl_done(struct wl_worker *worker, unsigned int tag, uint64_t now_ns);
/* the event of this tag has been given up: it will not complete, and counts as lost */
void wl_lost(struct wl_worker *worker, unsigned int tag, uint64_t now_ns);
/* keeps the sentence (printf form) for the user, returns its first argument */
int wl_error(int neg_errno, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline uint64_t wl_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* uring.c: may this process have an io_uring (as probe); one for a worker's thread alone: 0 or
 * -errno with wl_error() */
struct io_uring;
int wl_uring_probe(char *why, size_t size);
const char *wl_uring_refusal(int neg_errno); /* why there is none, in words */
int wl_uring_init(struct io_uring *ring, unsigned int entries);
/*
 * submits, and waits for a completion, but not beyond until_ns: 0 or -errno. A timer for each wait
 * would cost 1 % of a round trip: for long ones an alarm is armed that stays so over many waits.
 * When it rings, which ends a wait early, it is a completion of user_data WL_URING_ALARM, upon
 * which the caller puts *alarm to false
 */
#define WL_URING_ALARM (UINT64_MAX - 1)
int wl_uring_wait(struct io_uring *ring, uint64_t now_ns, uint64_t until_ns, bool *alarm);

/*
 * packet.c: a request of this number, with size bytes behind an ICMP head or without one: how many
 * bytes to send. Of a reply, with its IP head where raw, the number; WL_NO_PACKET: it has another
 * key or none
 */
#define WL_NO_PACKET UINT64_MAX
size_t wl_packet_write(char *packet, size_t size, bool icmp, uint64_t key, uint64_t number);
uint64_t wl_packet_number(const char *packet, size_t size, bool icmp, bool raw, uint64_t key);

/* a ping socket where this user may have one, else a raw one (*raw): its number, or -errno with
 * wl_error() */
int wl_packet_icmp_socket(bool *raw);

/* extents.c: 0, or -EINVAL with wl_error() where a byte of the open file has no block on the disk
 */
int wl_extents_check(int fd, const char *path, uint64_t size);

/* registry.c */
extern const struct workload *const wl_registry[]; /* ends with NULL */
const struct workload *wl_find(const char *name);  /* NULL */

#endif
