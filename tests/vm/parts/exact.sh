# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# exact.sh - what the guest counts is what the host's tracepoints say, to the last EOI, with PV-EOI on and off
#
# exact_guest runs in the guest (busybox), exact_check outside (bash), with what the guest and the host left behind.

exact_guest() {
	local eoi
	# from before the module is loaded: its n-th mark is then the n-th write in the trace
	host trace-on 0
	insmod ./irqstorm_eoi.ko
	for eoi in pv msr; do
		./irqstorm -w virtio-blk,dev=/dev/vda -R 150 -d 3s --warmup=500ms --eoi=$eoi -q -J -o "$1/$eoi.json"
		echo $? >"$1/$eoi.status"
	done
	rmmod irqstorm_eoi
	host trace-off exact
}

exact_check() {
	local eoi
	tap_is 0 "$(cat "$1/host/exact.lost")" "the host's trace has lost no line"
	for eoi in pv msr; do
		# a storm in a slow machine may not hold its rate: not the question here
		tap_test "PV-EOI by --eoi=$eoi: irqstorm ran" grep -qx '[03]' "$2/$eoi.status"
		tap_jq "$2/$eoi.json" 'all(.cpus[]; .eoi.marks.end == .eoi.marks.begin + 1)' \
			"PV-EOI by --eoi=$eoi: the run lies between two marks"
		jq -r '.cpus[] | "window \(.eoi.marks.begin) cpu \(.cpu) fast \(.eoi.fast) msr \(.eoi.msr)"' \
			"$2/$eoi.json" >"$2/$eoi.windows"
		tap_test "PV-EOI by --eoi=$eoi: fast and msr of each vCPU are the host's, to the last EOI" \
			awk -f "$vm_dir/../kmod/windows.awk" "$2/$eoi.windows" "$1/host/exact.trace"
		awk -f "$vm_dir/../kmod/windows.awk" "$2/$eoi.windows" "$1/host/exact.trace" | sed 's/^/# /'
		tap_jq "$2/$eoi.json" '.totals.interrupts_per_event == 1 and .totals.interrupts == .totals.events' \
			"PV-EOI by --eoi=$eoi: each event is one interrupt"
	done
	tap_jq "$2/pv.json" 'all(.cpus[]; .eoi.fast > 0)' "PV-EOI on: each vCPU takes the fast path"
	tap_jq "$2/msr.json" 'all(.cpus[]; .eoi.fast == 0 and .eoi.msr > 0)' "PV-EOI off: no vCPU takes the fast path"
}
