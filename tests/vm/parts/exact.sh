# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# exact.sh - what the guest counts is what the host's tracepoints say, to the last EOI, with PV-EOI on, off and ignored; and
# it is known whose each was
#
# exact_guest runs in the guest (busybox), exact_check outside (bash), with what the guest and the host left behind.

exact_guest() {
	local eoi
	# from before the module is loaded: its n-th mark is then the n-th write in the trace
	host trace-on 0
	insmod ./irqstorm_eoi.ko
	for eoi in pv msr ignored; do
		./irqstorm -w virtio-blk,dev=/dev/vda -R 150 -d 3s --warmup=500ms --eoi=$eoi -q -J -o "$1/$eoi.json"
		echo $? >"$1/$eoi.status"
	done
	rmmod irqstorm_eoi
	host trace-off exact
}

exact_check() {
	local eoi
	tap_is 0 "$(cat "$1/host/exact.lost")" "the host's trace has lost no line"
	for eoi in pv msr ignored; do
		# a storm in a slow machine may not hold its rate: not the question here
		tap_test "--eoi=$eoi: irqstorm ran" grep -qx '[03]' "$2/$eoi.status"
		tap_jq "$2/$eoi.json" 'all(.cpus[]; .eoi.marks.end == .eoi.marks.begin + 1)' \
			"--eoi=$eoi: the run lies between two marks"
		jq -r '.cpus[] | "window \(.eoi.marks.begin) cpu \(.cpu) fast \(.eoi.fast) msr \(.eoi.msr)"' \
			"$2/$eoi.json" >"$2/$eoi.windows"
		tap_test "--eoi=$eoi: fast and msr of each vCPU are the host's, to the last EOI" \
			awk -f "$vm_dir/../kmod/windows.awk" "$2/$eoi.windows" "$1/host/exact.trace"
		awk -f "$vm_dir/../kmod/windows.awk" "$2/$eoi.windows" "$1/host/exact.trace" | sed 's/^/# /'
		tap_jq "$2/$eoi.json" '.totals.interrupts_per_event == 1 and .totals.interrupts == .totals.events' \
			"--eoi=$eoi: each event is one interrupt"
		tap_jq "$2/$eoi.json" '.irqs as $irqs | all(.cpus[]; .cpu as $cpu | [$irqs[] | select(.cpu == $cpu)] as $own |
			.eoi.fast == ([$own[].fast] | add) and .eoi.msr == ([$own[].msr] | add))' \
			"--eoi=$eoi: the sources of each vCPU add up to its fast and msr"
		tap_jq "$2/$eoi.json" '.totals.interrupts == ([.irqs[] | select(.storm) | .fast + .msr] | add)' \
			"--eoi=$eoi: the EOIs of the storm's vectors are as many as its interrupts"
		tap_jq "$2/$eoi.json" '.totals.eoi.msr == ([.why_not_fast[]] | add)' "--eoi=$eoi: each that was not fast has its reason"
	done
	tap_jq "$2/pv.json" 'all(.cpus[]; .eoi.fast > 0)' "PV-EOI on: each vCPU takes the fast path"
	tap_jq "$2/msr.json" 'all(.cpus[]; .eoi.fast == 0 and .eoi.msr > 0) and .why_not_fast.off == .totals.eoi.msr' \
		"PV-EOI off: no vCPU takes the fast path, and that is why"
	tap_jq "$2/ignored.json" 'all(.cpus[]; .eoi.fast == 0 and .eoi.msr > 0) and .why_not_fast.ignored == .totals.eoi.msr' \
		"PV-EOI ignored: no vCPU takes the fast path, and that is why"
}
