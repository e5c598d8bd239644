// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * virtio_net.c - request and response through one NIC: a socket and an io_uring a worker, bound to
 * the NIC. With one packet in flight each reply is one RX interrupt, and each request one TX
 * interrupt, on the queue of the CPU that sent it; a flood would let NAPI poll instead. Knows a NIC
 * by name and a peer by address; not which device that is, nor when the next event is due.
 */
#include "workload.h"

#include <errno.h>
#include <net/if.h> /* before linux/: they bring the same enumerators */
#include <liburing.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

enum { KEY_DEV, KEY_PEER, KEY_SIZE, KEY_DEPTH, KEY_TIMEOUT };

#define NS_PER_MS 1000000u
#define PACKET_MAX 2048 /* of the buffers: an IP header, ICMP's and the largest size= */
#define NOT_IN_FLIGHT WL_NO_PACKET
#define IS_SEND (UINT64_C(1) << 63)
#define THE_SOCKET 0 /* of the ring's registered files */

static const struct wl_key net_keys[] = {
	[KEY_DEV] = { "dev", "NIC (default: the first virtio-net NIC that is up)", WL_TEXT, 0, 0,
		      0 },
	[KEY_PEER] = { "peer",
		       "who answers: ADDR[:PORT] (UDP echo, as irqstorm reflect), pair:NIC or "
		       "gateway",
		       WL_TEXT, 0, 0, 0 },
	[KEY_SIZE] = { "size", "bytes of a packet's payload (default 64)", WL_NUMBER, 64, 16,
		       1472 },
	[KEY_DEPTH] = { "depth", "packets in flight per vCPU (default 1: one RX interrupt each)",
			WL_NUMBER, 1, 1, WL_MAX_DEPTH },
	[KEY_TIMEOUT] = { "timeout",
			  "milliseconds after which a reply counts as lost (default 1000)",
			  WL_NUMBER, 1000, 1, 4000 },
	{ 0 }
};

struct net_flight {
	uint64_t number; /* NOT_IN_FLIGHT, or of the packet that is awaited: tag and lap */
	uint64_t give_up_ns;
};

struct net_worker {
	struct io_uring ring;
	bool ring_ready;
	bool alarm; /* see wl_uring_wait() */
	int fd;
	bool raw;     /* the socket's packets come with their IP header */
	uint64_t key; /* in its packets: this worker of this run */
	uint64_t lap;
	uint64_t look_ns; /* before this nothing is to be given up */
	char *buffers;	  /* depth to send from, depth to receive into */
	size_t buffers_size;
	unsigned int nr_free;
	uint16_t *free_tags;
	struct net_flight flights[];
};

static unsigned int net_depth(const struct wl_value *values)
{
	return (unsigned int)values[KEY_DEPTH].number;
}

/* what ends a run: everything else is a reply that does not come, and time will tell */
static int net_refuse(const struct wl_setup *setup, int error)
{
	const char *nic = setup->path, *peer = setup->values[KEY_PEER].text;

	switch (error) {
	case -ENODEV:
	case -ENXIO:
	case -ENETDOWN:
	case -ENETUNREACH:
		if (!if_nametoindex(nic))
			return wl_error(
				error,
				"%s is gone (unplugged, or moved to another network namespace)",
				nic);
		return wl_error(error, "%s went down, or there is no route to peer=%s by it", nic,
				peer);
	case -EMSGSIZE:
		return wl_error(error, "size=%llu does not fit the MTU of %s",
				(unsigned long long)setup->values[KEY_SIZE].number, nic);
	case -ECONNREFUSED:
	case -EHOSTUNREACH:
	case -EHOSTDOWN:
	case -ENOBUFS:
	case -EAGAIN:
		return 0;
	default:
		return wl_error(error, "the connection to peer=%s by %s failed: %s", peer, nic,
				strerror(-error));
	}
}

static int net_socket(const struct wl_setup *setup, bool *raw)
{
	const int do_not_fragment = IP_PMTUDISC_DO;
	int fd, ret = 0;

	*raw = false;
	fd = setup->peer_icmp ? wl_packet_icmp_socket(raw)
			      : socket(setup->peer->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return setup->peer_icmp
			       ? fd
			       : wl_error(-errno, "cannot open a socket: %s", strerror(errno));
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, setup->path,
		       (socklen_t)strlen(setup->path) + 1))
		ret = wl_error(-errno, "cannot bind to %s: %s", setup->path, strerror(errno));
	if (!ret && setup->peer->sa_family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &do_not_fragment,
			   sizeof(do_not_fragment));
	if (!ret && connect(fd, setup->peer, (socklen_t)setup->peer_length))
		ret = net_refuse(setup, errno == EHOSTUNREACH ? -ENETUNREACH : -errno);
	if (!ret)
		return fd;
	close(fd);
	return ret;
}

/* a socket as the workers will have: says here what would fail there */
static int net_prepare(struct wl_setup *setup)
{
	bool raw;
	int fd = net_socket(setup, &raw);

	return fd < 0 ? fd : close(fd);
}

static char *net_receive_buffer(struct wl_worker *worker, unsigned int i)
{
	return ((struct net_worker *)worker->own)->buffers +
	       (size_t)(worker->depth + i) * PACKET_MAX;
}

static int net_post_receive(struct wl_worker *worker, unsigned int i)
{
	struct net_worker *own = worker->own;
	struct io_uring_sqe *sqe = io_uring_get_sqe(&own->ring);

	if (!sqe) /* the ring has room for all that can be in flight */
		return wl_error(-ENOSPC, "the submission ring is full");
	io_uring_prep_recv(sqe, THE_SOCKET, net_receive_buffer(worker, i), PACKET_MAX, 0);
	sqe->flags |= IOSQE_FIXED_FILE;
	sqe->user_data = i;
	/* the packet is not there yet: wait for it first. From 5.19, SINGLE_ISSUER is from 6.0 */
	if (own->ring.flags & IORING_SETUP_SINGLE_ISSUER)
		sqe->ioprio |= IORING_RECVSEND_POLL_FIRST;
	return 0;
}

static int net_ring_init(struct wl_worker *worker)
{
	unsigned int entries =
		4 * worker->depth; /* receives, sends, and their completions not yet collected */
	struct net_worker *own = worker->own;
	int ret = wl_uring_init(&own->ring, entries);

	own->ring_ready = !ret;
	if (!ret) {
		ret = io_uring_register_files(&own->ring, &own->fd, 1);
		if (ret)
			ret = wl_error(ret, "cannot register the socket: %s", strerror(-ret));
	}
	for (unsigned int i = 0; !ret && i < worker->depth; i++)
		ret = net_post_receive(worker, i);
	return ret;
}

static int net_attach(struct wl_worker *worker)
{
	struct net_worker *own = calloc(1, sizeof(*own) + worker->depth * sizeof(own->flights[0]));

	if (!own)
		return wl_error(-ENOMEM, "out of memory");
	worker->own = own;
	own->fd = -1;
	own->free_tags = calloc(worker->depth, sizeof(*own->free_tags));
	own->buffers_size = 2 * (size_t)worker->depth * PACKET_MAX;
	own->buffers = mmap(NULL, own->buffers_size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (own->buffers == MAP_FAILED)
		own->buffers = NULL;
	if (!own->buffers || !own->free_tags)
		return wl_error(-ENOMEM, "out of memory");
	for (unsigned int i = 0; i < worker->depth; i++) {
		own->flights[i].number = NOT_IN_FLIGHT;
		own->free_tags[own->nr_free++] = (uint16_t)(worker->depth - 1 - i);
	}
	if (getrandom(&own->key, sizeof(own->key), 0) != sizeof(own->key))
		own->key = wl_now_ns() + worker->cpu;
	own->fd = net_socket(worker->setup, &own->raw);
	return own->fd < 0 ? own->fd : net_ring_init(worker);
}

static void net_detach(struct wl_worker *worker)
{
	struct net_worker *own = worker->own;

	if (!own)
		return;
	if (own->ring_ready)
		io_uring_queue_exit(&own->ring);
	if (own->fd >= 0)
		close(own->fd);
	if (own->buffers)
		munmap(own->buffers, own->buffers_size);
	free(own->free_tags);
	free(own);
	worker->own = NULL;
}

static uint64_t net_timeout_ns(const struct wl_worker *worker)
{
	return worker->setup->values[KEY_TIMEOUT].number * NS_PER_MS;
}

static int net_fire(struct wl_worker *worker, unsigned int n)
{
	const uint64_t give_up_ns = worker->fire_ns + net_timeout_ns(worker);
	struct net_worker *own = worker->own;
	unsigned int fired = 0;
	int ret;

	for (; fired < n && own->nr_free; fired++) {
		struct io_uring_sqe *sqe = io_uring_get_sqe(&own->ring);
		unsigned int tag;
		char *packet;

		if (!sqe)
			break;
		tag = own->free_tags[--own->nr_free];
		packet = own->buffers + (size_t)tag * PACKET_MAX;
		own->flights[tag].number = ++own->lap * WL_MAX_DEPTH + tag;
		own->flights[tag].give_up_ns = give_up_ns;
		io_uring_prep_send(sqe, THE_SOCKET, packet,
				   wl_packet_write(packet, worker->setup->values[KEY_SIZE].number,
						   worker->setup->peer_icmp, own->key,
						   own->flights[tag].number),
				   0);
		sqe->flags |= IOSQE_FIXED_FILE;
		if (own->ring.features & IORING_FEAT_CQE_SKIP)
			sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
		sqe->user_data = IS_SEND;
		wl_begin(worker, tag);
	}
	if (!fired)
		return 0;
	/* not with the waiting: a peer on this vCPU answers before the call returns to here, and
	 * nobody has to sleep */
	while ((ret = io_uring_submit(&own->ring)) == -EINTR)
		;
	return ret < 0 ? wl_error(ret, "cannot submit a packet for %s: %s", worker->setup->path,
				  strerror(-ret))
		       : (int)fired;
}

/* of the packet in this buffer the tag, or -1: not ours, or given up before it came */
static int net_tag_of(const struct wl_worker *worker, const char *packet, size_t size)
{
	const struct net_worker *own = worker->own;
	uint64_t number = wl_packet_number(packet, size, worker->setup->peer_icmp, own->raw,
					   own->key);
	unsigned int tag = (unsigned int)(number % WL_MAX_DEPTH);

	return number != WL_NO_PACKET && tag < worker->depth && own->flights[tag].number == number
		       ? (int)tag
		       : -1;
}

static void net_land(struct wl_worker *worker, unsigned int tag)
{
	struct net_worker *own = worker->own;

	own->flights[tag].number = NOT_IN_FLIGHT;
	own->free_tags[own->nr_free++] = (uint16_t)tag;
}

/* gives up what has been in flight for too long; how many */
static int net_give_up(struct wl_worker *worker, uint64_t now_ns)
{
	struct net_worker *own = worker->own;
	int nr = 0;

	if (now_ns < own->look_ns)
		return 0;
	own->look_ns = now_ns + net_timeout_ns(worker); /* of what will be sent from here on */
	for (unsigned int tag = 0; tag < worker->depth; tag++) {
		struct net_flight *flight = &own->flights[tag];

		if (flight->number == NOT_IN_FLIGHT)
			continue;
		if (now_ns >= flight->give_up_ns) {
			net_land(worker, tag);
			wl_lost(worker, tag, now_ns);
			nr++;
		} else if (flight->give_up_ns < own->look_ns) {
			own->look_ns = flight->give_up_ns;
		}
	}
	return nr;
}

/* what there is, and what is overdue by then; without completions it reads no clock */
static int net_collect(struct wl_worker *worker, int *nr)
{
	struct net_worker *own = worker->own;
	struct io_uring_cqe *cqe;
	uint64_t now_ns = 0;
	int ret = 0, tag;

	*nr = 0;
	while (!ret && !io_uring_peek_cqe(&own->ring, &cqe)) {
		uint64_t data = cqe->user_data;
		int res = cqe->res;

		if (!now_ns)
			now_ns = wl_now_ns();
		io_uring_cqe_seen(&own->ring, cqe);
		if (data == WL_URING_ALARM) {
			own->alarm = false;
			continue;
		}
		if (res < 0)
			ret = net_refuse(worker->setup, res);
		if (data & IS_SEND)
			continue;
		tag = res < 0 ? -1
			      : net_tag_of(worker, net_receive_buffer(worker, (unsigned int)data),
					   (size_t)res);
		if (tag >= 0) {
			net_land(worker, (unsigned int)tag);
			wl_done(worker, (unsigned int)tag, now_ns);
			(*nr)++;
		}
		if (!ret)
			ret = net_post_receive(worker, (unsigned int)data);
	}
	*nr += net_give_up(worker, now_ns);
	return ret;
}

static int net_reap(struct wl_worker *worker, uint64_t until_ns)
{
	struct net_worker *own = worker->own;
	uint64_t now_ns;
	int ret, nr;

	ret = net_collect(worker, &nr);
	if (!ret && !nr && !until_ns && io_uring_sq_ready(&own->ring)) {
		io_uring_submit(&own->ring);
		ret = net_collect(worker, &nr);
	}
	if (ret || nr)
		return ret;
	now_ns = wl_now_ns();
	if (net_give_up(worker, now_ns) || now_ns >= until_ns)
		return 0;
	if (own->nr_free < worker->depth && own->look_ns < until_ns)
		until_ns = own->look_ns;
	ret = wl_uring_wait(&own->ring, now_ns, until_ns, &own->alarm);
	if (ret)
		return wl_error(ret, "cannot wait for a reply by %s: %s", worker->setup->path,
				strerror(-ret));
	return net_collect(worker, &nr);
}

const struct workload wl_virtio_net = {
	.name = "virtio-net",
	.summary = "request and response through a NIC: one RX and one TX interrupt each, on the "
		   "queue of the vCPU",
	.device = WL_DEVICE_NET,
	.keys = net_keys,
	.depth = net_depth,
	.probe = wl_uring_probe,
	.prepare = net_prepare,
	.attach = net_attach,
	.fire = net_fire,
	.reap = net_reap,
	.detach = net_detach,
};
