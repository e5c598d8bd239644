# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# affinity.sh - a run writes the affinities of its NIC and no others, and gives them back when it is interrupted; an irqbalance
# is named and left alone; a disk that is unplugged ends the run with a sentence

# all that a run could change of interrupts; where they go effectively lags behind, and spurious is a count
affinity_all() { (cd /proc/irq && grep -r . . | grep -vE '/(effective_affinity(_list)?|spurious):' | sort); }

# affinity_running: the second NIC is away, so the run has begun
affinity_running() {
	local i=0
	while [ -e /sys/class/net/eth1 ] && [ $((i += 1)) -lt 300 ]; do
		usleep 100000
	done
	sleep 1
}

affinity_guest() {
	local last pid balancer irq
	last=$(($(nproc) - 1))
	ip link set eth0 up
	ip link set eth1 up
	sleep 1
	affinity_all >"$1/before.irqs"
	for irq in /sys/class/net/eth0/device/../msi_irqs/*; do
		echo "${irq##*/}"
	done >"$1/nic.irqs"
	sh -c 'echo irqbalance >/proc/self/comm; while :; do sleep 1; done' &
	balancer=$!
	./irqstorm -w virtio-net,dev=eth0,peer=pair:eth1 -w virtio-blk,dev=/dev/vda -c $last -R 20 -d 100s --warmup=0 -q -J \
		-o "$1/run.json" 2>"$1/run.words" &
	pid=$!
	affinity_running
	affinity_all >"$1/running.irqs"
	kill -TERM $pid
	wait $pid
	echo $? >"$1/run.status"
	affinity_all >"$1/after.irqs"
	ip -o link | grep -c ' eth[01]: ' >"$1/after.nics"
	cat "/proc/$balancer/comm" >"$1/balancer"
	kill $balancer
	[ -e /dev/nvme0n1 ] || return
	(sleep 5; echo 1 >/sys/block/nvme0n1/device/device/remove) &
	./irqstorm -w virtio-blk,dev=/dev/nvme0n1 -c 0 -R 20 -d 60s --warmup=0 -q -J -o "$1/unplugged.json" >"$1/unplugged.words" 2>&1
	echo $? >"$1/unplugged.status"
}

# affinity_changed DIR: the numbers of the IRQs for which anything is other in the run than before
affinity_changed() {
	diff "$1/before.irqs" "$1/running.irqs" | sed -n 's|^[<>] \./\([0-9]*\)/.*|\1|p' | sort -un
}

affinity_only_nic() {
	local irqs
	irqs=$(affinity_changed "$1")
	echo "$irqs"
	[ -n "$irqs" ] && ! echo "$irqs" | grep -vxFf "$1/nic.irqs"
}

affinity_check() {
	local p=$2
	tap_test "in the run affinities of the NIC are others, and of nothing else: no managed one's" affinity_only_nic "$p"
	tap_is 130 "$(cat "$p/run.status")" "a run that is told to end: exit status 130"
	tap_test "a run that is told to end: all of /proc/irq is as before" cmp "$p/before.irqs" "$p/after.irqs"
	tap_is 2 "$(cat "$p/after.nics")" "a run that is told to end: both devices are here"
	tap_jq "$p/run.json" '[.cpus[] | [.workload, .placement, .irq_cpu == .cpu]] == [["virtio-net", "own", true], ["virtio-blk", "own", true]]' \
		"a NIC and a disk at once: a row for each, on its own vCPU"
	tap_jq "$p/run.json" '.interrupted and (.notes | any(test("irqbalance is running .PID [0-9]+.")))' "a running irqbalance is named"
	tap_is irqbalance "$(cat "$p/balancer")" "and left alone"
	[ -f "$p/unplugged.status" ] || return
	tap_is 1 "$(cat "$p/unplugged.status")" "a disk that is unplugged in mid-run: exit status 1"
	tap_is 1 "$(grep -c . "$p/unplugged.words")" "a disk that is unplugged in mid-run: one sentence"
	tap_jq "$p/unplugged.json" '.totals.events > 0 and (.failed | test("nvme0n1"))' "a disk that is unplugged in mid-run is named, and the result is written"
	sed 's/^/# /' "$p/unplugged.words"
}
