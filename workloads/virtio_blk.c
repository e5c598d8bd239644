// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * virtio_blk.c - O_DIRECT reads through io_uring, one ring a worker: each batch that the device
 * completes is one MSI on the queue of the CPU that submitted it (one request in flight: one
 * interrupt an event). Knows one path, which it opens O_RDONLY; not which device that is, nor when
 * the next event is due.
 */
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SPIN_NS 10000000u

enum { KEY_DEV, KEY_BS, KEY_DEPTH, KEY_BATCH, KEY_BUSY };

static const struct wl_key blk_keys[] = {
	[KEY_DEV] = { "dev", "block device, or a file on it (default: the first disk)", WL_TEXT, 0,
		      0, 0 },
	[KEY_BS] = { "bs", "bytes of a read (default 4k)", WL_SIZE, 4096, 512, 1 << 20 },
	[KEY_DEPTH] = { "depth", "requests in flight per vCPU (default 1: one interrupt each)",
			WL_NUMBER, 1, 1, WL_MAX_DEPTH },
	[KEY_BATCH] = { "batch",
			"due requests put into one submission (default 1; depth with --rate=max)",
			WL_NUMBER, 0, 1, WL_MAX_DEPTH },
	[KEY_BUSY] = { "busy", "spin on the completion ring while a request is in flight", WL_FLAG,
		       0, 0, 1 },
	{ 0 }
};

struct blk_shared {
	int fd;
	uint64_t nr_blocks; /* of bs bytes */
};

struct blk_worker {
	struct io_uring ring;
	bool ring_ready;
	char *buffers; /* depth * bs, registered */
	size_t size;
	uint64_t random;
	unsigned int nr_free;
	uint16_t free_tags[];
};

static unsigned int blk_depth(const struct wl_value *values)
{
	return (unsigned int)values[KEY_DEPTH].number;
}

static unsigned int blk_batch(const struct wl_value *values)
{
	return (unsigned int)values[KEY_BATCH].number;
}

static int blk_size(int fd, const char *path, uint64_t *size)
{
	struct stat st;

	if (fstat(fd, &st))
		return wl_error(-errno, "cannot stat %s: %s", path, strerror(errno));
	*size = (uint64_t)st.st_size;
	if (S_ISBLK(st.st_mode) && ioctl(fd, BLKGETSIZE64, size))
		return wl_error(-errno, "cannot get the size of %s: %s", path, strerror(errno));
	return 0;
}

/* one read as the workers will make it: says here, in words, what would fail there a thousand times
 */
static int blk_try_read(int fd, const char *path, uint64_t bs)
{
	void *buffer;
	ssize_t got;
	int ret = 0;

	if (posix_memalign(&buffer, 4096, bs))
		return wl_error(-ENOMEM, "out of memory");
	got = pread(fd, buffer, bs, 0);
	if (got < 0 && errno == EINVAL)
		ret = wl_error(-EINVAL,
			       "%s does not take direct reads of %llu bytes: try a larger bs=",
			       path, (unsigned long long)bs);
	else if (got < 0)
		ret = wl_error(-errno, "cannot read %s: %s", path, strerror(errno));
	free(buffer);
	return ret;
}

static int blk_prepare(struct wl_setup *setup)
{
	struct blk_shared *shared = calloc(1, sizeof(*shared));
	uint64_t size, bs = setup->values[KEY_BS].number;
	struct stat st;
	int ret;

	if (!shared)
		return wl_error(-ENOMEM, "out of memory");
	setup->shared = shared;
	shared->fd = open(setup->path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	if (shared->fd < 0 && errno == EINVAL)
		return wl_error(-EINVAL,
				"%s does not take direct I/O (O_DIRECT): a buffered read would "
				"make no interrupt",
				setup->path);
	if (shared->fd < 0)
		return wl_error(-errno, "cannot open %s: %s%s", setup->path, strerror(errno),
				(errno == EACCES || errno == EPERM) &&
						!strncmp(setup->path, "/dev/", 5)
					? " (dev=FILE reads a file of yours on such a disk instead)"
					: "");
	ret = blk_size(shared->fd, setup->path, &size);
	if (ret)
		return ret;
	if (fstat(shared->fd, &st))
		return wl_error(-errno, "cannot stat %s: %s", setup->path, strerror(errno));
	ret = S_ISREG(st.st_mode) ? wl_extents_check(shared->fd, setup->path, size) : 0;
	if (ret)
		return ret;
	shared->nr_blocks = size / bs;
	if (!shared->nr_blocks)
		return wl_error(-EINVAL, "%s is smaller than one read of %llu bytes", setup->path,
				(unsigned long long)bs);
	return blk_try_read(shared->fd, setup->path, bs);
}

static void blk_release(struct wl_setup *setup)
{
	struct blk_shared *shared = setup->shared;

	if (shared && shared->fd >= 0)
		close(shared->fd);
	free(shared);
	setup->shared = NULL;
}

static int blk_ring_init(struct blk_worker *own, unsigned int depth)
{
	/* SINGLE_ISSUER is from 6.0. Not DEFER_TASKRUN: a completion could then only be seen by
	 * entering the kernel */
	int ret = io_uring_queue_init(depth, &own->ring, IORING_SETUP_SINGLE_ISSUER);

	if (ret == -EINVAL)
		ret = io_uring_queue_init(depth, &own->ring, 0);
	if (ret)
		return wl_error(ret, "%s", wl_uring_refusal(ret));
	own->ring_ready = true;
	return 0;
}

static int blk_register(struct blk_worker *own, int fd, unsigned int depth, uint64_t bs)
{
	struct iovec *iov = calloc(depth, sizeof(*iov));
	int ret;

	if (!iov)
		return wl_error(-ENOMEM, "out of memory");
	for (unsigned int i = 0; i < depth; i++)
		iov[i] = (struct iovec){ own->buffers + i * bs, bs };
	ret = io_uring_register_buffers(&own->ring, iov, depth);
	free(iov);
	if (ret == -ENOMEM)
		return wl_error(
			ret, "cannot pin %llu bytes of buffers: raise RLIMIT_MEMLOCK (ulimit -l)",
			(unsigned long long)(bs * depth));
	if (!ret)
		ret = io_uring_register_files(&own->ring, &fd, 1);
	if (ret)
		return wl_error(ret, "cannot register buffers and file: %s", strerror(-ret));
	io_uring_register_ring_fd(
		&own->ring); /* 5.18; only spares a look-up, so a refusal is no matter */
	return 0;
}

static int blk_attach(struct wl_worker *worker)
{
	const struct blk_shared *shared = worker->setup->shared;
	uint64_t bs = worker->setup->values[KEY_BS].number;
	struct blk_worker *own;
	int ret;

	own = calloc(1, sizeof(*own) + worker->depth * sizeof(own->free_tags[0]));
	if (!own)
		return wl_error(-ENOMEM, "out of memory");
	worker->own = own;
	/* not malloc's: a read that never came back may still come after the detach, and then into
	 * nobody else's memory */
	own->size = bs * worker->depth;
	own->buffers = mmap(NULL, own->size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (own->buffers == MAP_FAILED) {
		own->buffers = NULL;
		return wl_error(-ENOMEM, "out of memory");
	}
	for (unsigned int i = 0; i < worker->depth; i++)
		own->free_tags[own->nr_free++] = (uint16_t)(worker->depth - 1 - i);
	own->random = (worker->setup->seed * 0x9e3779b97f4a7c15u + 2 * worker->index) |
		      1; /* 0 would stay 0 */
	ret = blk_ring_init(own, worker->depth);
	if (ret)
		return ret;
	return blk_register(own, shared->fd, worker->depth, bs);
}

static void blk_detach(struct wl_worker *worker)
{
	struct blk_worker *own = worker->own;

	if (!own)
		return;
	if (own->ring_ready)
		io_uring_queue_exit(&own->ring);
	if (own->buffers)
		munmap(own->buffers, own->size);
	free(own);
	worker->own = NULL;
}

/* xorshift64: the offsets need only be spread, and this is a dozen instructions of the event's cost
 */
static uint64_t blk_random(struct blk_worker *own)
{
	own->random ^= own->random << 13;
	own->random ^= own->random >> 7;
	own->random ^= own->random << 17;
	return own->random;
}

static int blk_fire(struct wl_worker *worker, unsigned int n)
{
	const struct blk_shared *shared = worker->setup->shared;
	uint64_t bs = worker->setup->values[KEY_BS].number;
	struct blk_worker *own = worker->own;
	unsigned int fired = 0;
	int ret;

	for (; fired < n && own->nr_free; fired++) {
		struct io_uring_sqe *sqe = io_uring_get_sqe(&own->ring);
		unsigned int tag;

		if (!sqe)
			break;
		tag = own->free_tags[--own->nr_free];
		io_uring_prep_read_fixed(sqe, 0, own->buffers + tag * bs, (unsigned int)bs,
					 blk_random(own) % shared->nr_blocks * bs, (int)tag);
		sqe->flags |= IOSQE_FIXED_FILE;
		sqe->user_data = tag;
		wl_begin(worker, tag);
	}
	if (!fired)
		return 0;
	do
		ret = io_uring_submit(&own->ring);
	while (ret == -EINTR);
	if (ret < 0)
		return wl_error(ret, "cannot submit a read of %s: %s", worker->setup->path,
				strerror(-ret));
	return (int)fired;
}

static int blk_collect(struct wl_worker *worker, int *nr)
{
	struct blk_worker *own = worker->own;
	uint64_t bs = worker->setup->values[KEY_BS].number;
	struct io_uring_cqe *cqe;
	unsigned int head, seen = 0;
	uint64_t now_ns = 0;
	int ret = 0;

	io_uring_for_each_cqe(&own->ring, head, cqe)
	{
		if (cqe->res != (int)bs) {
			ret = cqe->res < 0 ? cqe->res : -EIO;
			wl_error(ret, "a read of %s failed: %s", worker->setup->path,
				 cqe->res < 0 ? strerror(-ret)
					      : "it ends short (unplugged, or made smaller?)");
			break;
		}
		if (!now_ns)
			now_ns = wl_now_ns();
		own->free_tags[own->nr_free++] = (uint16_t)cqe->user_data;
		wl_done(worker, (unsigned int)cqe->user_data, now_ns);
		seen++;
	}
	io_uring_cq_advance(&own->ring, seen);
	*nr = (int)seen;
	return ret;
}

/* the core looks again after a while whether it is to stop: a spinning thread gets no signal that
 * it would notice */
static int blk_spin(struct wl_worker *worker, uint64_t until_ns)
{
	uint64_t now_ns = wl_now_ns(),
		 look_ns = now_ns + SPIN_NS < until_ns ? now_ns + SPIN_NS : until_ns;
	int nr = 0, ret = 0;

	while (!ret && !nr && wl_now_ns() < look_ns)
		ret = blk_collect(worker, &nr);
	return ret;
}

static int blk_reap(struct wl_worker *worker, uint64_t until_ns)
{
	struct blk_worker *own = worker->own;
	struct __kernel_timespec ts;
	struct io_uring_cqe *cqe;
	uint64_t now_ns;
	int nr, ret;

	ret = blk_collect(worker, &nr);
	if (ret || nr || !until_ns)
		return ret;
	if (worker->setup->values[KEY_BUSY].number && own->nr_free < worker->depth)
		return blk_spin(worker, until_ns);
	now_ns = wl_now_ns();
	if (now_ns >= until_ns)
		return 0;
	ts.tv_sec = (long long)((until_ns - now_ns) / 1000000000u);
	ts.tv_nsec = (long long)((until_ns - now_ns) % 1000000000u);
	ret = io_uring_wait_cqe_timeout(&own->ring, &cqe, &ts);
	if (ret && ret != -ETIME && ret != -EINTR)
		return wl_error(ret, "cannot wait for a read of %s: %s", worker->setup->path,
				strerror(-ret));
	return blk_collect(worker, &nr);
}

const struct workload wl_virtio_blk = {
	.name = "virtio-blk",
	.summary = "direct reads of a virtio or NVMe disk, or of a file on it: one MSI each, on "
		   "the queue of the vCPU",
	.device = WL_DEVICE_VIRTIO_BLK,
	.keys = blk_keys,
	.depth = blk_depth,
	.batch = blk_batch,
	.probe = wl_uring_probe,
	.prepare = blk_prepare,
	.attach = blk_attach,
	.fire = blk_fire,
	.reap = blk_reap,
	.detach = blk_detach,
	.release = blk_release,
};
