# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# suspend.sh - what a suspend finds is there again after it: PV-EOI on, or held off, and no request lost
#
# The kernel registers its own PV-EOI area on the boot CPU when it resumes, whatever the mode is.

suspend_guest() {
	local storm mode
	insmod ./irqstorm_eoi.ko own_area=1
	./eoi_storm /dev/vda >"$1/storm" &
	storm=$!
	for mode in pv msr; do
		# its file holds the mode until after the second look
		./eoi_windows 12000 $mode >/dev/null &
		sleep 1
		host wake-in 4
		echo mem >/sys/power/state && echo $mode >>"$1/suspended"
		./eoi_windows 1000 mark >"$1/$mode.after"
		echo $? >>"$1/sums"
		wait $!
	done
	./eoi_windows 700 pv >"$1/last"
	kill -TERM $storm
	wait $storm
	echo $? >"$1/storm.status"
	rmmod irqstorm_eoi
	echo $? >"$1/rmmod"
	dmesg | grep 'PM: suspend' >"$1/log-of-it"
}

suspend_check() {
	tap_is "pv msr" "$(xargs <"$2/suspended")" "the guest suspends to memory and comes back, twice"
	tap_is 2 "$(grep -c 'suspend exit' "$2/log-of-it")" "its kernel says so, too"
	tap_test "mode pv: after the suspend there are fast EOIs on each vCPU" \
		awk -v want=1 -v cpus=2 -f "$vm_dir/../kmod/fast.awk" "$2/pv.after"
	tap_test "mode msr: after the suspend there are none on any" \
		awk -v want=0 -v cpus=2 -f "$vm_dir/../kmod/fast.awk" "$2/msr.after"
	tap_is "0 0" "$(xargs <"$2/sums")" "sources add up to fast and msr after a suspend"
	tap_test "when the file with mode msr is closed, PV-EOI is on again" \
		awk -v want=1 -v cpus=2 -f "$vm_dir/../kmod/fast.awk" "$2/last"
	tap_is 0 "$(cat "$2/storm.status")" "no read got lost"
	tap_is 0 "$(cat "$2/rmmod")" "the module can be unloaded"
}
