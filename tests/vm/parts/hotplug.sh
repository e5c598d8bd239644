# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# hotplug.sh - a vCPU that comes online gets the mode that all have, and one that was offline at loading too

hotplug_guest() {
	local own cpu1=/sys/devices/system/cpu/cpu1/online
	for own in 0 1; do
		insmod ./irqstorm_eoi.ko own_area=$own
		# its file holds the mode until after the second look
		./eoi_windows 5000 msr >/dev/null &
		sleep 1
		echo 0 >$cpu1 && echo 1 >$cpu1 && echo $own >>"$1/replugged"
		./eoi_windows 700 mark >"$1/msr$own"
		wait $!
		./eoi_windows 700 pv >"$1/pv$own"
		rmmod irqstorm_eoi

		echo 0 >$cpu1
		insmod ./irqstorm_eoi.ko own_area=$own
		echo 1 >$cpu1
		./eoi_windows 700 pv >"$1/late$own"
		rmmod irqstorm_eoi && echo $own >>"$1/unloaded"
	done
}

hotplug_check() {
	local own
	tap_is "0 1" "$(xargs <"$2/replugged")" "vCPU 1 goes offline and comes back"
	for own in 0 1; do
		tap_test "own_area=$own: PV-EOI that is off stays off on a vCPU that comes online" \
			awk -v want=0 -v cpus=2 -f "$vm_dir/../kmod/fast.awk" "$2/msr$own"
		tap_test "own_area=$own: PV-EOI is on again when the file with mode msr is closed, on that one too" \
			awk -v want=1 -v cpus=2 -f "$vm_dir/../kmod/fast.awk" "$2/pv$own"
		tap_test "own_area=$own: a vCPU that was offline at loading takes the fast path when it is online" \
			awk -v want=1 -v cpus=2 -f "$vm_dir/../kmod/fast.awk" "$2/late$own"
	done
	tap_is "0 1" "$(xargs <"$2/unloaded")" "the module can be unloaded"
}
