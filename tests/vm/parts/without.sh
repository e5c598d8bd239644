# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# without.sh - a guest that is offered no PV-EOI: the module refuses with one sentence, and counts if it is told to

without_guest() {
	insmod ./irqstorm_eoi.ko
	echo $? >"$1/refused"
	# busybox tries a second time, by another system call
	dmesg | grep 'irqstorm_eoi: ' | grep -v loading | grep -v verification | sed 's/^\[[^]]*\] //' | sort -u >"$1/sentence"
	insmod ./irqstorm_eoi.ko countonly=1
	./eoi_abi --no-pv-eoi >"$1/tap"
	./eoi_tables >"$1/tables"
	rmmod irqstorm_eoi
	echo $? >"$1/rmmod"
}

without_check() {
	tap_test "without PV-EOI the module refuses to load" grep -qx '[1-9][0-9]*' "$2/refused"
	tap_is "1 1" "$(wc -l <"$2/sentence") $(grep -c countonly=1 "$2/sentence")" "it says why in one sentence, and what would help"
	tap_from "$2/tap" "countonly=1: eoi_abi"
	tap_from "$2/tables" "countonly=1: eoi_tables"
	tap_is 0 "$(cat "$2/rmmod")" "countonly=1: the module can be unloaded"
}
