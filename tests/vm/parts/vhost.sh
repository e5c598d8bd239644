# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vhost.sh - a virtio-net device with several queues, whose other end is irqstorm reflect on the host: each vCPU's round trips
# are interrupts of its own queue on itself, and there are more of them than a disk makes

# vhost_storm FILE ARG...: the interrupts of all virtio queues in four seconds
vhost_storm() {
	local file=$1 before
	shift
	before=$(vhost_count)
	./irqstorm -d 4s --warmup=0 -J -q -o "$file-$round.json" -w "$@"
	echo $(($(vhost_count) - before)) >>"$file.interrupts"
}

vhost_count() {
	awk 'NR == 1 { n = NF + 1 } /virtio[0-9]+-(input|output|req)\./ { for (i = 2; i <= n; i++) s += $i } END { print s }' /proc/interrupts
}

vhost_guest() {
	local nic cpu round
	for nic in /sys/class/net/*/queues/rx-1; do
		[ -d "$nic" ] || return
		nic=${nic%/queues/*}
		nic=${nic##*/}
	done
	echo "$nic" >"$1/nic"
	ip addr add 192.0.2.2/24 dev "$nic"
	ip link set "$nic" up
	sleep 1
	host processors all
	host reflect
	# both know each other's address from here on
	./irqstorm -w virtio-net,dev="$nic",peer=192.0.2.1 -c 0 -R 5 -d 1s --warmup=0 -q >/dev/null 2>&1
	for cpu in 0 1; do
		./irqstorm -w virtio-net,dev="$nic",peer=192.0.2.1 -c $cpu -d 4s -J -q -o "$1/cpu$cpu.json"
	done
	for round in 1 2 3 4 5 6; do
		vhost_storm "$1/blk" virtio-blk,dev=/dev/vda
		vhost_storm "$1/net" virtio-net,dev="$nic",peer=192.0.2.1
	done
	host processors one
}

# vhost_both_ways DIR ROUND: the interrupts of all its queues, by /proc/interrupts, are two for each event, within 2 %
vhost_both_ways() {
	jq -e --argjson nr "$(sed -n "$2p" "$1/net.interrupts")" '[$nr, .totals.events, $nr / .totals.events] |
		., (.[2] >= 1.96 and .[2] <= 2.04)' "$1/net-$2.json"
}

# vhost_tx DIR: does this guest's kernel take an interrupt for each packet that was sent? 6.1 does; 7.2 was seen not to, and
# makes half as many interrupts for as many round trips
vhost_tx() {
	jq -e '.machine.kernel | startswith("6.1.")' "$1/net-1.json" >/dev/null
}

# vhost_ratio DIR: the most interrupts of the network in a round are 1.5 times the most of the disk: what either can do, as
# whatever else runs on this machine only makes them fewer
vhost_ratio() {
	awk '
		FNR == 1 { file++ } $1 > most[file] { most[file] = $1 }
		END { print "disk " most[1] / 4 " a second, network " most[2] / 4 ": " most[2] / most[1]; exit most[2] < 1.5 * most[1] }' \
		"$1/blk.interrupts" "$1/net.interrupts"
}

vhost_check() {
	local cpu round
	if [ ! -f "$2/nic" ]; then
		tap_skipped=$((tap_skipped + 1))
		tap_ok "vhost-net # SKIP this host has no /dev/vhost-net"
		return
	fi
	for cpu in 0 1; do
		tap_jq "$2/cpu$cpu.json" '.totals.events > 50 and .totals.interrupts_per_event >= 0.98 and .totals.interrupts_per_event <= 1.02' \
			"vCPU $cpu: 1.00 +- 0.02 RX interrupts for each round trip"
		# packets of the host's own (neighbour discovery) come by a queue that it chooses: a few
		tap_jq "$2/cpu$cpu.json" '.totals.interrupts_elsewhere <= 4 and .cpus[0].irq_cpu == .cpus[0].cpu and .totals.lost == 0' \
			"vCPU $cpu: all of them on itself, and nothing lost"
	done
	for round in 1 2 3 4 5 6; do
		tap_jq "$2/net-$round.json" 'all(.cpus[]; .interrupts_per_event >= 0.98 and .interrupts_per_event <= 1.02 and .irq_cpu == .cpu)' \
			"both vCPUs at once, round $round: 1.00 +- 0.02 RX interrupts for each round trip, each on itself"
		! vhost_tx "$2" ||
			tap_test "both vCPUs at once, round $round: 1 RX and 1 TX interrupt for each round trip" vhost_both_ways "$2" $round
	done
	! vhost_tx "$2" || tap_test "both vCPUs: at least 1.5 times the interrupts that the disk makes" vhost_ratio "$2"
	vhost_ratio "$2" | sed 's/^/# /'
}
