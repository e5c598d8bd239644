# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# perf.sh - perf stat counts fast and msr on every CPU, and holds the module while it does

perf_guest() {
	local i=0
	insmod ./irqstorm_eoi.ko
	perf stat -a -A -x , -o "$1/stat" -e irqstorm_eoi/fast/,irqstorm_eoi/msr/ sleep 3 &
	# it may take its time to open the events
	while [ "$(cat /sys/module/irqstorm_eoi/refcnt)" = 0 ] && [ $((i += 1)) -lt 200 ]; do
		usleep 100000
	done
	rmmod irqstorm_eoi 2>/dev/null
	echo $? >"$1/held"
	wait $!
	echo $? >"$1/status"
	nproc >"$1/nproc"
	perf stat -e irqstorm_eoi/fast/ true >"$1/task" 2>&1
	rmmod irqstorm_eoi
	echo $? >"$1/rmmod"
}

# perf_counts FILE NPROC: CPUn,COUNT,,irqstorm_eoi/EVENT/,...: both events of each CPU, and something happened
perf_counts() {
	awk -F , -v cpus="$2" '
		/irqstorm_eoi/ { nr++; bad += $2 !~ /^[0-9]+$/; sum += $2 }
		END { print nr " counts, " sum " EOIs"; exit bad || nr != 2 * cpus || !sum }' "$1"
}

perf_check() {
	tap_is 0 "$(cat "$2/status")" "perf stat -a -A of irqstorm_eoi/fast/ and irqstorm_eoi/msr/ runs"
	tap_test "it has both counts of each CPU" perf_counts "$2/stat" "$(cat "$2/nproc")"
	tap_test "meanwhile the module cannot be unloaded" grep -qx '[1-9][0-9]*' "$2/held"
	tap_test "events of a task are refused" grep -qiE 'not supported|invalid|error' "$2/task"
	tap_is 0 "$(cat "$2/rmmod")" "after it the module can be unloaded"
}
