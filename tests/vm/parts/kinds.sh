# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kinds.sh - timers, IPIs, two disks, a program: what irqstorm says of them is what /proc/interrupts says, and the exit
# status is handed on

# kinds_begun: irqstorm has started its workers; this machine may take seconds for it
kinds_begun() {
	local i=0
	# shellcheck disable=SC2012 # numbers
	until [ "$(ls "/proc/$(pidof irqstorm)/task" 2>/dev/null | wc -l)" -gt 1 ] || [ $((i += 1)) -gt 200 ]; do
		usleep 50000
	done
}

# kinds_traced FILE COMMAND...: each timer interrupt of CPU 1, and what expired in it
kinds_traced() {
	local file=$1 t=/sys/kernel/tracing e
	shift
	echo 2 >$t/tracing_cpumask
	: >$t/trace
	for e in irq_vectors/local_timer_entry timer/hrtimer_expire_entry; do
		echo 1 >$t/events/$e/enable
	done
	"$@"
	for e in irq_vectors/local_timer_entry timer/hrtimer_expire_entry; do
		echo 0 >$t/events/$e/enable
	done
	grep -E 'local_timer_entry|hrtimer_expire_entry' $t/trace >"$file"
	awk '/overrun/ { n += $NF } END { print n + 0 }' $t/per_cpu/cpu1/stats >"$file.lost"
	: >$t/trace
}

# kinds_run DIR NAME ARG...: its result, and its status
kinds_run() {
	local dir=$1 name=$2
	shift 2
	cat /proc/interrupts >"$dir/$name.before"
	./irqstorm -q -J -o "$dir/$name.json" "$@"
	echo $? >"$dir/$name.status"
	cat /proc/interrupts >"$dir/$name.after"
}

# kinds_rates DIR: rounds of a quiet window (the same pacing, with no interrupt of its own on CPU 1) and of a thousand events
# a second, until both rates were held three times: this machine may be too busy for one, and something else may call CPU 1
kinds_rates() {
	local round held=0
	for round in 1 2 3 4 5 6; do
		kinds_run "$1" quiet-$round -w null,cpus=0,rate=1k -w null,cpus=1,rate=1 -d 3s --warmup=300ms
		kinds_run "$1" call-$round -w ipi,to=1,rate=1k -d 3s --warmup=300ms
		kinds_traced "$1/timer-$round.trace" kinds_run "$1" timer-$round -w timer,cpus=1,rate=1k -d 3s --warmup=0
		[ "$(cat "$1/call-$round.status" "$1/timer-$round.status" | xargs)" != "0 0" ] || held=$((held + 1))
		[ $held -lt 3 ] || break
	done
}

# kinds_bench DIR: perf's pipe, alone and with a reader of /proc/interrupts before and after it. It makes function calls as
# its two sides run on two vCPUs; where they do not, once more
kinds_bench() {
	local try
	for try in 1 2 3; do
		kinds_run "$1" bench -- perf bench sched pipe -l 10000
		# shellcheck disable=SC2016 # the inner shell's
		kinds_run "$1" wrapped -- sh -c 'cat /proc/interrupts >"$1/inner.before"; perf bench sched pipe -l 10000
			rc=$?; cat /proc/interrupts >"$1/inner.after"; exit $rc' sh "$1"
		[ "$(kinds_calls "$1/bench")" -lt 1000 ] || [ "$(kinds_calls "$1/inner")" -lt 1000 ] || break
	done
}

# kinds_calls PREFIX: by how much CAL of all vCPUs grew
kinds_calls() {
	awk 'FNR == 1 { file++ } $1 == "CAL:" { for (i = 2; $i ~ /^[0-9]+$/; i++) sum[file] += $i }
		END { print sum[2] - sum[1] }' "$1.before" "$1.after"
}

kinds_guest() {
	local try
	insmod ./irqstorm_eoi.ko
	kinds_rates "$1"
	for try in 1 2 3 4; do
		kinds_run "$1" kick -w ipi,to=1,kind=reschedule,rate=100 -d 4s --warmup=500ms
		[ "$(cat "$1/kick.status")" = 3 ] || break
	done
	kinds_bench "$1"
	./irqstorm -w virtio-blk,dev=/dev/vda,depth=8,batch=8 --arrivals=burst=8 -R 80 -d 2s --warmup 0 -q -J -o "$1/batch.json"
	./irqstorm -w ipi -w timer,rate=50 -R 50 -d 2s --warmup=200ms -q -J -o "$1/both.json"
	echo $? >"$1/both.status"
	./irqstorm -w virtio-blk,dev=/dev/nvme0n1 -w virtio-blk,dev=/dev/vda,rate=20 -R 40 -d 3s --warmup=300ms -q -J -o "$1/disks.json"
	echo $? >"$1/disks.status"
	kinds_run "$1" program -- ./irqstorm -w ipi,to=1 -R max -d 2s --warmup 0 -q -J -o "$1/storm.json"
	./irqstorm -q -J -o "$1/seven.json" --eoi=msr -- sh -c 'sleep 1; exit 7'
	echo $? >"$1/seven.status"
	./irqstorm -q -o "$1/killed" -- sh -c 'kill -9 $$'
	echo $? >"$1/killed.status"
	./irqstorm -q -o "$1/nowhere" -- ./nowhere
	echo $? >"$1/nowhere.status"
	./irqstorm -q -o "$1/directory" -- ./parts
	echo $? >"$1/directory.status"
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

# kinds_a_round DIR NAME CONDITION...: it succeeds for one round at least; NAME's numbers of each are shown
kinds_a_round() {
	local dir=$1 name=$2 round passed=1
	shift 2
	for round in 1 2 3 4 5 6; do
		[ -f "$dir/$name-$round.json" ] || break
		echo "round $round: status $(cat "$dir/$name-$round.status") $(jq -c '.totals | {events, interrupts}' "$dir/$name-$round.json")"
		"$@" "$dir" $round && passed=0
	done
	return $passed
}

# kinds_call_rate DIR ROUND: a thousand a second of CAL on CPU 1, within 1 %, above those of the quiet window before
kinds_call_rate() {
	jq -e --slurpfile quiet "$1/quiet-$2.json" '($quiet[0] | .vcpus[1].call_ipis / .elapsed_ns) as $beside |
		(.totals.interrupts / .elapsed_ns - $beside) * 1e9 | ., . >= 990 and . <= 1010' "$1/call-$2.json"
}

# kinds_timer_rate DIR ROUND: a thousand a second of LOC on CPU 1, within 2 %, without those in which no timerfd expired:
# the tick's (some ticks come together with an event; so how many there are a second says nothing)
kinds_timer_rate() {
	local ticks
	[ "$(cat "$1/timer-$2.trace.lost")" = "0" ] || return
	ticks=$(awk '
		/local_timer_entry/ { nr++; expired = 0 }
		/timerfd_tmrproc/ && !expired { expired = 1; first = first ? first : nr; last = nr; events++ }
		END { print last - first + 1 - events }' "$1/timer-$2.trace")
	jq -e --argjson ticks "$ticks" '(.totals.interrupts - $ticks) * 1e9 / .elapsed_ns |
		., $ticks, (. >= 980 and . <= 1020)' "$1/timer-$2.json"
}

# kinds_source DIR NAME LINE
kinds_source() {
	tap_test "$2: irqstorm ran" grep -qx '[03]' "$1/$2.status"
	tap_jq "$1/$2.json" ".cpus[0].counter == \"$3\" and .cpus[0].irq_cpu == 1" "$2: the storm's own counter is $3 of CPU 1"
	tap_jq "$1/$2.json" '.totals.events >= 300 and .totals.lost == 0' "$2: there are events"
}

# kinds_between DIR: irqstorm saw no fewer CAL than the shell around perf, by 1 % at most, and no more than the shell around
# irqstorm, by 3 % at most: it takes a few itself, to start and to end
kinds_between() {
	local inner outer said
	inner=$(kinds_calls "$1/inner") outer=$(kinds_calls "$1/wrapped")
	said=$(jq .totals.call_ipis "$1/wrapped.json")
	echo "around perf $inner, irqstorm $said, around irqstorm $outer"
	[ "$inner" -ge 1000 ] && [ "$inner" -le "$said" ] && [ "$said" -le "$outer" ] &&
		[ $((100 * (said - inner))) -le "$said" ] && [ $((100 * (outer - said))) -le $((3 * said)) ]
}

# kinds_around DIR: of perf without the shell
kinds_around() {
	local outer said
	outer=$(kinds_calls "$1/bench") said=$(jq .totals.call_ipis "$1/bench.json")
	echo "irqstorm $said, around irqstorm $outer"
	[ "$said" -ge 1000 ] && [ "$said" -le "$outer" ] && [ $((100 * (outer - said))) -le $((3 * said)) ]
}

kinds_check_bench() {
	local p=$1
	tap_test "perf bench sched pipe: CAL is that of /proc/interrupts around irqstorm, within 3 %" kinds_around "$p"
	tap_test "perf bench sched pipe: CAL is that of /proc/interrupts around perf, within 1 %" kinds_between "$p"
	{ kinds_around "$p"; kinds_between "$p"; } | sed 's/^/# /'
	tap_is "0 0" "$(cat "$p/bench.status" "$p/wrapped.status" | xargs)" "perf bench sched pipe: its exit status is handed on"
	tap_jq "$p/bench.json" '.program.argv == ["perf", "bench", "sched", "pipe", "-l", "10000"] and .program.exit_status == 0' \
		"perf bench sched pipe: the result names it"
	tap_jq "$p/bench.json" '.totals.call_ipis == ([.vcpus[].call_ipis] | add) and
		.totals.call_ipis == ([.proc_interrupts[] | select(.line == "CAL") | .count] | add)' \
		"perf bench sched pipe: CAL of the vCPUs adds up"
}

kinds_check() {
	local p=$2 quiet
	kinds_source "$p" timer-1 LOC
	tap_test "timer at 1k/s: 1000 LOC a second, +- 2 %, above the tick" kinds_a_round "$p" timer kinds_timer_rate
	kinds_a_round "$p" timer kinds_timer_rate | xargs | sed 's/^/# /'
	kinds_source "$p" call-1 CAL
	tap_test "ipi at 1k/s: 1000 CAL a second, +- 1 %, above a quiet window" kinds_a_round "$p" call kinds_call_rate
	kinds_a_round "$p" call kinds_call_rate | xargs | sed 's/^/# /'
	tap_test "ipi: CAL of all vCPUs is that of /proc/interrupts" kinds_within "$p" call-1 CAL 1000
	kinds_source "$p" kick RES
	# a kick is none while something else runs on the target, as the main thread does for each interval
	quiet=$(jq '2 * (.vcpus[1].reschedule_ipis + 10) / (.elapsed_ns / 1e9) | ceil' "$p/quiet-1.json")
	tap_jq "$p/kick.json" '.totals.interrupts >= 0.95 * .totals.events' "ipi,kind=reschedule: each event is an interrupt (at least 0.95)"
	tap_jq "$p/kick.json" ".totals.interrupts <= 1.01 * .totals.events + ${quiet:-0} * .elapsed_ns / 1e9" \
		"ipi,kind=reschedule: and no more (within 1 %) above what a quiet vCPU makes"
	tap_test "ipi,kind=reschedule: RES of all vCPUs is that of /proc/interrupts" kinds_within "$p" kick RES 400
	kinds_check_bench "$p"
	# a burst that meets the one before it goes in two parts
	tap_jq "$p/batch.json" '.totals | .events > 0 and .interrupts_per_event <= 0.5 and (.coalesced == .events * 7 / 8 or
		(.late > .events / 8 and .coalesced > .events * 3 / 4))' \
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
	tap_jq "$p/program.json" ".totals.call_ipis >= $(jq .totals.interrupts "$p/storm.json")" \
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
	tap_is 126 "$(cat "$p/directory.status")" "a program that cannot be run: 126"
}
