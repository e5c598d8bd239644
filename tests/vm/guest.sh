# shellcheck shell=dash disable=SC3045
# SPDX-License-Identifier: GPL-2.0-or-later
#
# guest.sh - the functions that scripts inside a guest use; sourced there by /job/main
#
# Knows the line to the KVM host's script. Must not know the tests.

say() { echo "say $*" >&3; }

# host REQUEST...: ask the KVM host's script, and wait for its answer
host() {
	local answer
	echo "$*" >&3
	read -r -t 60 answer <&3
	[ "$answer" = ok ] || { echo "host: $*: ${answer:-no answer}"; return 1; }
}

# net_apart: eth1 in a network namespace of its own, with 198.18.9.2, and eth0 with 198.18.9.1. $apart COMMAND... runs there;
# kill $apart_pid brings eth1 back. Needs iproute2's ./ip: busybox's cannot move a device.
net_apart() {
	unshare -n sleep 1000 &
	apart_pid=$!
	apart="nsenter -t $apart_pid -n"
	sleep 1
	./ip link set eth1 netns $apart_pid
	$apart ip addr add 198.18.9.2/24 dev eth1
	$apart ip link set eth1 up
	ip addr add 198.18.9.1/24 dev eth0
	net_await eth0
}

# net_await NIC: until its link is up, which the host says, and packets can leave by it
net_await() {
	local i=0
	while [ "$(cat "/sys/class/net/$1/operstate")" != up ] && [ $((i += 1)) -lt 100 ]; do
		usleep 100000
	done
}
