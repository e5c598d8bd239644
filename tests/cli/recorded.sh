#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What would run on guests that this machine is not: the plan says which queue and vector each vCPU uses, and what it
# costs where there is none of its own.
. "${IRQSTORM_SRC:?}/tests/lib.sh"

plan() {
  local machine=$1
  shift
  t_run --sysroot "$IRQSTORM_MACHINES/$machine" --print-plan "$@"
}
own='([.workers[] | .placement == "own" and .irq_cpu == .cpu] | all)'

for m in qemu-1 qemu-2 qemu-4; do
  plan $m -J
  ok "$m: each vCPU has a queue whose vector is its own" json "$own and (.workers | length) == ${m#qemu-}"
done
plan qemu-4 -J -c 1,3
ok "qemu-4: -c 1,3 uses queues 1 and 3" json '[.workers[].queue] == [1, 3]'
plan qemu-4 -J -c core:0-1
ok "qemu-4: an hwloc location is as good as a list" json '[.workers[].cpu] == [0, 1]'
plan qemu-4 -c core:9
ok "qemu-4: a location that is not there is refused" refused 2 "core:9"
plan qemu-4-2q
ok "fewer queues than vCPUs: exits 0" exits 0
ok "fewer queues than vCPUs: says which vCPU has none of its own and what that costs" \
  eval 'prints "has no vector of its own" && prints "costs an IPI back"'
plan qemu-2-shared
ok "a shared vector is said" prints "share one vector"
plan qemu-2-intx
ok "INTx is said, and that it is never granted" eval 'prints "INTx line" && prints "never granted the PV-EOI fast path"'
plan microvm-2
ok "virtio-mmio is said, and that it is never granted" eval 'prints "never granted the PV-EOI fast path"'
plan qemu-2-cpu1-offline -J
ok "an offline CPU is not used" json '[.workers[].cpu] == [0]'
plan qemu-200 -J
ok "200 vCPUs" json '(.workers | length) == 200'
plan firecracker-2 -J
ok "Firecracker: KVM offers PV-EOI; CPU 0 has no vector of its own" \
  json '.machine.hypervisor == "KVM" and .machine.pv_eoi_offered and .workers[0].placement == "elsewhere" and
        .workers[1].placement == "own"'
plan firecracker-2-user
ok "without CAP_SYS_ADMIN the plan is the same" eval 'exits 0 && prints "elsewhere"'
plan qemu-2-nvme -w virtio-blk,dev=/dev/nvme0n1 -w virtio-blk,dev=/dev/vda -J
ok "an NVMe disk and a virtio disk at once, each with a vector for each vCPU" json \
  "$own and [.workers[] | [.device, .irq]] == [[\"nvme0\", 25], [\"nvme0\", 26], [\"virtio0\", 28], [\"virtio0\", 29]]"
plan qemu-4 -w timer -w ipi -J
ok "timers are counted as LOC of their vCPU, function calls as CAL of the next" json '
  [.workers[] | [.cpu, .counter, .irq_cpu]] == [[0, "LOC", 0], [1, "LOC", 1], [2, "LOC", 2], [3, "LOC", 3],
    [0, "CAL", 1], [1, "CAL", 2], [2, "CAL", 3], [3, "CAL", 0]]'
plan qemu-4 -w ipi,kind=reschedule,to=2
ok "the plan shows the line and the CPU that count" eval 'exits 0 && grep -qE "^ +0 ipi .* RES .* 2 " "$out"'
t_run --sysroot "$IRQSTORM_MACHINES/qemu-2" --list-workloads
ok "--list-workloads says what can run" eval 'exits 0 && prints "can run here" && prints "virtio-blk"'
t_done
