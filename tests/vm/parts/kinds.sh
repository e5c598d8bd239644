# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kinds.sh - timers, IPIs and a program: what irqstorm says of them is what /proc/interrupts says, and the exit status is handed on

kinds_guest() {
	local k
	insmod ./irqstorm_eoi.ko
	# on its own vCPU a timer is its interrupts and the ticks; the rate is one that this slow machine holds
	for k in timer,cpus=1 ipi,to=1 ipi,to=1,kind=reschedule; do
		cat /proc/interrupts >"$1/$k.before"
		./irqstorm -w $k -R 200 -d 4s --warmup 0 -q -J -o "$1/$k.json"
		echo $? >"$1/$k.status"
		cat /proc/interrupts >"$1/$k.after"
	done
	./irqstorm -w ipi -w timer,rate=50 -R 50 -d 2s --warmup=200ms -q -J -o "$1/both.json"
	echo $? >"$1/both.status"
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
	rmmod irqstorm_eoi
}

# kinds_within DIR NAME LINE: what irqstorm counted of this line is no more than what /proc/interrupts grew by around it, and
# that is little more: starting and ending a program makes a few, too
kinds_within() {
	local said
	said=$(jq "[.proc_interrupts[] | select(.line == \"$3\") | .count] | add // 0" "$1/$2.json") || return
	awk -v line="$3:" -v said="$said" '
		FNR == 1 { file++ }
		$1 == line { for (i = 2; $i ~ /^[0-9]+$/; i++) sum[file] += $i }
		END {
			grew = sum[2] - sum[1]
			print "irqstorm says " said ", /proc/interrupts grew by " grew
			exit said > grew || grew - said > 300
		}' "$1/$2.before" "$1/$2.after"
}

# kinds_close DIR NAME LINE: each event is one interrupt, and what else there was on that vCPU is below what an idle one has
kinds_close() {
	tap_jq "$1/$2.json" ".cpus[0].counter == \"$3\" and .cpus[0].irq_cpu == 1" "$2: the storm's own counter is $3 of CPU 1"
	tap_jq "$1/$2.json" '.totals.events >= 100 and .totals.lost == 0' "$2: there are events"
	tap_jq "$1/$2.json" '.totals.interrupts >= 0.99 * .totals.events' "$2: each event is an interrupt (within 1 %)"
	tap_test "$2: $3 of all vCPUs is that of /proc/interrupts" kinds_within "$1" "$2" "$3"
}

kinds_check() {
	local p=$2
	kinds_close "$p" timer,cpus=1 LOC
	# the tick is 250 Hz, and goes on while something runs
	tap_jq "$p/timer,cpus=1.json" '.totals.interrupts <= 1.02 * .totals.events + 250 * .elapsed_ns / 1e9' \
		"timer: within 2 % of its events above the tick"
	kinds_close "$p" ipi,to=1 CAL
	tap_jq "$p/ipi,to=1.json" '.totals.interrupts <= 1.01 * .totals.events + 30 * .elapsed_ns / 1e9' \
		"ipi: within 1 % of its events above what an idle guest makes"
	kinds_close "$p" ipi,to=1,kind=reschedule RES
	tap_jq "$p/ipi,to=1,kind=reschedule.json" '.totals.interrupts <= 1.01 * .totals.events + 30 * .elapsed_ns / 1e9' \
		"ipi,kind=reschedule: within 1 % of its events above what an idle guest makes"
	tap_test "two kinds at once: irqstorm ran" grep -qx '[03]' "$p/both.status"
	tap_jq "$p/both.json" '[.cpus[] | [.cpu, .workload, .counter, .irq_cpu]] ==
		[[0, "ipi", "CAL", 1], [1, "ipi", "CAL", 0], [0, "timer", "LOC", 0], [1, "timer", "LOC", 1]]' \
		"two kinds at once: a row for each on each vCPU"
	tap_jq "$p/both.json" '([.vcpus[].eoi.fast] | add) == .totals.eoi.fast and ([.vcpus[].eoi.msr] | add) == .totals.eoi.msr' \
		"two kinds at once: each EOI counts once in the total"
	tap_jq "$p/both.json" '[.irqs[] | select(.storm) | .name] | unique | index("local_timer") != null' \
		"two kinds at once: their EOIs are the storm's"
	tap_jq "$p/program.json" '.totals.eoi.fast + .totals.eoi.msr >= .totals.call_ipis' \
		"a program: its EOIs are counted"
	tap_is "$(jq .program.exit_status "$p/program.json")" "$(cat "$p/program.status")" "a program: its exit status is handed on"
	tap_test "a program: CAL is that of /proc/interrupts" kinds_within "$p" program CAL
	tap_jq "$p/program.json" ".totals.call_ipis >= $(jq .totals.interrupts "$p/inner.json")" \
		"a program: CAL has all that a storm in it counted"
	tap_is 7 "$(cat "$p/seven.status")" "a program: exit status 7"
	tap_jq "$p/seven.json" '.verdict == "held-off" and .totals.eoi.fast == 0' "a program with --eoi=msr: no EOI is fast"
	tap_is 137 "$(cat "$p/killed.status")" "a program: death by SIGKILL is 137"
	tap_is 127 "$(cat "$p/nowhere.status")" "a program that is not there: 127"
}
