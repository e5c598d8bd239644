# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# reload.sh - the module comes and goes 50 times under a storm: no request is lost, and no EOI made twice

reload_guest() {
	local i pid
	# an EOI that is made twice finds nothing in service: vector -1 on the host. Attaching to tracepoints is slow in an
	# emulated host, so here it is left out; cycles.sh has it.
	host trace-on "vector < 0 || vector > 254"
	./irqstorm -w virtio-blk,dev=/dev/vda -R 100 -d 300s --eoi=none -q -J -o "$1/storm.json" &
	pid=$!
	sleep 1
	i=0
	while [ $i -lt 50 ] && insmod ./irqstorm_eoi.ko calibrate=0 irqs=0 && rmmod irqstorm_eoi; do
		i=$((i + 1))
	done
	echo $i >"$1/cycles"
	sleep 1
	kill -TERM $pid	# a background job of a shell may ignore SIGINT
	wait $pid
	echo $? >"$1/storm.status"
	host trace-off reload
}

reload_check() {
	tap_is 50 "$(cat "$2/cycles")" "the module comes and goes 50 times under a storm"
	tap_is 130 "$(cat "$2/storm.status")" "the storm goes on until it is interrupted"
	tap_jq "$2/storm.json" '.totals.events > 100 and .totals.lost == 0 and .totals.interrupts == .totals.events' \
		"the storm loses no request and no interrupt"
	tap_is "" "$(grep -E 'kvm_(pv_)?eoi:' "$1/host/reload.trace")" "the host sees no EOI with nothing in service"
	tap_is 0 "$(cat "$1/host/reload.lost")" "the host's trace of that has lost no line"
}
