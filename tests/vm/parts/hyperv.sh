# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# hyperv.sh - a guest that takes its KVM host for Hyper-V: the bit is in the VP assist page, and is counted all the same
#
# The module writes no MSR there, so the host cannot see the marks: its counts are of a longer time than the guest's.

hyperv_guest() {
	local storm
	./eoi_storm /dev/vda >"$1/storm" &
	storm=$!
	sleep 1
	host trace-on 0
	insmod ./irqstorm_eoi.ko calibrate=0
	./eoi_windows 1500 mark timed mark untimed >"$1/windows"
	echo $? >"$1/status"
	./eoi_tables >"$1/tap"
	rmmod irqstorm_eoi
	host trace-off hyperv
	kill -TERM $storm
	wait $storm
	echo $? >"$1/storm.status"
	dmesg | grep 'irqstorm_eoi: counting' >"$1/sentence"
}

# hyperv_counts WINDOWS TRACE: the guest's counts are some of the host's, and the host saw nothing of an empty register
hyperv_counts() {
	awk '
		FNR == NR { if ($1 == "window") { fast += $6; msr += $8 } next }
		/ kvm_pv_eoi: / { host_fast++ }
		/ kvm_eoi: / { host_all++ }
		/ kvm_eoi: .*vector (-1|255)$/ { doubled++ }
		END {
			printf "guest fast %d msr %d, host fast %d msr %d, %d with nothing in service\n", fast, msr, host_fast,
				host_all - host_fast, doubled
			exit !(fast && msr && fast <= host_fast && msr <= host_all - host_fast && !doubled)
		}' "$1" "$2"
}

hyperv_check() {
	tap_is 0 "$(cat "$1/host/hyperv.lost")" "the host's trace has lost no line"
	tap_test "the module knows the VP assist page" grep -q 'VP assist page' "$2/sentence"
	tap_is 0 "$(cat "$2/status")" "sources and histograms add up to fast and msr, exactly"
	tap_test "there are fast ones and others, and no more than the host saw" \
		hyperv_counts "$2/windows" "$1/host/hyperv.trace"
	hyperv_counts "$2/windows" "$1/host/hyperv.trace" | sed 's/^/# /'
	tap_from "$2/tap" eoi_tables
	tap_is 0 "$(cat "$2/storm.status")" "no read got lost"
}
