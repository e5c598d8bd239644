#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# l2run.sh - runs a shell script in a KVM guest, and prints its output; exits with its status
#
#	--script FILE	the script (busybox sh, in /job, with guest.sh's functions; what it puts in /out comes back)
#	--file FILE	one more file for /job (may be repeated)
#	--bin FILE	a program, with its libraries, under /job (may be repeated)
#	--smp N		virtual CPUs (1)
#	--append WORDS	for the kernel's command line
#	--cpu MODEL	QEMU's -cpu (host,+kvm-pv-eoi)
#	--nics N	virtio-net devices on one hub (none)
#	--trace		trace the host's kvm_eoi, kvm_pv_eoi and PV-EOI MSR writes meanwhile, and print that too
#	--out DIR	keep all that came back in DIR
#	--timeout S	seconds for the guest (120)
#
# Knows the options only. Status 77: cannot run here; 99: the test bed broke.

set -u
. "$(dirname "$0")/vmlib.sh"
. "$vm_dir/images.sh"
. "$vm_dir/run.sh"

usage() { sed -n 's/^#\t/\t/p' "$0" >&2; exit 2; }

script='' files=() bins=() smp=1 append='' nics='' cpu=host,+kvm-pv-eoi trace='' out='' limit=120
while [ $# -gt 0 ]; do
	case $1 in
	--trace) trace=1; shift; continue ;;
	--*) [ $# -ge 2 ] || usage ;;
	*) usage ;;
	esac
	case $1 in
	--script) script=$2 ;;
	--file) files+=("$2") ;;
	--bin) bins+=("$2") ;;
	--smp) smp=$2 ;;
	--append) append=$2 ;;
	--nics) nics=$2 ;;
	--cpu) cpu=$2 ;;
	--out) out=$2 ;;
	--timeout) limit=$2 ;;
	*) usage ;;
	esac
	shift 2
done
[ -f "$script" ] || usage

vm_require qemu-system-x86_64 busybox cpio
vm_scratch
images_kernel 6.1
job=$vm_tmp/job g=$vm_tmp/guest/job
mkdir -p "$job/guests" "$g"
cp "$script" "$g/script"
[ ${#files[@]} = 0 ] || cp "${files[@]}" "$g/" || exit
for b in ${bins[@]+"${bins[@]}"}; do
	vm_bin "$vm_tmp/guest" "$(realpath "$b")"
	cp "$b" "$g/" || exit
done
job_guest "$vm_tmp/guest" "$job"
cat >"$job/guests/guest.conf" <<END
SMP=$smp
CPU='$cpu'
NICS='$nics'
APPEND='$append ${trace:+VM_TRACE=1}'
TIMEOUT=$limit
END
run_job "$job" "$vm_tmp/out" $((limit + 60)) || { cat "$vm_tmp/out/console" >&2; vm_broken "no guest came up"; }
res=$vm_tmp/out/guest
[ -z "$out" ] || cp -r "$vm_tmp/out/." "$out/"
[ ! -f "$res/log" ] || cat "$res/log"
[ ! -f "$res/host/all.trace" ] || cat "$res/host/all.trace"
if [ ! -s "$res/status" ]; then
	cat "$res/host/console" "$res/host/qemu.log" >&2
	echo "the guest died$([ -f "$res/host/timeout" ] && echo " (timeout)")" >&2
	exit 1
fi
exit "$(cat "$res/status")"
