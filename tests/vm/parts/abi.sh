# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# abi.sh - the module keeps what its header says, by the programs of tests/kmod that know how to ask

abi_guest() {
	insmod ./irqstorm_eoi.ko
	cat /sys/module/irqstorm_eoi/version >"$1/version"
	./irqstorm --version >"$1/irqstorm"
	./eoi_abi >"$1/tap"
	./eoi_tables >"$1/tables"
	./eoi_perf >"$1/perf"
	rmmod irqstorm_eoi
	insmod ./irqstorm_eoi.ko irqs=0
	./eoi_tables >"$1/irqs0"
	rmmod irqstorm_eoi
}

abi_check() {
	tap_is "$(awk 'NR == 1 { print $2 }' "$2/irqstorm")" "$(cat "$2/version")" "the module and irqstorm have the same version"
	tap_from "$2/tap" eoi_abi
	tap_from "$2/tables" eoi_tables
	tap_from "$2/perf" eoi_perf
	tap_from "$2/irqs0" "irqs=0: eoi_tables"
}
