#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bench-net.sh IRQSTORM - what a round trip between two virtio-net devices of one guest costs, against sockperf: 64 bytes, one
# packet in flight, in a guest that counts its instructions instead of time (see run_counted)
#
# Prints one row per program; exits 1 where irqstorm makes less than 95 % of sockperf's round trips.
# Knows sockperf's options. Status 77: cannot run here; 99: the test bed broke.

set -u
. "$(dirname "$0")/vmlib.sh"
. "$vm_dir/images.sh"
. "$vm_dir/run.sh"

[ $# = 1 ] && [ -x "$1" ] || { echo "usage: bench-net.sh IRQSTORM" >&2; exit 2; }
vm_require qemu-system-x86_64 busybox cpio jq sockperf ip
vm_scratch
images_kernel 6.1
g=$vm_tmp/guest/job
mkdir -p "$g"
vm_bin "$vm_tmp/guest" "$(realpath "$1")" sockperf
vm_bin "$vm_tmp/guest" "$(command -v ip)"
cp "$1" "$g/irqstorm"
cp -L "$(command -v ip)" "$g/ip"
cat >"$g/bench" <<'END'
ip link set eth0 up
ip link set eth1 up
sleep 1
./irqstorm -w virtio-net,dev=eth0,peer=pair:eth1,size=64 --rate=max --eoi=none --warmup=0s -d 1s -q -J >/out/irqstorm.json
echo $? >/out/irqstorm.status
# the same by hand: the other device in a network namespace of its own
unshare -n sleep 1000 &
sleep 1
in_ns="nsenter -t $! -n"
./ip link set eth1 netns $!
$in_ns ip addr add 198.18.9.2/24 dev eth1
$in_ns ip link set eth1 up
ip addr add 198.18.9.1/24 dev eth0
$in_ns sockperf server -i 198.18.9.2 >/out/server 2>&1 &
sleep 1
sockperf ping-pong -i 198.18.9.2 -t 1 --msg-size 64 >/out/sockperf 2>&1
echo $? >/out/sockperf.status
END
job_guest "$vm_tmp/guest" "$vm_tmp"
out=$vm_tmp/out
nic() { echo "-netdev hubport,id=n$1,hubid=0 -device virtio-net-pci,netdev=n$1,ioeventfd=off,romfile="; }
# shellcheck disable=SC2046 # options
run_counted "$vm_tmp" "$out" bench $(nic 0) $(nic 1) || { cat "$vm_tmp/console" >&2; vm_broken "the guest died"; }
[ "$(cat "$out/irqstorm.status" "$out/sockperf.status" | xargs)" = "0 0" ] ||
	{ cat "$out/log" "$out/sockperf" >&2; exit 1; }
awk -v storm="$(jq '.totals.rate_hz' "$out/irqstorm.json")" '
	/\[Total Run\]/ { match($0, /RunTime=[0-9.]+/); s = substr($0, RSTART + 8, RLENGTH - 8)
		match($0, /ReceivedMessages=[0-9]+/); peer = substr($0, RSTART + 17, RLENGTH - 17) / s }
	END {
		printf "%-10s %14s %26s %12s\n", "program", "round trips/s", "instructions/round trip", "to sockperf"
		printf "%-10s %14.0f %26.0f %12.3f\n", "sockperf", peer, 1e9 / peer, 1
		printf "%-10s %14.0f %26.0f %12.3f\n", "irqstorm", storm, 1e9 / storm, storm / peer
		exit storm < 0.95 * peer
	}' "$out/sockperf"
