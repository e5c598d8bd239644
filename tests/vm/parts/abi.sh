# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# abi.sh - the module keeps what its header says, by the program of tests/kmod that knows how to ask

abi_guest() {
	insmod ./irqstorm_eoi.ko
	./eoi_abi >"$1/tap"
	rmmod irqstorm_eoi
}

abi_check() { tap_from "$2/tap" eoi_abi; }
