// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nic.c - facts of network devices. On this machine they are asked from the network namespace that
 * this process is in, which need not be the one that sysfs shows; of a recorded guest they are read
 * from sysfs.
 */
#include "guest/nic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/err.h"
#include "guest/rootfile.h"
#include "net/link.h"

static void keep_address(struct nic *nic, const struct sockaddr *addr)
{
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)addr;

	if (nic->address[0] || !addr)
		return;
	if (addr->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)addr)->sin_addr, nic->address,
			  sizeof(nic->address));
	else if (addr->sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr))
		inet_ntop(AF_INET6, &v6->sin6_addr, nic->address, sizeof(nic->address));
}

static void ask_kernel(struct nic *nic)
{
	struct ifreq ifr = { 0 };
	struct ifaddrs *all = NULL;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(ifr.ifr_name, nic->name, sizeof(ifr.ifr_name));
	nic->present = fd >= 0 && !ioctl(fd, SIOCGIFFLAGS, &ifr);
	if (fd >= 0)
		close(fd);
	if (!nic->present)
		return;
	nic->up = ifr.ifr_flags & IFF_UP ? YES : NO;
	nic->carrier = nic->up != YES ? UNKNOWN : ifr.ifr_flags & IFF_RUNNING ? YES : NO;
	if (getifaddrs(&all))
		return;
	for (const struct ifaddrs *ifa = all; ifa; ifa = ifa->ifa_next)
		if (!strcmp(ifa->ifa_name, nic->name))
			keep_address(nic, ifa->ifa_addr);
	freeifaddrs(all);
}

static void read_recorded(struct nic *nic, const char *root)
{
	const char *virtio = nic->device->name;
	char flags[32];
	long carrier;

	nic->present = true;
	if (rootfile_text(flags, sizeof(flags), root, "sys/bus/virtio/devices/%s/net/%s/flags",
			  virtio, nic->name) > 0)
		nic->up = strtoul(flags, NULL, 16) & IFF_UP ? YES : NO;
	carrier = rootfile_number(root, "sys/bus/virtio/devices/%s/net/%s/carrier", virtio,
				  nic->name);
	if (carrier >= 0 && nic->up == YES)
		nic->carrier = carrier ? YES : NO;
}

void nic_read(struct nic *nic, const struct irqmap *map, const char *root, const char *name)
{
	memset(nic, 0, sizeof(*nic));
	nic->up = nic->carrier = UNKNOWN;
	if (strlen(name) >= sizeof(nic->name))
		return;
	snprintf(nic->name, sizeof(nic->name), "%s", name);
	nic->device = irqmap_find(map, name);
	if (nic->device && (nic->device->kind != DEVICE_NET || strcmp(nic->device->node, name)))
		nic->device = NULL;
	if (!strcmp(root, "/"))
		ask_kernel(nic);
	else if (nic->device)
		read_recorded(nic, root);
}

int nic_gateway(struct nic_gateway *gateway, const char *nic)
{
	struct link_gateway found = { 0 };
	struct mnl_socket *nl;
	int ret = link_open(&nl);

	memset(gateway, 0, sizeof(*gateway));
	if (ret)
		return ret;
	ret = link_find_gateway(nl, nic ? if_nametoindex(nic) : 0, &found);
	link_close(nl);
	if (ret)
		return err_failed(ret, "cannot read the routes: %s", strerror(-ret));
	if (found.index && if_indextoname(found.index, gateway->nic))
		gateway->address = found.address;
	return 0;
}
