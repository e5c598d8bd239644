# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# level.sh - a disk with a level-triggered interrupt (pci=nomsi): none of its EOIs is fast, and the counters say why

level_guest() {
	local storm
	insmod ./irqstorm_eoi.ko
	./eoi_storm /dev/vda >"$1/storm" &
	storm=$!
	sleep 1
	./eoi_windows 1500 pv >"$1/windows"
	echo $? >"$1/status"
	# the disk has no vector of its own to storm; the module tells of its EOIs all the same
	./irqstorm -w null -R 50 -d 3s --warmup=100ms --eoi=pv -q -J -o "$1/why.json"
	kill -TERM $storm
	wait $storm
	rmmod irqstorm_eoi
	cat /proc/interrupts >"$1/interrupts"
}

# level_all FILE INTERRUPTS
level_all() {
	awk '
		FNR == NR { if (/fasteoi.*virtio0/) { sub(":", "", $1); disk = "irq" $1 } next }
		$1 == "source" && $5 == disk { fast += $7; msr += $9; level += $11 }
		$1 == "source" && $5 != disk { other += $11; other_fast += $7 }
		END {
			printf "%s: fast %d msr %d level %d; others: fast %d level %d\n", disk, fast, msr, level, other_fast, other
			exit !(msr > 20 && !fast && level == msr && !other && other_fast)
		}' "$2" "$1"
}

level_check() {
	tap_is 0 "$(cat "$2/status")" "the sources add up to fast and msr, exactly"
	tap_test "all EOIs of a level-triggered disk are register writes and counted as level, and no other's" \
		level_all "$2/windows" "$2/interrupts"
	level_all "$2/windows" "$2/interrupts" | sed 's/^/# /'
	tap_jq "$2/why.json" '.why_not_fast.level > 20 and .why_not_fast.level == ([.irqs[].level] | add) and
		.totals.eoi.msr == ([.why_not_fast[]] | add)' "irqstorm says that they are level-triggered"
}
