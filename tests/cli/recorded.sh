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

# virtio-net: vectors may be sent to the vCPU of their queue, and managed ones are not touched
plan qemu-2 -J -w virtio-net,peer=192.0.2.1
ok "virtio-net: one queue for two vCPUs goes to the first, and the other one is said to pay" \
  json '[.workers[] | .irq_cpu] == [0, 0] and [.workers[] | .placement] == ["own", "elsewhere"] and
        ([.notes[] | select(test("IRQ 2[56] .* is sent to CPU 0 for the run, and back to CPU 0-1"))] | length) == 2'
plan qemu-2 -J -w virtio-net,peer=192.0.2.1 -c 1
ok "virtio-net: and to the vCPU that is asked for" json '.workers[0].irq_cpu == 1 and .workers[0].placement == "own"'
plan qemu-2 -J -w virtio-net,peer=192.0.2.1 --affinity keep
ok "--affinity=keep sends none" json '[.notes[] | select(test("is sent to"))] == []'
plan qemu-2 -J -w virtio-blk
ok "a disk's vectors are managed: none is sent" json '[.notes[] | select(test("is sent to"))] == []'
plan qemu-2-intx -J -w virtio-net,peer=192.0.2.1
ok "a line that others share is not sent" json '[.notes[] | select(test("is sent to"))] == []'
plan firecracker-2 -J -w virtio-net,peer=192.0.2.1 -w virtio-blk
ok "a disk and a NIC in one run" json '[.workers[].workload] == ["virtio-net", "virtio-net", "virtio-blk", "virtio-blk"]'

# qemu-2 with a second pair of queues, its vectors as the driver has them from the beginning, and an irqbalance
cp -a "$IRQSTORM_MACHINES/qemu-2" "$scratch/mq"
(
  cd "$scratch/mq" || exit
  net=sys/devices/pci0000:00/0000:00:04.0/virtio1/net/eth0
  mkdir -p $net/queues/{rx,tx}-{0,1} proc/irq/{60,61} proc/312
  echo 1 >$net/queues/tx-0/xps_cpus
  echo 2 >$net/queues/tx-1/xps_cpus
  echo 0x1003 >$net/flags
  echo 1 >$net/carrier
  echo irqbalance >proc/312/comm
  { echo ' 60:  3  0  PCI-MSI 65539-edge  virtio1-input.1'; echo ' 61:  3  0  PCI-MSI 65540-edge  virtio1-output.1'; } >>proc/interrupts
  for i in 60 61; do
    echo 1 >proc/irq/$i/smp_affinity_list
    echo 1 >proc/irq/$i/effective_affinity_list
  done
)
IRQSTORM_MACHINES=$scratch plan mq -J -w virtio-net,peer=192.0.2.1
ok "several queues: each vCPU has its own" json '[.workers[] | .queue] == [0, 1] and [.workers[] | .irq] == [25, 60]'
ok "several queues: only a vector that is not alone on its vCPU is sent there" \
  json '[.workers[] | .placement] == ["own", "own"] and ([.notes[] | select(test("is sent to CPU 0"))] | length) == 2 and
        ([.notes[] | select(test("is sent to CPU 1"))] | length) == 0'
ok "a running irqbalance is named" json '[.notes[] | select(test("irqbalance is running .PID 312."))] | length == 1'
ok "up and carrier of a NIC are in the plan" json '.devices[] | select(.node == "eth0") | .nic | .up and .carrier'
IRQSTORM_MACHINES=$scratch plan mq -w virtio-net,peer=192.0.2.1
ok "and in its text" prints "virtio1 eth0 at 0000:00:04.0, 2 queues, MSI-X enabled, up"
echo 0x1002 >"$scratch/mq/sys/devices/pci0000:00/0000:00:04.0/virtio1/net/eth0/flags"
IRQSTORM_MACHINES=$scratch plan mq -w virtio-net,peer=192.0.2.1,dev=eth0
ok "a NIC that is down is refused" refused 4 "virtio-net: eth0 is down: ip link set eth0 up"
IRQSTORM_MACHINES=$scratch plan mq -w virtio-net,peer=192.0.2.1
ok "and not chosen" refused 4 "virtio-net: this guest has no virtio-net device that is up"
t_run --sysroot "$IRQSTORM_MACHINES/qemu-2" --list-workloads
ok "--list-workloads says what can run" eval 'exits 0 && prints "can run here" && prints "virtio-blk"'
t_done
