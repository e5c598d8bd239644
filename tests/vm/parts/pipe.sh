# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pipe.sh - a benchmark under both arms: perf's pipe, as the mails do that irqstorm comes from, with an interval
#
# pipe_guest runs in the guest (busybox), pipe_check outside (bash). Says nothing of how large the difference is.

pipe_guest() {
	insmod ./irqstorm_eoi.ko
	./irqstorm --ab=pv,msr --repeat=20 -q -J --save="$1/pipe.rec" -o "$1/pipe.json" -- perf bench sched pipe -l 1000 >"$1/pipe.said"
	echo $? >"$1/pipe.status"
	./irqstorm show "$1/pipe.rec" >"$1/pipe.text"
	rmmod irqstorm_eoi
}

pipe_check() {
	tap_is 0 "$(cat "$2/pipe.status")" "the experiment hands on the benchmark's status"
	tap_is 40 "$(grep -c 'usecs/op' "$2/pipe.said")" "the benchmark ran 20 times under each arm"
	tap_jq "$2/pipe.json" '.experiment.comparisons[0].metrics.time_ns | .n == 20 and .low != null and .high != null and
		.low <= .change and .change <= .high and .p != null and .verdict != null' \
		"its time is compared, with an interval and a verdict"
	tap_jq "$2/pipe.json" '[.experiment.blocks[] | select(.cell == 1).metrics.fast_share] | all(. == 0)' \
		"with PV-EOI off no EOI of it was fast"
	sed 's/^/# /' "$2/pipe.text"
}
