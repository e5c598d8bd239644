#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bench.sh IRQSTORM - what one I/O of irqstorm costs, against fio: the same random reads, one in flight, in one guest that
# counts its instructions instead of time (QEMU's -icount: one instruction is one virtual nanosecond)
#
# Prints one row per program: interrupts per second, guest instructions per I/O, the ratios of the interrupt rates.
# Repeatable to 0.2 % on any machine, busy or idle. Needs no KVM, and so has no PV-EOI.
# Knows fio's and QEMU's options. Status 77: cannot run here; 99: the test bed broke.

set -u
. "$(dirname "$0")/vmlib.sh"
. "$vm_dir/images.sh"
. "$vm_dir/run.sh"

if [ $# != 1 ] || [ ! -x "$1" ]; then
	echo "usage: bench.sh IRQSTORM" >&2
	exit 2
fi
seconds=${BENCH_SECONDS:-1}

vm_require qemu-system-x86_64 busybox cpio jq fio
vm_scratch
images_kernel 6.1
g=$vm_tmp/guest/job
mkdir -p "$g"
vm_bin "$vm_tmp/guest" "$(realpath "$1")" fio
cp "$1" "$g/irqstorm"
cat >"$g/bench" <<END
fio="fio --name=b --filename=/dev/vda --rw=randread --bs=512 --direct=1 --ioengine=io_uring --output-format=json \
	--runtime=$seconds --time_based"
storm="./irqstorm -w virtio-blk,dev=/dev/vda,bs=512 --rate=max --eoi=none --warmup=0s -d ${seconds}s -q -J"
END
cat >>"$g/bench" <<'END'
interrupts() { awk '/virtio0-req/ { n += $2 } END { print n }' /proc/interrupts; }

# run NAME COMMAND...: its output, and how many interrupts the disk made meanwhile
run() {
	name=$1
	shift
	before=$(interrupts)
	"$@" >"/out/$name.json" 2>"/out/$name.err"
	echo $? >"/out/$name.status"
	echo $(($(interrupts) - before)) >"/out/$name.interrupts"
	say "$name: done"
}
cat /sys/devices/system/clocksource/clocksource0/current_clocksource >/out/clocksource
run fio $fio
run fio-tuned $fio --fixedbufs --registerfiles --gtod_reduce=1
run irqstorm $storm
run irqstorm-spin $storm --pace=spin
END

job_guest "$vm_tmp/guest" "$vm_tmp"
echo "bench: booting the guest (about 40 s in all)" >&2
out=$vm_tmp/out
run_counted "$vm_tmp" "$out" bench || { cat "$vm_tmp/console" >&2; vm_broken "the guest died"; }
for p in fio fio-tuned irqstorm irqstorm-spin; do
	[ "$(cat "$out/$p.status")" = 0 ] && continue
	echo "bench: $p failed:" >&2
	cat "$out/$p.err" >&2
	exit 1
done

# interrupts, I/Os and nanoseconds of each, by its own account of the time
row() { echo "$1 $(cat "$out/$1.interrupts") $(jq -r "$2" "$out/$1.json")"; }
fio_row='.jobs[0].read | "\(.total_ios) \(.runtime * 1000000)"'
storm_row='"\(.totals.events) \(.plan.duration_ns)"'
{
	row fio "$fio_row"
	row fio-tuned "$fio_row"
	row irqstorm "$storm_row"
	row irqstorm-spin "$storm_row"
} >"$vm_tmp/rows"
awk -v clock="$(cat "$out/clocksource")" '
	{ name[NR] = $1; irqs[NR] = $2 / $4 * 1e9; per_io[NR] = $4 / $3; per_event[NR] = $2 / $3 }
	END {
		printf "random reads of 512 bytes, one in flight, on one vCPU; one instruction = 1 ns; clock %s\n", clock
		printf "%-13s %13s %17s %14s %10s %15s\n", "program", "interrupts/s", "instructions/I/O", "interrupts/I/O",
			"to fio", "to fio-tuned"
		for (i = 1; i <= NR; i++)
			printf "%-13s %13.0f %17.0f %14.3f %10.3f %15.3f\n", name[i], irqs[i], per_io[i], per_event[i],
				irqs[i] / irqs[1], irqs[i] / irqs[2]
	}' "$vm_tmp/rows"
