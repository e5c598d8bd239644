# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# modes.sh - in every mode, with the kernel's PV-EOI areas and with the module's, timed and not, the guest's counts are the
# host's, and the sources add up to them; all under reads of the disk
#
# Where the kernel has no PV-EOI areas (nopv) both are the module's.

modes_guest() {
	local own storm
	./eoi_storm /dev/vda >"$1/storm" &
	storm=$!
	for own in 0 1; do
		host trace-on 0
		insmod ./irqstorm_eoi.ko own_area=$own
		./eoi_windows 700 pv msr ignored mark timed pv untimed >"$1/own$own"
		echo $? >"$1/own$own.status"
		rmmod irqstorm_eoi
		host trace-off modes$own
	done
	kill -TERM $storm
	wait $storm
	echo $? >"$1/storm.status"
	cat /proc/interrupts >"$1/interrupts"
	nproc >"$1/nproc"
}

# modes_fast FILE: of the windows 2 to 8, which begin with a mode each: fast in pv only
modes_fast() {
	awk '
		$1 == "window" { fast = $6 > 0; want = $2 == 2 || $2 == 7 || $2 == 8; nr++ }
		$1 == "window" && fast != want { print; bad = 1 }
		END { exit bad || !nr }' "$1"
}

# modes_disk FILE INTERRUPTS: on each CPU that has a queue of the disk, its EOIs are its own. Not asked of every window:
# on a busy machine the disk may be silent for the length of one
modes_disk() {
	awk '
		FNR == NR { if (/virtio0-req/) { sub(":", "", $1); disk["irq" $1] = 1 } next }
		$1 == "window" { nr++ }
		$1 == "source" && ($5 in disk) && $7 + $9 > 0 { seen++ }
		END { print nr " windows, " seen + 0 " with EOIs of the disk"; exit !nr || 4 * seen < 3 * nr }' "$2" "$1"
}

modes_check() {
	local own
	for own in 0 1; do
		tap_is 0 "$(cat "$1/host/modes$own.lost")" "own_area=$own: the host's trace has lost no line"
		tap_is 0 "$(cat "$2/own$own.status")" "own_area=$own: sources and histograms add up to fast and msr, exactly"
		tap_test "own_area=$own: fast and msr are the host's in modes pv, msr and ignored, to the last EOI" \
			awk -v cpus="$(cat "$2/nproc")" -f "$vm_dir/../kmod/windows.awk" "$2/own$own" "$1/host/modes$own.trace"
		awk -f "$vm_dir/../kmod/windows.awk" "$2/own$own" "$1/host/modes$own.trace" | tail -n 1 | sed 's/^/# /'
		tap_test "own_area=$own: there are fast ones in mode pv, and in no other" modes_fast "$2/own$own"
		tap_test "own_area=$own: EOIs of the disk's interrupts are told apart" modes_disk "$2/own$own" "$2/interrupts"
	done
	tap_is 0 "$(cat "$2/storm.status")" "no read got lost"
}
