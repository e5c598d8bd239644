#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Guests whose shape was reported as a bug of some other program: what irqstorm makes of each.
. "${IRQSTORM_SRC:?}/tests/lib.sh"

plan() {
  local machine=$1
  shift
  t_run --sysroot "$IRQSTORM_MACHINES/$machine" --print-plan -J "$@"
}
own='([.workers[] | .placement == "own" and .irq_cpu == .cpu] | all)'

plan blank-line
ok "a blank line in /proc/interrupts is skipped" json "$own and (.workers | length) == 4"
plan nvme-multipath
ok "NVMe with native multipath: the disk is the subsystem's, the vectors are its path's" json \
  "$own"' and [.workers[] | [.device, .irq]] == [["nvme0", 28], ["nvme0", 29]] and .workers[0].path == "/dev/nvme0n1"'
plan lvm-luks -w virtio-blk,dev=/dev/dm-1
ok "LVM on LUKS on a partition: the disk below it, and the layers by name" json \
  "$own"' and [.workers[].irq] == [25, 26] and
   (.notes | any(test("is read from vda through dm-1 .vg0-root. on dm-0 .luks. on vda2")))'
cp -a "$IRQSTORM_MACHINES/lvm-luks" "$scratch/raid"
mkdir "$scratch/raid/sys/devices/virtual/block/dm-1/slaves/vdb"
t_run --sysroot "$scratch/raid" --print-plan -w virtio-blk,dev=/dev/dm-1
ok "a device on several disks is refused with their names" \
  refused 4 "'/dev/dm-1' is on dm-1 (vg0-root) on dm-0, vdb, not on one virtio-blk, virtio-scsi or NVMe disk"
plan virtio-scsi-4q
ok "virtio-scsi: sda, and a request vector for each vCPU" json \
  "$own"' and [.workers[].irq] == [27, 28, 29, 30] and .workers[0].path == "/dev/sda"'
plan pvm-guest -w null
ok "CPUID that does not trap shows the machine below: PV-EOI is unknown, not absent" json \
  '.machine.hypervisor == "bhyve" and .machine.pv_eoi_offered == null'
plan hyperv-nvme
ok "Hyper-V's interrupt chips have blanks in their names" json "$own and .machine.hypervisor == \"Hyper-V\""
plan kernel-4.4
ok "without effective_affinity the place of a vector is unknown" json '[.workers[].placement] | unique == ["unknown"]'
plan q35-bridge
ok "a disk behind a PCI bridge, and vCPUs that were plugged in" json '.workers[0].path == "/dev/vda" and (.workers | length) == 9'
plan sparse-cpus
ok "CPU numbers with gaps" json "$own and [.workers[].cpu] == [0, 1, 4, 5, 8, 9, 12, 13]"
plan kvm-hv -w null
ok "KVM behind Hyper-V's CPUID leaves is KVM" json '.machine.hypervisor == "KVM"'
plan xen-hvm -w timer
ok "Xen's lines of /proc/interrupts are read" json '.machine.hypervisor == "Xen" and .workers[0].counter == "LOC"'

# files of this machine, changed in a mount namespace of its own
if [ "$(id -u)" != 0 ] || ! unshare -m true 2>/dev/null; then
  skip "files of /proc that are masked or go back" "not root, or no mount namespaces"
  t_done
fi
masked() {
  unshare -m sh -c 'mount --bind /dev/null /proc/interrupts && exec "$@"' sh "$IRQSTORM" "$@" >"$out" 2>"$err" </dev/null
  status=$?
}
masked -w null -R 100 -d 100ms --warmup 0 -c $cpu --eoi none -J
ok "with /proc/interrupts masked a storm runs, its interrupts are null, and one sentence says why" eval \
  '{ exits 0 || exits 3; } && json ".totals.interrupts == null and .totals.timer_interrupts == null and
   ([.notes[] | select(test(\"/proc/interrupts: the file is empty\"))] | length == 1)"'
masked -w timer -R 100 -d 100ms --warmup 0 -c $cpu --eoi none -J
ok "timers too, which are counted there only" eval '{ exits 0 || exits 3; } && json ".cpus[0].interrupts == null"'
masked -J -q -- true
ok "programs too" eval 'exits 0 && json ".vcpus[0].timer_interrupts == null and .proc_interrupts == []"'
masked --list-workloads
ok "and the list of workloads" exits 0
{ echo "cpu  1 2 3 4 5 6 7 300 0 0"; echo "cpu$cpu 1 2 3 4 5 6 7 200 0 0"; echo "intr 1"; } >"$scratch/stat.a"
{ echo "cpu  1 2 3 4 5 6 7 290 0 0"; echo "cpu$cpu 1 2 3 4 5 6 7 190 0 0"; echo "intr 1"; } >"$scratch/stat.b"
cp "$scratch/stat.a" "$scratch/stat"
unshare -m sh -c 'mount --bind "$1/stat" /proc/stat && exec "$2" -J -q --save="$1/steal.rec" -- sh -c "cat $1/stat.b >$1/stat"' \
  sh "$scratch" "$IRQSTORM" >"$out" 2>"$err" </dev/null
status=$?
ok "steal that goes back is null, and a note says so" eval 'exits 0 && json ".vcpus[0].steal_ns == null and .totals.steal_ns == null and
   ([.notes[] | select(test(\"steal time of CPU $cpu is unknown\"))] | length == 1)"'
"$IRQSTORM" show -J "$scratch/steal.rec" >"$scratch/shown"
ok "and the record is saved, and shows the same" cmp "$out" "$scratch/shown"
t_done
