#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is refused: with one sentence that names the operand, the right exit status, and no result.
. "${IRQSTORM_SRC:?}/tests/lib.sh"

# plan GUEST STATUS SENTENCE ARG...: on a recorded guest; to read this machine, whatever it is, may take long
plan() {
  local machine=$1 want=$2 sentence=$3
  shift 3
  refuse "$want" "$sentence" --sysroot "$IRQSTORM_MACHINES/$machine" --print-plan "$@"
}

refuse 2 "unknown option '--frobnicate'" --frobnicate
refuse 2 "unknown option '--rtae' (did you mean '--rate'?)" --rtae=5 -w null
refuse 2 "ambiguous option '--s'" --s -w null
refuse 2 "unknown option '-x'" -x
refuse 2 "option '--json' takes no argument" --json=yes
refuse 2 "option '--rate' needs an argument: RATE" --rate
refuse 2 "unexpected argument 'extra'" -w null extra
refuse 2 "unexpected argument 'true' (a program to measure goes after --)" -q true
refuse 2 "a program to measure is missing after --" --
refuse 2 "a program to measure is missing after --" -- ""
refuse 2 "--rate cannot be given with a program, which paces itself" -R 5 -- true
refuse 2 "--rate cannot be given with a program, which paces itself" -R max -- true
refuse 2 "--workload cannot be given with a program" -w null -- true
refuse 2 "--arrivals cannot be given with a program" --arrivals const -- true
refuse 2 "--list-workloads takes no program" --list-workloads -- true
refuse 2 "--rate=0 is out of range" --rate 0 -w null
refuse 2 "--rate=-5 is no rate" --rate=-5 -w null
refuse 2 "--rate=1e99 is no rate" --rate 1e99 -w null
refuse 2 "--rate=12q is no rate" --rate 12q -w null
refuse 2 "--rate=2G is out of range" --rate 2G -w null
refuse 2 "--rate= is no rate" --rate= -w null
refuse 2 "--duration=0 is out of range" -d 0 -w null
refuse 2 "--duration=10x is no time" -d 10x -w null
refuse 2 "--interval=1us is out of range" -i 1us -w null
plan qemu-1 2 "--interval=1.00 ms is too short" -i 1ms -d 8000h -w null
refuse 2 "--warmup=99999h is out of range" --warmup 99999h -w null
refuse 2 "invalid --pace 'run' (expected sleep or spin)" --pace run -w null
refuse 2 "invalid --affinity 'on' (expected auto or keep)" --affinity on -w null
refuse 2 "option '--yes-flood' takes no argument" --yes-flood=1 -w null
plan qemu-1 2 "virtio-net: peer= is needed: ADDR[:PORT], pair:NIC or gateway" -w virtio-net
plan qemu-1 2 "virtio-net: peer=nobody is no address" -w virtio-net,peer=nobody
plan qemu-1 2 "virtio-net: peer=192.0.2.1:0 is no address" -w virtio-net,peer=192.0.2.1:0
plan qemu-1 2 "virtio-net: peer=pair: names no NIC" -w virtio-net,peer=pair:
plan qemu-1 2 "virtio-net: size=15 is out of range (16 to 1472)" -w virtio-net,peer=192.0.2.1,size=15
plan qemu-1 2 "virtio-net: timeout=5000 is out of range (1 to 4000)" -w virtio-net,peer=192.0.2.1,timeout=5000
refuse 2 "invalid --arrivals 'often' (expected const, poisson or burst=N)" --arrivals often -w null
refuse 2 "--arrivals=burst= is no number of events" --arrivals burst= -w null
refuse 2 "--arrivals=burst=0 is out of range" --arrivals burst=0 -w null
refuse 2 "invalid --arrivals 'burst' (did you mean 'burst=N'?)" --arrivals burst -w null
refuse 2 "invalid --eoi 'on' (expected auto, none, pv, msr or ignored)" --eoi on -w null
refuse 2 "--seed=abc is no number" --seed abc -w null
refuse 2 "--seed=9223372036854775808 is out of range: at most 2^63 - 1" --seed 9223372036854775808 -w null
refuse 2 "--rate=0.0001 is out of range: 0.001 to 1G" --rate 0.0001 -w null
refuse 2 "--json does not go with --list-workloads" -J --list-workloads
refuse 2 "unknown workload 'floppy'" -w floppy
refuse 2 "null: unknown option 'depth' (expected rate= or cpus=)" -w null,depth=2
plan qemu-1 2 "virtio-blk: unknown option 'color'" -w virtio-blk,color=red
plan qemu-1 2 "virtio-blk: depth=0 is out of range (1 to 1024)" -w virtio-blk,depth=0
plan qemu-1 2 "virtio-blk: bs=1000 is no multiple of 512" -w virtio-blk,bs=1000
plan qemu-1 2 "virtio-blk: bs= is given twice" -w virtio-blk,bs=4k,bs=8k
plan qemu-1 2 "virtio-blk: depth needs a value" -w virtio-blk,depth
plan qemu-1 2 "null: rate=12q is no rate" -w null,rate=12q
plan qemu-1 2 "null: rate=0 is out of range" -w null,rate=0
plan qemu-1 2 "null: rate= is given twice" -w null,rate=5,rate=6
plan qemu-1 2 "null: rate needs a value: rate=" -w null,rate
plan qemu-1 2 "null: cpus=1-x is neither a CPU list" -w null,cpus=1-x
plan qemu-1 2 "null: cpus= names no CPU" -w null,cpus=
refuse 4 "there is no CPU 60000" -w null,cpus=60000
refuse 2 "--cpus=0-x is neither a CPU list" -c 0-x -w null
plan qemu-1 2 "--cpus=3-1 is neither a CPU list" -c 3-1 -w null
refuse 4 "there is no CPU 60000" -c 60000 -w null
refuse 2 "--sysroot is a recorded guest, which cannot be run on" --sysroot "$IRQSTORM_MACHINES/qemu-2" -w null

# recorded guests, so that each reason is at hand on any machine
plan qemu-2-cpu1-offline 4 "CPU 1 is offline: online are 0" -c 1
plan qemu-2 4 "there is no CPU 7: possible are 0-1" -c 7
plan qemu-2 4 "virtio-blk: no such device or file: /dev/vdz" -w virtio-blk,dev=/dev/vdz
plan qemu-2 4 "--eoi=pv: no /dev/irqstorm_eoi" --eoi pv
plan qemu-2 4 "--eoi=ignored: no /dev/irqstorm_eoi" --eoi ignored
plan qemu-2 4 "--eoi-cycles: no /dev/irqstorm_eoi" --eoi-cycles
plan qemu-2 4 "--eoi=msr: no /dev/irqstorm_eoi" --eoi msr
plan qemu-2 2 "virtio-blk: batch=4 is more than depth=2" -w virtio-blk,depth=2,batch=4
plan qemu-2 2 "virtio-blk: busy takes no value" -w virtio-blk,busy=1
plan qemu-2-nvme 2 "virtio-blk: nvme0n1 is asked for twice" -w virtio-blk,dev=/dev/nvme0n1 -w virtio-blk,dev=/dev/nvme0n1
plan qemu-2 2 "ipi: invalid kind 'fast' (expected call or reschedule)" -w ipi,kind=fast
plan qemu-2 4 "there is no CPU 9: possible are 0-1" -w ipi,to=9
plan qemu-2 2 "ipi: to=1 names its only vCPU" -w ipi,to=1,cpus=1
plan qemu-2-cpu1-offline 4 "CPU 1 is offline: online are 0" -w ipi,to=1,cpus=1
plan qemu-1 4 "ipi: takes a second vCPU, and only CPU 0 can be used" -w ipi
plan qemu-2 2 "virtio-blk: vda is asked for twice" -w virtio-blk -w virtio-blk,dev=/dev/vda
refuse 1 "cannot read $scratch/nowhere" --sysroot "$scratch/nowhere" --print-plan

# a recorded guest changed in one place
changed() {
  rm -rf "$scratch/guest"
  cp -a "$IRQSTORM_MACHINES/$1" "$scratch/guest"
}
changed qemu-2
mkdir -p "$scratch/guest/proc/sys/kernel"
echo 2 >"$scratch/guest/proc/sys/kernel/io_uring_disabled"
refuse 4 "virtio-blk: io_uring is switched off for this user (sysctl kernel.io_uring_disabled)" \
  --sysroot "$scratch/guest" --print-plan
mkdir -p "$scratch/guest/dev"
# abi 77, then zeros, a page of them
{ printf 'M\0\0\0'; head -c 4092 /dev/zero; } >"$scratch/guest/dev/irqstorm_eoi"
refuse 4 "/dev/irqstorm_eoi speaks ABI 77 and this irqstorm ABI 1" --sysroot "$scratch/guest" --print-plan -w null
refuse 4 "/dev/irqstorm_eoi speaks ABI 77 and this irqstorm ABI 1" --sysroot "$scratch/guest" --print-plan -w null --eoi pv
t_run --sysroot "$scratch/guest" --print-plan -w null --eoi none
ok "a module of another ABI is no matter with --eoi=none" exits 0
: >"$scratch/guest/dev/irqstorm_eoi"
refuse 4 "/dev/irqstorm_eoi has a broken header" --sysroot "$scratch/guest" --print-plan -w null
changed qemu-2
rm -rf "$scratch/guest/sys/block" "$scratch"/guest/sys/bus/pci/devices/* "$scratch"/guest/sys/bus/virtio
refuse 4 "virtio-blk: this guest has no virtio-blk, virtio-scsi or NVMe disk" --sysroot "$scratch/guest" --print-plan

# on this machine, whatever it is
mkdir "$scratch/dir"
t_run -w virtio-blk,dev="$scratch/dir" -d 1ms
ok "a folder is refused as a device, or the machine has no virtio disk" \
  eval 'refused 2 "is neither a block device nor a file" || refused 4 "virtio-blk: "'
t_run -w virtio-blk,dev=/dev/null -d 1ms
ok "/dev/null is refused as a device, or the machine has no virtio disk" \
  eval 'refused 2 "is neither a block device nor a file" || refused 4 "virtio-blk: "'
fallocate -l 1M "$scratch/preallocated"
t_run -w virtio-blk,dev="$scratch/preallocated" -d 1ms
ok "a file of blocks that were never written is refused, or the machine has no virtio disk" \
  eval 'refused 1 "has a hole or unwritten blocks at byte 0" || refused 4 "virtio-blk: "'
truncate -s 1M "$scratch/sparse"
t_run -w virtio-blk,dev="$scratch/sparse" -d 1ms
ok "a file with holes is refused, or the machine has no virtio disk" \
  eval 'refused 2 "has holes (0 of 1048576 bytes allocated)" || refused 4 "virtio-blk: "'
if [ ${#cpus[@]} -gt 1 ] && command -v taskset >/dev/null; then
  IRQSTORM_RUNNER="taskset -c $cpu ${IRQSTORM_RUNNER:-}" t_run -c "${cpus[1]}" -w null -R 100 -d 1ms --warmup 0
  ok "a CPU outside the affinity mask, which bounds the default only, may be named" eval 'exits 0 || exits 3'
else
  skip "a CPU outside the affinity mask, which bounds the default only, may be named" "one CPU, or no taskset"
fi
t_done
