// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_reflect.c - the other end of a virtio-net storm: a UDP echo until it is told to end
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include "base/err.h"
#include "net/echo.h"

/* those that were ignored when we were started stay so */
static void block_ends(sigset_t *ends)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction old;

	sigemptyset(ends);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaddset(ends, signals[i]);
	pthread_sigmask(SIG_BLOCK, ends, NULL);
}

int cmd_reflect(const struct request *req)
{
	char text[INETADDR_TEXT];
	struct echo echo = { 0 };
	union inetaddr addr;
	size_t nr_sockets;
	uint64_t nr;
	sigset_t ends;
	int ret, sig;

	if (inetaddr_parse(req->bind, REFLECT_PORT, &addr)) {
		err_usage("--bind=%s is no address (192.0.2.1, 192.0.2.1:7, [::]:7)", req->bind);
		return ERR_USAGE;
	}
	block_ends(&ends);
	ret = echo_open(&echo, &addr);
	nr_sockets = echo.nr_threads;
	if (!ret)
		ret = echo_start(&echo);
	if (!ret && !req->quiet)
		fprintf(stderr, "irqstorm: echoing UDP on %s, %zu sockets\n",
			inetaddr_format(&addr, text), nr_sockets);
	if (!ret)
		sigwait(&ends, &sig);
	nr = echo_close(&echo);
	if (!ret)
		printf("%" PRIu64 " packets echoed\n", nr);
	return ret ? (int)err_class() : ERR_OK;
}
