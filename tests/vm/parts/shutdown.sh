# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# shutdown.sh - a guest that goes down with the module loaded unregisters the PV-EOI area of every vCPU: the last part of its guest
#
# It powers off, and for that the kernel itself takes back nothing, so what the host sees is the module's doing.

shutdown_guest() {
	insmod ./irqstorm_eoi.ko own_area=1
	host trace-on 0
	./eoi_windows 100 pv >"$1/windows"
}

# shutdown_last TRACE NR: on NR vCPUs the last write of the MSR is 0
shutdown_last() {
	awk -v want="$2" '
		/ kvm_msr: msr_write 4b564d04 = / {
			match($0, /CPU [0-9]+\/KVM/)
			last[substr($0, RSTART, RLENGTH)] = $NF
		}
		END { for (cpu in last) { nr++; bad += last[cpu] != "0x0" } exit bad || nr != want }' "$1"
}

shutdown_check() {
	tap_is 0 "$(cat "$1/host/qemu")" "the guest powers off"
	tap_test "the guest unregisters each vCPU's PV-EOI area before it powers off" \
		shutdown_last "$1/host/end.trace" 2
}
