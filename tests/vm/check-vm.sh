#!/bin/bash
# shellcheck disable=SC2317
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check-vm.sh BUILDDIR KERNEL [GUEST...] - the tests that need a KVM host: irqstorm and its module in guests, and what the
# host saw
#
# BUILDDIR has irqstorm, kmod/build-KERNEL/irqstorm_eoi.ko and the programs of tests/kmod. KERNEL is the guests': a series
# that fetch.sh knows; the host's is always 6.1.
# Says TAP, and in the last line how many passed, failed and were skipped. Exits 0, 1 when something failed, 77 when
# nothing could run. VM_PARTS, if set, are the only parts to run, where a guest has them.
# Knows which guests there are and which parts run in each. Must not know what a part checks: see parts/.

set -u
. "$(dirname "$0")/vmlib.sh"
. "$vm_dir/images.sh"
. "$vm_dir/run.sh"
. "$vm_dir/tap.sh"

# one host boots all that have the same PROCESSORS. guest | its settings (host.sh, guest_defaults) | parts, in this order
guests=$(cat <<'END'
smp1       | SMP=1 NICS=2 TIMEOUT=400 | exact rate abi modes kill sockperf net reload log
smp2       | SMP=2 NICS=2 NVME=1 TIMEOUT=600 | exact rate kinds abi perf modes kill affinity sockperf net reload log
ab         | SMP=2 TIMEOUT=600      | ab failif pipe log
vhost      | SMP=2 VHOST=2 PROCESSORS=2 | vhost log
smp1-xapic | SMP=1 APPEND=nox2apic  | exact modes log
smp2-xapic | SMP=2 APPEND=nox2apic  | exact abi modes log
nopv       | SMP=2 APPEND=nopv      | modes log
level      | SMP=1 APPEND=pci=nomsi | level log
no-pv-eoi  | SMP=1 CPU=host,-kvm-pv-eoi | without log
no-kvm     | SMP=1 CPU=host,kvm=off | without log
hyperv     | SMP=2 CPU=host,kvm=off,hv-relaxed,hv-vapic,hv-time,hv-vpindex | hyperv log
power      | SMP=2                  | hotplug suspend log shutdown
cycles     | SMP=2 TIMEOUT=900      | cycles log
END
)

[ $# -ge 2 ] || { echo "usage: check-vm.sh BUILDDIR KERNEL [GUEST...]" >&2; exit 2; }
build=$1 kernel=$2
shift 2
wanted=" $* "

for series in 6.1 "$kernel"; do
	why=$( (vm_require qemu-system-x86_64 busybox cpio jq perf sockperf ip && "$vm_dir/fetch.sh" kernel "$series" >/dev/null) 2>&1) ||
		tap_skip_all "${why#SKIP: }"
done
[ -f "$build/kmod/build-$kernel/irqstorm_eoi.ko" ] || tap_skip_all "no module for Linux $kernel"
vm_scratch
images_kernel 6.1

g=$vm_tmp/guest/job
mkdir -p "$g/parts"
cp "$vm_dir"/parts/*.sh "$g/parts/"
cp "$build/kmod/build-$kernel/irqstorm_eoi.ko" "$build"/tests/kmod/eoi_{abi,perf,tables,windows,storm} "$vm_dir/../kmod/cycles.sh" "$g/" || exit 1
vm_bin "$vm_tmp/guest" "$(realpath "$build/irqstorm")" perf sockperf ip
cp -L "$(command -v ip)" "$g/ip"
cp "$build/irqstorm" "$g/"
cat >"$g/parts-of-guest" <<'END'
echo "irqstorm test bed: the parts begin" >/dev/kmsg
for part in $PARTS; do
	o=/out/parts/$part
	mkdir -p "$o"
	say "$part"
	(. "./parts/$part.sh"; "${part}_guest" "$o") >"$o/log" 2>&1
	echo $? >"$o/status"
done
END

# table ACTION: for each wanted guest, ACTION NAME SETTINGS PARTS
table() {
	local name settings parts
	while IFS='|' read -r name settings parts; do
		name=${name// /}
		[ "$wanted" = "  " ] || [[ $wanted == *" $name "* ]] || continue
		parts=$(xargs -n 1 <<<"$parts" | grep -xF "$(xargs -n 1 <<<"${VM_PARTS:-$parts}")" | xargs)
		[ -z "$parts" ] || "$1" "$name" "$settings" "$parts"
	done <<<"$guests"
}

# a job for each number of processors
configure() {
	local TIMEOUT=240 PROCESSORS=1 settings job nr
	settings=$(xargs -n 1 <<<"$2" | sed "s/=\(.*\)/='\1'/")
	eval "$(grep -E '^(TIMEOUT|PROCESSORS)=' <<<"$settings")"
	job=$vm_tmp/job/$PROCESSORS
	mkdir -p "$job/guests"
	[ "$PROCESSORS" = 1 ] || echo "$PROCESSORS" >"$job/emulated-processors"
	cp "$build/irqstorm" "$job/"
	nr=$(find "$job/guests" -type f | wc -l)
	cat >"$job/guests/$nr-$1.conf" <<-END
		TIMEOUT=$TIMEOUT
		$settings
		SCRIPT=parts-of-guest
		APPEND="\$APPEND PARTS=\\"$3\\""
	END
	# how long all may take: a guest that hangs ends by its own TIMEOUT
	echo $(($(cat "$job/seconds" 2>/dev/null || echo 180) + TIMEOUT)) >"$job/seconds"
}

# run_all: each job's results are in a folder of its number
run_all() {
	local job out seconds name
	for job in "$vm_tmp"/job/*; do
		out=$vm_tmp/out/${job##*/}
		mkdir -p "$vm_tmp/out"
		seconds=$(cat "$job/seconds")
		job_guest "$vm_tmp/guest" "$job" "$kernel"
		run_job "$job" "$out" "$seconds" || {
			tap_not_ok "the KVM host of the test bed works"
			tap_diag "$out/console" "$out"/*/host/{console,qemu.log}
			tap_end
		}
		for name in $(run_again "$job" "$out" "$seconds"); do
			tap_skipped=$((tap_skipped + 1))
			tap_ok "${name#*-}: the guest lives through its first try # SKIP it died in the emulated host, and was tried again"
		done
	done
}

judge() {
	local part dir
	dir=$(echo "$vm_tmp"/out/*/*-"$1")
	for part in $3; do
		tap_prefix="$1: "
		if [ -s "$dir/status" ] && [ -s "$dir/parts/$part/status" ]; then
			# shellcheck disable=SC1090 # one of parts/
			. "$vm_dir/parts/$part.sh"
			"${part}_check" "$dir" "$dir/parts/$part"
		else
			tap_not_ok "$part: the guest died"
			tap_diag "$dir/host/console" "$dir/host/qemu.log" "$dir/host/log" "$dir/host/monitor"
		fi
	done
}

table configure
run_all
table judge
tap_prefix="host: "
tap_is "" "$(grep -hE 'WARNING|BUG|Oops|Call Trace' "$vm_tmp"/out/*/host-dmesg)" "its kernel has no complaint"
[ -z "${VM_KEEP-}" ] || echo "# results: $vm_tmp/out"
tap_end
