// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * echo.c - answers each UDP packet with itself. Knows sockets and CPUs; not who asks, nor why.
 */
#include "net/echo.h"

#include <errno.h>
#include <linux/filter.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/cpulist.h"
#include "base/err.h"

#define PACKET_MAX 65536

static bool is_any(const union inetaddr *addr)
{
	return addr->any.sa_family == AF_INET ? addr->v4.sin_addr.s_addr == htonl(INADDR_ANY)
					      : IN6_IS_ADDR_UNSPECIFIED(&addr->v6.sin6_addr);
}

/* the reply's source is the address that was asked, and its device the one by which the question
 * came */
static int ask_for_packet_info(int fd, int family)
{
	const int on = 1;

	if (family == AF_INET)
		return setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	return setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) ||
	       setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
}

/* to share the port costs a lookup for each packet, which a lone socket is spared; so does packet
 * info */
static int open_socket(const struct echo *e, const union inetaddr *addr)
{
	int fd = socket(addr->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0), error;
	const int on = 1;

	if (fd >= 0 &&
	    (e->nr_threads == 1 || !setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on))) &&
	    (!e->any || !ask_for_packet_info(fd, addr->any.sa_family)) &&
	    !bind(fd, &addr->any, inetaddr_length(addr)))
		return fd;
	error = errno;
	if (fd >= 0)
		close(fd);
	return -error;
}

/* of the group, the socket with the number of the CPU that received; a number that is not there is
 * the hash's to choose */
static void choose_by_cpu(int fd)
{
	static struct sock_filter code[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)(SKF_AD_OFF + SKF_AD_CPU) },
		{ BPF_RET | BPF_A, 0, 0, 0 },
	};
	static const struct sock_fprog program = { 2, code };

	setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program));
}

static int add_threads(struct echo *e, const cpu_set_t *set, size_t size)
{
	e->threads = calloc((size_t)CPU_COUNT_S(size, set), sizeof(*e->threads));
	if (!e->threads)
		return err_nomem();
	for (unsigned int cpu = 0; cpu < 8 * size; cpu++) {
		struct echo_thread *t = &e->threads[e->nr_threads];

		if (!CPU_ISSET_S(cpu, size, set))
			continue;
		e->nr_threads++;
		t->echo = e;
		t->cpu = cpu;
		t->fd = -1;
		t->buffer = malloc(PACKET_MAX);
		if (!t->buffer)
			return err_nomem();
	}
	return 0;
}

int echo_open(struct echo *e, const union inetaddr *addr)
{
	size_t size = CPU_ALLOC_SIZE(CPULIST_MAX_CPU);
	cpu_set_t *set = CPU_ALLOC(CPULIST_MAX_CPU);
	char text[INETADDR_TEXT];
	int ret;

	memset(e, 0, sizeof(*e));
	e->port = inetaddr_port(addr);
	e->any = is_any(addr);
	if (!set)
		return err_nomem();
	ret = sched_getaffinity(0, size, set)
		      ? err_failed(-errno, "cannot get the affinity mask: %s", strerror(errno))
		      : add_threads(e, set, size);
	CPU_FREE(set);
	for (size_t i = 0; !ret && i < e->nr_threads; i++) {
		e->threads[i].fd = open_socket(e, addr);
		if (e->threads[i].fd < 0)
			ret = err_failed(e->threads[i].fd, "cannot receive UDP on %s: %s%s",
					 inetaddr_format(addr, text), strerror(-e->threads[i].fd),
					 e->threads[i].fd == -EACCES
						 ? " (ports below 1024 take CAP_NET_BIND_SERVICE: "
						   "--bind chooses another)"
						 : "");
	}
	if (!ret && e->nr_threads > 1 && e->threads[e->nr_threads - 1].cpu == e->nr_threads - 1)
		choose_by_cpu(e->threads[0].fd);
	return ret;
}

static void pin(unsigned int cpu)
{
	size_t size = CPU_ALLOC_SIZE(cpu + 1);
	cpu_set_t *set = CPU_ALLOC(cpu + 1);

	if (!set)
		return; /* it echoes from anywhere */
	CPU_ZERO_S(size, set);
	CPU_SET_S(cpu, size, set);
	sched_setaffinity(0, size, set);
	CPU_FREE(set);
}

/* two echo services that answer each other would never end */
static bool is_echo(const struct echo *e, const union inetaddr *from, size_t length)
{
	return !length || inetaddr_port(from) == e->port;
}

static bool echo_one(const struct echo_thread *t)
{
	union inetaddr from;
	socklen_t length = sizeof(from);
	ssize_t n = recvfrom(t->fd, t->buffer, PACKET_MAX, 0, &from.any, &length);

	return n >= 0 && !is_echo(t->echo, &from, length) &&
	       sendto(t->fd, t->buffer, (size_t)n, 0, &from.any, length) == n;
}

/* the same by the address and the device that were asked */
static bool echo_one_of_any(const struct echo_thread *t)
{
	_Alignas(struct cmsghdr) char control[256];
	union inetaddr from;
	struct iovec iov = { t->buffer, PACKET_MAX };
	struct msghdr msg = { .msg_name = &from,
			      .msg_namelen = sizeof(from),
			      .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(t->fd, &msg, 0);

	if (n < 0 || is_echo(t->echo, &from, msg.msg_namelen))
		return false;
	iov.iov_len = (size_t)n;
	msg.msg_flags = 0;
	return sendmsg(t->fd, &msg, 0) == n;
}

static void *echo_main(void *arg)
{
	struct echo_thread *t = arg;

	pin(t->cpu);
	while (!atomic_load_explicit(&t->echo->stop, memory_order_relaxed))
		if (t->echo->any ? echo_one_of_any(t) : echo_one(t))
			atomic_fetch_add_explicit(&t->nr_echoed, 1, memory_order_relaxed);
	return NULL;
}

int echo_start(struct echo *e)
{
	sigset_t all, old;
	int error = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (!error && e->nr_started < e->nr_threads) {
		error = pthread_create(&e->threads[e->nr_started].thread, NULL, echo_main,
				       &e->threads[e->nr_started]);
		e->nr_started += !error;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return error ? err_failed(-error, "cannot start a thread for the echo: %s", strerror(error))
		     : 0;
}

uint64_t echo_close(struct echo *e)
{
	uint64_t nr_echoed = 0;

	atomic_store(&e->stop, true);
	for (size_t i = 0; i < e->nr_started; i++) /* wakes recvmsg(), though it says ENOTCONN */
		shutdown(e->threads[i].fd, SHUT_RDWR);
	for (size_t i = 0; i < e->nr_threads; i++) {
		struct echo_thread *t = &e->threads[i];

		if (i < e->nr_started)
			pthread_join(t->thread, NULL);
		nr_echoed += atomic_load(&t->nr_echoed);
		if (t->fd >= 0)
			close(t->fd);
		free(t->buffer);
	}
	free(e->threads);
	memset(e, 0, sizeof(*e));
	return nr_echoed;
}
