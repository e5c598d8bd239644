#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# demo.sh BUILDDIR - what PV-EOI is good for: the same storm with it off and on, as the guest's irqstorm tells it, and as
# the host's perf counts the events of kvm in the same two periods
#
# BUILDDIR has irqstorm and kmod/build-6.1/irqstorm_eoi.ko. Progress goes to stderr. Exits 77 where it cannot run.
# Knows the order of events and the form of the result. Must not know how the machines are started.

set -u
. "$(dirname "$0")/vmlib.sh"
. "$vm_dir/images.sh"
. "$vm_dir/run.sh"

[ $# = 1 ] || { echo "usage: demo.sh BUILDDIR" >&2; exit 2; }
rate=${DEMO_RATE:-250} seconds=${DEMO_SECONDS:-5}

vm_require qemu-system-x86_64 busybox cpio jq perf
vm_scratch
echo "demo: fetching the kernel, if it is not there yet" >&2
images_kernel 6.1

job=$vm_tmp/job g=$vm_tmp/guest/job
mkdir -p "$job/guests" "$g"
cp "$1/kmod/build-6.1/irqstorm_eoi.ko" "$1/irqstorm" "$g/" || exit 1
vm_bin "$vm_tmp/guest" "$(realpath "$1/irqstorm")"
# A mode is set before the warm-up, which is longer than half a second, and the measured period begins with the mark
# after it: so perf counts in that period and no other.
cat >"$g/demo" <<END
insmod ./irqstorm_eoi.ko || exit
for eoi in msr pv; do
	say "a storm of $rate interrupts per second for $seconds s, PV-EOI \$([ \$eoi = pv ] && echo on || echo off)"
	host perf-on 500000 || exit
	./irqstorm -w virtio-blk,dev=/dev/vda -R $rate -d ${seconds}s --warmup=1500ms --eoi=\$eoi -o /out/\$eoi.txt 2>/out/\$eoi.err
	echo \$? >/out/\$eoi.status
	host perf-off \$eoi || exit
done
END
job_guest "$vm_tmp/guest" "$job"
cat >"$job/guests/guest.conf" <<END
SMP=1
SCRIPT=demo
TIMEOUT=120
END
if run_real_kvm; then
	echo "demo: booting a guest on this machine's KVM" >&2
else
	echo "demo: booting a KVM host in software ($run_why), and a guest in it: about a minute" >&2
fi
run_job "$job" "$vm_tmp/out" 200 || vm_broken "no guest came up"
res=$vm_tmp/out/guest
if [ "$(cat "$res/status" 2>/dev/null)" != 0 ]; then
	cat "$res/log" "$res/host/log" "$res"/*.err "$res/host/console" >&2 2>/dev/null
	echo "demo: the guest failed" >&2
	exit 1
fi

# the host's counts in the form of perf, for events that were seen in either period
counts() { awk '/kvm:/ { gsub(",", "", $1); print $2, $1 }' "$res/host/$1.perf"; }
listing() {
	local s
	s=$(awk '{ printf "%.9f", $1 / 1e6 }' "$res/host/$1.us")
	printf "\n Performance counter stats for 'system wide' (the host), PV-EOI %s:\n\n" "$2"
	counts "$1" | while read -r event count; do
		grep -qxF "$event" "$vm_tmp/seen" && printf "%'18d      %s\n" "$count" "$event"
	done
	printf '\n%18s seconds between the marks\n' "$s"
}

{ counts msr; counts pv; } | awk '$2 > 0 { print $1 }' | sort -u >"$vm_tmp/seen"
for eoi in msr pv; do
	case $eoi in
	msr) word=off when=Before ;;
	pv) word=on when=After ;;
	esac
	printf '%s: PV-EOI %s, in the guest\n\n' "$when" "$word"
	cat "$res/$eoi.txt"
	listing "$eoi" "$word"
	echo
done

# What it means, for each interrupt of the disk: the two periods are not equally long to the last microsecond, and a busy
# machine may not hold the rate in both.
{
	counts msr | sed 's/^/msr /'
	counts pv | sed 's/^/pv /'
} | awk '
	{ n[$1, $2] = $3 }
	function per_irq(arm, count) { return count / n[arm, "kvm:kvm_msi_set_irq"] }
	function change(before, after) { return sprintf("%+.0f %%", (after / before - 1) * 100) }
	function writes(arm) { return per_irq(arm, n[arm, "kvm:kvm_eoi"] - n[arm, "kvm:kvm_pv_eoi"]) }
	function exits(arm) { return per_irq(arm, n[arm, "kvm:kvm_exit"]) }
	END {
		printf "With PV-EOI, for each interrupt of the disk: exits %s (%.1f, not %.1f), EOI register writes %s (%.2f, not %.2f); " \
			"%.0f %% of all EOIs took the fast path.\n",
			change(exits("msr"), exits("pv")), exits("pv"), exits("msr"),
			change(writes("msr"), writes("pv")), writes("pv"), writes("msr"),
			100 * n["pv", "kvm:kvm_pv_eoi"] / n["pv", "kvm:kvm_eoi"]
	}'
