// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pair.c - moves a NIC into a namespace and back, and keeps an echo there. Knows two NICs by name;
 * no workload and no rate.
 */
#include "net/pair.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "net/link.h"

/* 198.18.0.0/15 is for the measuring of network devices (RFC 2544), and nobody's */
#define NETWORK 0xc6120000u
#define PREFIX 30
#define ECHO_PORT 7
#define VALID_S 60u
#define RENEW_S 20

static void advance(struct pair *p, enum pair_step step)
{
	pthread_mutex_lock(&p->lock);
	if (p->step < step)
		p->step = step;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

/* until the step is reached or the thread failed: its error */
static int await(struct pair *p, enum pair_step step)
{
	int error;

	pthread_mutex_lock(&p->lock);
	while (p->step < step && !p->error)
		pthread_cond_wait(&p->changed, &p->lock);
	error = p->error;
	pthread_mutex_unlock(&p->lock);
	return error;
}

static void fail(struct pair *p, int error)
{
	pthread_mutex_lock(&p->lock);
	if (!p->error) {
		p->error = error;
		p->error_class = err_class();
		snprintf(p->sentence, sizeof(p->sentence), "%s", err_sentence());
	}
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

static int thread_begin(struct pair *p, struct mnl_socket **nl, struct echo *echo)
{
	int ret;

	if (unshare(CLONE_NEWNET))
		return err_failed(-errno, "cannot make a network namespace for %s: %s%s", p->there,
				  strerror(errno),
				  errno == EPERM ? " (it takes CAP_SYS_ADMIN)" : "");
	p->ns_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (p->ns_fd < 0)
		return err_failed(-errno, "cannot open the network namespace of %s: %s", p->there,
				  strerror(errno));
	ret = link_open(nl);
	if (ret)
		return ret;
	advance(p, PAIR_NAMESPACE);
	await(p, PAIR_MOVED);
	if (!p->moved)
		return -ECANCELED;
	p->there_index = if_nametoindex(p->there);
	ret = p->there_index ? link_set_up(*nl, p->there_index, true) : -ENODEV;
	if (!ret)
		ret = link_add_address(*nl, p->there_index, p->peer.v4.sin_addr, PREFIX,
				       UINT32_MAX);
	if (ret)
		return err_failed(ret, "cannot set up %s in its namespace: %s", p->there,
				  strerror(-ret));
	ret = echo_open(echo, &p->peer);
	return ret ? ret : echo_start(echo);
}

/* renews this end's address until it is told to stop */
static void stay(struct pair *p)
{
	pthread_mutex_lock(&p->lock);
	while (p->step < PAIR_STOP) {
		struct timespec until;

		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += RENEW_S;
		if (pthread_cond_timedwait(&p->changed, &p->lock, &until) == ETIMEDOUT)
			link_add_address(p->nl, p->here_index, p->here_address, PREFIX, VALID_S);
	}
	pthread_mutex_unlock(&p->lock);
}

static void *thread_main(void *arg)
{
	struct pair *p = arg;
	struct mnl_socket *nl = NULL;
	struct echo echo = { 0 };
	int ret = thread_begin(p, &nl, &echo);

	if (ret)
		fail(p, ret);
	else
		advance(p, PAIR_READY);
	stay(p);
	echo_close(&echo);
	if (p->moved && nl) {
		ret = link_move(nl, p->there_index, p->home_fd);
		if (ret && ret != -ENODEV) /* unplugged in the meantime */
			fail(p, err_failed(ret, "cannot move %s back out of its namespace: %s",
					   p->there, strerror(-ret)));
	}
	link_close(nl);
	advance(p, PAIR_HOME);
	return NULL;
}

/* of a NIC, or 0 */
static short flags_of(const char *name)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { 0 };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &ifr))
		ifr.ifr_flags = 0;
	if (fd >= 0)
		close(fd);
	return ifr.ifr_flags;
}

static int refuse_move(const struct pair *p, int error)
{
	if (error == -EPERM)
		return err_cannot("moving %s into a network namespace takes CAP_NET_ADMIN",
				  p->there);
	return err_failed(error, "cannot move %s into a network namespace: %s", p->there,
			  error == -EINVAL ? "its driver does not let it go" : strerror(-error));
}

static int move_there(struct pair *p)
{
	int ret = link_move(p->nl, p->there_index, p->ns_fd);

	if (ret)
		return refuse_move(p, ret);
	p->moved = true;
	ret = link_add_address(p->nl, p->here_index, p->here_address, PREFIX, VALID_S);
	if (ret)
		return err_failed(ret, "cannot give %s an address for the run: %s", p->here,
				  strerror(-ret));
	p->addressed = true;
	return 0;
}

static int start_thread(struct pair *p)
{
	pthread_condattr_t attr;
	int error;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, &attr);
	pthread_condattr_destroy(&attr);
	error = pthread_create(&p->thread, NULL, thread_main, p);
	if (error)
		return err_failed(-error, "cannot start a thread for %s: %s", p->there,
				  strerror(error));
	p->started = true;
	return 0;
}

int pair_begin(struct pair *p, const char *here, const char *there, unsigned int number)
{
	uint32_t network = NETWORK + 4 * (number & 0xff);
	int ret;

	memset(p, 0, sizeof(*p));
	p->home_fd = p->ns_fd = -1;
	snprintf(p->here, sizeof(p->here), "%s", here);
	snprintf(p->there, sizeof(p->there), "%s", there);
	p->here_index = if_nametoindex(here);
	p->there_index = if_nametoindex(there);
	if (!p->here_index || !p->there_index)
		return err_cannot("there is no NIC %s here", p->here_index ? there : here);
	p->there_was_up = flags_of(there) & IFF_UP;
	p->here_address.s_addr = htonl(network + 1);
	p->peer.v4 = (struct sockaddr_in){ .sin_family = AF_INET,
					   .sin_port = htons(ECHO_PORT),
					   .sin_addr = { htonl(network + 2) } };
	p->home_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (p->home_fd < 0)
		return err_failed(-errno, "cannot open this network namespace: %s",
				  strerror(errno));
	ret = link_open(&p->nl);
	if (!ret)
		ret = start_thread(p);
	if (!ret && !await(p, PAIR_NAMESPACE))
		ret = move_there(p);
	if (!ret && !p->error) {
		advance(p, PAIR_MOVED);
		await(p, PAIR_READY);
	}
	return p->error ? err_keep(p->error_class, p->error, p->sentence) : ret;
}

static int put_back(struct pair *p)
{
	int ret = 0;

	if (p->addressed)
		ret = link_remove_address(p->nl, p->here_index, p->here_address, PREFIX);
	if (ret && ret != -ENODEV && ret != -EADDRNOTAVAIL) /* unplugged, or somebody was faster */
		return err_failed(ret, "cannot take the address of the run off %s: %s", p->here,
				  strerror(-ret));
	p->there_index = p->moved ? if_nametoindex(p->there) : 0;
	if (p->there_index && p->there_was_up)
		ret = link_set_up(p->nl, p->there_index, true);
	return ret && p->there_index
		       ? err_failed(ret, "cannot set %s up again: %s", p->there, strerror(-ret))
		       : 0;
}

int pair_end(struct pair *p)
{
	int ret = 0;

	if (p->started) {
		advance(p, PAIR_STOP);
		pthread_join(p->thread, NULL);
		pthread_cond_destroy(&p->changed);
		pthread_mutex_destroy(&p->lock);
		ret = put_back(p);
		if (!ret && p->error && p->error != -ECANCELED)
			ret = err_keep(p->error_class, p->error, p->sentence);
	}
	link_close(p->nl);
	if (p->here_index && p->home_fd >= 0)
		close(p->home_fd);
	if (p->here_index && p->ns_fd >= 0)
		close(p->ns_fd);
	memset(p, 0, sizeof(*p));
	return ret;
}
