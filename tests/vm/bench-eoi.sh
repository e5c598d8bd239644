#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bench-eoi.sh BUILDDIR - how many instructions the EOI callback takes, in a guest that counts them (see run_counted)
#
# BUILDDIR has kmod/build-6.1/irqstorm_eoi.ko and tests/kmod/bench/build/eoi_bench.ko. Prints the kernel's own callback
# beside the module's. Exits 1 where the module's takes more than 22 with the bit set, or 25 without.
# There is no KVM in it: the module has to refuse it, in one sentence, unless it is loaded with countonly=1; the bench sets
# the bit itself, and the register is the xAPIC's.

set -u
. "$(dirname "$0")/vmlib.sh"
. "$vm_dir/images.sh"
. "$vm_dir/run.sh"

[ $# = 1 ] || { echo "usage: bench-eoi.sh BUILDDIR" >&2; exit 2; }
vm_require qemu-system-x86_64 busybox cpio
vm_scratch
images_kernel 6.1
g=$vm_tmp/guest/job
mkdir -p "$g"
cp "$1/kmod/build-6.1/irqstorm_eoi.ko" "$1/tests/kmod/bench/build/eoi_bench.ko" "$g/" || exit 1
cat >"$g/bench" <<'END'
insmod ./eoi_bench.ko
insmod ./irqstorm_eoi.ko && echo loaded >/out/loaded
dmesg | sed -n '/loading out-of-tree/d; /module verification/d; s/.*irqstorm_eoi: //p' | sort -u >/out/refused
insmod ./irqstorm_eoi.ko countonly=1 && insmod ./eoi_bench.ko
# busybox's insmod tries twice
dmesg | sed -n 's/.*eoi_bench: \(fast\|register\) /\1 /p' | sort -u >/out/bench
END
job_guest "$vm_tmp/guest" "$vm_tmp"
out=$vm_tmp/out
run_counted "$vm_tmp" "$out" bench || { cat "$vm_tmp/console" >&2; vm_broken "the guest died"; }
if [ -f "$out/loaded" ] || [ "$(grep -c 'not a KVM guest.*countonly=1' "$out/refused")/$(wc -l <"$out/refused")" != 1/1 ]; then
	echo "bench-eoi: without KVM the module has to refuse to load, in one sentence; its log:" >&2
	cat "$out/refused" >&2
	exit 1
fi
awk '
	BEGIN { printf "%-10s %-24s %s\n", "path", "callback", "instructions, without the call itself" }
	{ printf "%-10s %-24s %s\n", $1, $2, $NF }
	$1 == "fast" { fast++; bad += $NF > 22 }
	$1 == "register" && /irqstorm_eoi/ { reg++; bad += $NF > 25 }
	END { exit bad || !fast || !reg }' "$out/bench"
