#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bench-net.sh IRQSTORM KERNEL... - what a round trip between two virtio-net devices of one guest costs, against sockperf:
# 64 bytes, one packet in flight, both ends, in guests of these series that count their instructions (see run_counted)
#
# Prints one row per kernel and program; exits 1 where irqstorm makes less than 95 % of sockperf's round trips.
# Repeatable to 0.3 % on an idle machine. Knows sockperf's options. Status 77: cannot run here; 99: the test bed broke.

set -u
. "$(dirname "$0")/vmlib.sh"
. "$vm_dir/images.sh"
. "$vm_dir/run.sh"

if [ $# -lt 2 ] || [ ! -x "$1" ]; then
	echo "usage: bench-net.sh IRQSTORM KERNEL..." >&2
	exit 2
fi
irqstorm=$1
shift

vm_require qemu-system-x86_64 busybox cpio jq sockperf ip
vm_scratch
g=$vm_tmp/guest/job
mkdir -p "$g"
vm_bin "$vm_tmp/guest" "$(realpath "$irqstorm")" sockperf ip
cp "$irqstorm" "$g/irqstorm"
cp -L "$(command -v ip)" "$g/ip"
cat >"$g/bench" <<'END'
ip link set eth0 up
ip link set eth1 up
sleep 2
net_await eth0
net_await eth1
./irqstorm -w virtio-net,dev=eth0,peer=pair:eth1,size=64 --rate=max --eoi=none --warmup=400ms -d 1s -q -J >/out/irqstorm.json
echo $? >/out/irqstorm.status
net_apart
$apart sockperf server -i 198.18.9.2 >/out/server 2>&1 &
sleep 1
sockperf ping-pong -i 198.18.9.2 -t 1 --msg-size 64 >/out/sockperf 2>&1
echo $? >/out/sockperf.status
END
nic() { echo "-netdev hubport,id=n$1,hubid=0 -device virtio-net-pci,netdev=n$1,ioeventfd=off,romfile="; }

# bench SERIES: its two rows
bench() {
	local job=$vm_tmp/job-$1 out=$vm_tmp/out-$1
	images_kernel "$1"
	mkdir -p "$job"
	job_guest "$vm_tmp/guest" "$job"
	rm -f "$vm_tmp/counted.tar"
	# shellcheck disable=SC2046 # options
	run_counted "$job" "$out" bench $(nic 0) $(nic 1) 2>"$job/qemu.log" ||
		{ cat "$job/qemu.log" "$vm_tmp/console" >&2; vm_broken "the guest died"; }
	[ "$(cat "$out/irqstorm.status" "$out/sockperf.status" | xargs)" = "0 0" ] ||
		{ cat "$out/log" "$out/sockperf" >&2; return 1; }
	awk -v series="$1" -v storm="$(jq '.totals.rate_hz' "$out/irqstorm.json")" '
		/\[Total Run\]/ {
			match($0, /RunTime=[0-9.]+/); s = substr($0, RSTART + 8, RLENGTH - 8)
			match($0, /ReceivedMessages=[0-9]+/); peer = substr($0, RSTART + 17, RLENGTH - 17) / s
		}
		END {
			if (!peer) { print "no result of sockperf"; exit 1 }
			printf "%-7s %-10s %14.0f %26.0f %12.3f\n", series, "sockperf", peer, 1e9 / peer, 1
			printf "%-7s %-10s %14.0f %26.0f %12.3f\n", series, "irqstorm", storm, 1e9 / storm, storm / peer
			exit storm < 0.95 * peer
		}' "$out/sockperf"
}

echo "round trips of 64 bytes between two devices, one in flight, on one vCPU; one instruction = 1 ns"
printf "%-7s %-10s %14s %26s %12s\n" kernel program "round trips/s" "instructions/round trip" "to sockperf"
failed=0
for series; do
	bench "$series" || failed=1
done
[ $failed = 0 ] || echo "bench-net: irqstorm makes less than 95 % of sockperf's round trips" >&2
exit $failed
