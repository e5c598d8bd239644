// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * link.c - the only file that calls libmnl. Knows rtnetlink's messages; not what they are sent for.
 */
#include "net/link.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include "base/err.h"

#define BUFFER_SIZE 8192
#define SEQUENCE 1u

int link_open(struct mnl_socket **nl)
{
	int ret = 0;

	*nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!*nl || mnl_socket_bind(*nl, 0, MNL_SOCKET_AUTOPID)) {
		ret = -errno;
		link_close(*nl);
		*nl = NULL;
	}
	return ret ? err_failed(ret, "cannot talk to the kernel about the network: %s",
				strerror(-ret))
		   : 0;
}

void link_close(struct mnl_socket *nl)
{
	if (nl)
		mnl_socket_close(nl);
}

/* sends, and gives each() the answers up to the last or the acknowledgement */
static int talk(struct mnl_socket *nl, struct nlmsghdr *request, mnl_cb_t each, void *ctx)
{
	char buffer[BUFFER_SIZE];
	ssize_t n;
	int ret = MNL_CB_OK;

	request->nlmsg_seq = SEQUENCE;
	if (mnl_socket_sendto(nl, request, request->nlmsg_len) < 0)
		return -errno;
	while (ret > MNL_CB_STOP) {
		n = mnl_socket_recvfrom(nl, buffer, sizeof(buffer));
		if (n < 0)
			return -errno;
		ret = mnl_cb_run(buffer, (size_t)n, SEQUENCE, mnl_socket_get_portid(nl), each, ctx);
	}
	return ret < 0 ? -errno : 0;
}

static struct nlmsghdr *link_request(char *buffer, unsigned int index)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *ifi;

	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = (int)index;
	return nlh;
}

int link_set_up(struct mnl_socket *nl, unsigned int index, bool up)
{
	char buffer[BUFFER_SIZE];
	struct nlmsghdr *nlh = link_request(buffer, index);
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	ifi->ifi_change = IFF_UP;
	ifi->ifi_flags = up ? IFF_UP : 0;
	return talk(nl, nlh, NULL, NULL);
}

int link_move(struct mnl_socket *nl, unsigned int index, int namespace_fd)
{
	char buffer[BUFFER_SIZE];
	struct nlmsghdr *nlh = link_request(buffer, index);

	mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, (uint32_t)namespace_fd);
	return talk(nl, nlh, NULL, NULL);
}

static struct nlmsghdr *address_request(char *buffer, uint16_t type, unsigned int index,
					struct in_addr address, uint8_t prefix)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct ifaddrmsg *ifa;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	ifa = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));
	ifa->ifa_family = AF_INET;
	ifa->ifa_prefixlen = prefix;
	ifa->ifa_scope = RT_SCOPE_UNIVERSE;
	ifa->ifa_index = index;
	mnl_attr_put_u32(nlh, IFA_LOCAL, address.s_addr);
	mnl_attr_put_u32(nlh, IFA_ADDRESS, address.s_addr);
	return nlh;
}

int link_add_address(struct mnl_socket *nl, unsigned int index, struct in_addr address,
		     uint8_t prefix, uint32_t valid_s)
{
	const struct ifa_cacheinfo life = { .ifa_prefered = valid_s, .ifa_valid = valid_s };
	char buffer[BUFFER_SIZE];
	struct nlmsghdr *nlh = address_request(buffer, RTM_NEWADDR, index, address, prefix);

	nlh->nlmsg_flags |= NLM_F_CREATE | NLM_F_REPLACE;
	mnl_attr_put(nlh, IFA_CACHEINFO, sizeof(life), &life);
	return talk(nl, nlh, NULL, NULL);
}

int link_remove_address(struct mnl_socket *nl, unsigned int index, struct in_addr address,
			uint8_t prefix)
{
	char buffer[BUFFER_SIZE];

	return talk(nl, address_request(buffer, RTM_DELADDR, index, address, prefix), NULL, NULL);
}

struct search {
	unsigned int index;
	struct link_gateway *found;
};

static int keep_gateway(const struct nlmsghdr *nlh, void *ctx)
{
	const struct search *search = ctx;
	const struct rtmsg *rt = mnl_nlmsg_get_payload(nlh);
	struct link_gateway gateway = { 0 };
	const struct nlattr *attr;

	if (rt->rtm_family != AF_INET || rt->rtm_dst_len || rt->rtm_table != RT_TABLE_MAIN)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, nlh, sizeof(*rt))
	{
		switch (mnl_attr_get_type(attr)) {
		case RTA_GATEWAY:
			gateway.address.s_addr = mnl_attr_get_u32(attr);
			break;
		case RTA_OIF:
			gateway.index = mnl_attr_get_u32(attr);
			break;
		case RTA_PRIORITY:
			gateway.metric = mnl_attr_get_u32(attr);
			break;
		default:
			break;
		}
	}
	if (gateway.address.s_addr && gateway.index &&
	    (!search->index || search->index == gateway.index) &&
	    (!search->found->index || gateway.metric < search->found->metric))
		*search->found = gateway;
	return MNL_CB_OK;
}

int link_find_gateway(struct mnl_socket *nl, unsigned int index, struct link_gateway *gateway)
{
	struct search search = { index, gateway };
	char buffer[BUFFER_SIZE];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct rtmsg *rt;

	memset(gateway, 0, sizeof(*gateway));
	nlh->nlmsg_type = RTM_GETROUTE;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	rt = mnl_nlmsg_put_extra_header(nlh, sizeof(*rt));
	rt->rtm_family = AF_INET;
	return talk(nl, nlh, keep_gateway, &search);
}
