# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kinds.sh - timers, IPIs, two disks, a program: what irqstorm says of them is what /proc/interrupts says, and the exit
# status is handed on

# kinds_begun: irqstorm has started its workers; this machine may take seconds for it
kinds_begun() {
	local i=0
	until [ "$(ls "/proc/$(pidof irqstorm)/task" 2>/dev/null | wc -l)" -gt 1 ] || [ $((i += 1)) -gt 200 ]; do
		usleep 50000
	done
}

kinds_guest() {
	local k try
	insmod ./irqstorm_eoi.ko
	# what a vCPU gets beside the events: the same pacing, with no interrupt of its own
	./irqstorm -w null,cpus=0,rate=1k -w null,cpus=1,rate=1 -d 4s --warmup=500ms -q -J -o "$1/quiet.json"
	# the question is what an event is; but a machine that is too busy to hold the rate is too busy for the answer
	for k in timer,cpus=1,rate=1k ipi,to=1,rate=1k ipi,to=1,kind=reschedule,rate=100; do
		for try in 1 2 3 4; do
			cat /proc/interrupts >"$1/$k.before"
			./irqstorm -w $k -d 4s --warmup=500ms -q -J -o "$1/$k.json"
			echo $? >"$1/$k.status"
			cat /proc/interrupts >"$1/$k.after"
			[ "$(cat "$1/$k.status")" = 3 ] || break
		done
	done
	./irqstorm -w virtio-blk,dev=/dev/vda,depth=8,batch=8 --arrivals=burst=8 -R 80 -d 2s --warmup 0 -q -J -o "$1/batch.json"
	./irqstorm -w ipi -w timer,rate=50 -R 50 -d 2s --warmup=200ms -q -J -o "$1/both.json"
	echo $? >"$1/both.status"
	./irqstorm -w virtio-blk,dev=/dev/nvme0n1 -w virtio-blk,dev=/dev/vda,rate=20 -R 40 -d 3s --warmup=300ms -q -J -o "$1/disks.json"
	echo $? >"$1/disks.status"
	cat /proc/interrupts >"$1/program.before"
	./irqstorm -q -J -o "$1/program.json" -- ./irqstorm -w ipi,to=1 -R max -d 2s --warmup 0 -q -J -o "$1/inner.json"
	echo $? >"$1/program.status"
	cat /proc/interrupts >"$1/program.after"
	./irqstorm -q -J -o "$1/seven.json" --eoi=msr -- sh -c 'sleep 1; exit 7'
	echo $? >"$1/seven.status"
	./irqstorm -q -o "$1/killed" -- sh -c 'kill -9 $$'
	echo $? >"$1/killed.status"
	./irqstorm -q -o "$1/nowhere" -- ./nowhere
	echo $? >"$1/nowhere.status"
	(kinds_begun; sleep 1; echo 0 >/sys/devices/system/cpu/cpu1/online) &
	./irqstorm -w ipi,to=1 -R 50 -d 4s --warmup 0 -q -J -o "$1/offline.json" 2>"$1/offline.said"
	echo $? >"$1/offline.status"
	wait
	echo 1 >/sys/devices/system/cpu/cpu1/online
	rmmod irqstorm_eoi
}

# kinds_within DIR NAME LINE MORE: what irqstorm counted of this line is no more than what /proc/interrupts grew by around it,
# and that is at most MORE more: starting and ending a program makes some, too, and so does the warm-up
kinds_within() {
	local said
	said=$(jq "[.proc_interrupts[] | select(.line == \"$3\") | .count] | add // 0" "$1/$2.json") || return
	awk -v line="$3:" -v said="$said" -v more="$4" '
		FNR == 1 { file++ }
		$1 == line { for (i = 2; $i ~ /^[0-9]+$/; i++) sum[file] += $i }
		END {
			grew = sum[2] - sum[1]
			print "irqstorm says " said ", /proc/interrupts grew by " grew
			exit said > grew || grew - said > more
		}' "$1/$2.before" "$1/$2.after"
}

# kinds_event DIR NAME LINE QUIET LEAST: each event is one interrupt of this line of CPU 1 (LEAST of them), and there are few
# beside: QUIET a second
kinds_event() {
	local kind=${2%%,rate*}
	tap_test "$kind: irqstorm ran" grep -qx '[03]' "$1/$2.status"
	tap_jq "$1/$2.json" ".cpus[0].counter == \"$3\" and .cpus[0].irq_cpu == 1" "$kind: the storm's own counter is $3 of CPU 1"
	tap_jq "$1/$2.json" '.totals.events >= 300 and .totals.lost == 0' "$kind: there are events"
	tap_jq "$1/$2.json" ".totals.interrupts >= $5 * .totals.events" "$kind: each event is an interrupt (at least $5)"
	tap_jq "$1/$2.json" ".totals.interrupts <= 1.01 * .totals.events + $4 * .elapsed_ns / 1e9" \
		"$kind: and no more (within 1 %) above what a quiet vCPU makes ($4 a second)"
	jq -c '.totals | {events, interrupts, late, skipped}' "$1/$2.json" | sed 's/^/# /'
}

kinds_check() {
	local p=$2 quiet
	# the tick is 250 Hz, and goes on while something runs
	kinds_event "$p" timer,cpus=1,rate=1k LOC 250 0.99
	# twice of what was there, for what the wake-ups of an emulated machine are
	quiet=$(jq '2 * (.vcpus[1].call_ipis + 10) / (.elapsed_ns / 1e9) | ceil' "$p/quiet.json")
	kinds_event "$p" ipi,to=1,rate=1k CAL "${quiet:-0}" 0.99
	tap_test "ipi: CAL of all vCPUs is that of /proc/interrupts" kinds_within "$p" ipi,to=1,rate=1k CAL 1000
	quiet=$(jq '2 * (.vcpus[1].reschedule_ipis + 10) / (.elapsed_ns / 1e9) | ceil' "$p/quiet.json")
	# a kick is none while something else runs on the target, as the main thread does for each interval
	kinds_event "$p" ipi,to=1,kind=reschedule,rate=100 RES "${quiet:-0}" 0.95
	tap_test "ipi,kind=reschedule: RES of all vCPUs is that of /proc/interrupts" \
		kinds_within "$p" ipi,to=1,kind=reschedule,rate=100 RES 400
	tap_jq "$p/batch.json" '.totals.events > 0 and .totals.coalesced == .totals.events * 7 / 8 and .totals.interrupts_per_event <= 0.5' \
		"batches of 8: seven of each eight are coalesced, and one interrupt answers several"
	tap_test "two kinds at once: irqstorm ran" grep -qx '[03]' "$p/both.status"
	tap_jq "$p/both.json" '[.cpus[] | [.cpu, .workload, .counter, .irq_cpu]] ==
		[[0, "ipi", "CAL", 1], [1, "ipi", "CAL", 0], [0, "timer", "LOC", 0], [1, "timer", "LOC", 1]]' \
		"two kinds at once: a row for each on each vCPU"
	tap_jq "$p/both.json" '([.vcpus[].eoi.fast] | add) == .totals.eoi.fast and ([.vcpus[].eoi.msr] | add) == .totals.eoi.msr' \
		"two kinds at once: each EOI counts once in the total"
	tap_jq "$p/both.json" '[.irqs[] | select(.storm) | .name] | unique | index("local_timer") != null' \
		"two kinds at once: their EOIs are the storm's"
	tap_test "two disks at once: irqstorm ran" grep -qx '[03]' "$p/disks.status"
	tap_jq "$p/disks.json" '[.cpus[] | [.placement, .interrupts_per_event]] == [["own", 1], ["own", 1], ["own", 1], ["own", 1]]' \
		"two disks at once: each read is one interrupt on its own vCPU, of NVMe too"
	tap_jq "$p/disks.json" '[.plan.workloads[].device] == ["nvme0", "virtio0"] and .totals.interrupts_elsewhere == 0' \
		"two disks at once: NVMe and virtio-blk"
	tap_jq "$p/program.json" '.totals.eoi.fast + .totals.eoi.msr >= .totals.call_ipis' \
		"a program: its EOIs are counted"
	tap_is "$(jq .program.exit_status "$p/program.json")" "$(cat "$p/program.status")" "a program: its exit status is handed on"
	tap_test "a program: CAL is that of /proc/interrupts" kinds_within "$p" program CAL 300
	tap_jq "$p/program.json" ".totals.call_ipis >= $(jq .totals.interrupts "$p/inner.json")" \
		"a program: CAL has all that a storm in it counted"
	tap_is 1 "$(cat "$p/offline.status")" "a target that goes offline in mid-run: exit status 1"
	tap_is "irqstorm: CPU 1, which took the interrupts, went offline in mid-run" "$(cat "$p/offline.said")" \
		"a target that goes offline in mid-run is named, in one sentence"
	tap_jq "$p/offline.json" '.totals.events > 0 and (.failed | startswith("CPU 1"))' \
		"a target that goes offline in mid-run: the result is written"
	tap_is 7 "$(cat "$p/seven.status")" "a program: exit status 7"
	tap_jq "$p/seven.json" '.verdict == "held-off" and .totals.eoi.fast == 0' "a program with --eoi=msr: no EOI is fast"
	tap_is 137 "$(cat "$p/killed.status")" "a program: death by SIGKILL is 137"
	tap_is 127 "$(cat "$p/nowhere.status")" "a program that is not there: 127"
}
