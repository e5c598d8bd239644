# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kill.sh - an irqstorm that is killed in a run with PV-EOI off leaves it on, as it was

kill_guest() {
	local pid
	insmod ./irqstorm_eoi.ko
	./irqstorm -w virtio-blk,dev=/dev/vda -R 100 -d 60s --warmup=100ms --eoi=msr -q -J -o /dev/null &
	pid=$!
	sleep 3
	kill -KILL $pid
	wait $pid
	echo $? >"$1/killed"
	./irqstorm -w virtio-blk,dev=/dev/vda -R 100 -d 1s --warmup=100ms --eoi=auto -q -J -o "$1/after.json"
	rmmod irqstorm_eoi
	echo $? >"$1/rmmod"
}

kill_check() {
	tap_is 137 "$(cat "$2/killed")" "a run with --eoi=msr is killed"
	tap_jq "$2/after.json" 'all(.cpus[]; .eoi.fast > 0)' "after that PV-EOI is on again"
	tap_is 0 "$(cat "$2/rmmod")" "after that the module can be unloaded"
}
