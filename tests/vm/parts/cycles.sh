# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cycles.sh - 200 loads, 1000 changes of mode and 20 times a CPU offline and online under a storm: no request is lost,
# and no EOI made twice

cycles_guest() {
	# an EOI that is made twice finds nothing in service: vector -1 on the host
	host trace-on "vector < 0 || vector > 254"
	sh ./cycles.sh 200 1000 20 >"$1/tap"
	host trace-off cycles
}

cycles_check() {
	tap_from "$2/tap" cycles
	tap_is "" "$(grep -E 'kvm_(pv_)?eoi:' "$1/host/cycles.trace")" "cycles: the host sees no EOI with nothing in service"
	tap_is 0 "$(cat "$1/host/cycles.lost")" "cycles: the host's trace of that has lost no line"
}
