#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The virtio-blk workload on a file, as any user runs it on a guest without the module. Where this machine has no virtio
# disk below its scratch folder, the program says why and the tests are skipped for that reason.
. "${IRQSTORM_SRC:?}/tests/lib.sh"

head -c 1M /dev/urandom >"$scratch/file"
sync "$scratch/file"
before=$(sha256sum <"$scratch/file")
t_run -w virtio-blk,dev="$scratch/file" -R 100 -d 500ms --warmup 0 -J
if [ $status = 4 ]; then
  skip "a paced storm on a file" "$(head -n 1 "$err")"
  t_done
fi
ok "a paced storm on a file runs" eval 'ran_to_its_end && json "$accounted"'
facts "$out" \
  "what was due is counted" '.totals.events_due == 50 * (.cpus | length)' \
  "its device is found by the file's st_dev" '.plan.workloads[0].device | test("^(virtio|nvme)[0-9]+$")' \
  "reads made interrupts" '.totals.events == 0 or .totals.interrupts > 0' \
  "each row says whose vector its interrupts come from" '[.cpus[].placement] | all(. != null)'
ok "the file is as it was" [ "$before" = "$(sha256sum <"$scratch/file")" ]
if [ ! -e /dev/irqstorm_eoi ]; then
  ok "without the module eoi is null, and one line says why" \
    eval 'json ".totals.eoi == null and ([.cpus[].eoi] | all(. == null)) and .verdict == \"not-counted\"" &&
      [ "$(grep -c "EOIs are not counted: no /dev/irqstorm_eoi" "$err")" = 1 ]'
fi
t_run -w virtio-blk,dev="$scratch/file",depth=8,batch=8 --arrivals=burst=8 -R 80 -d 500ms --warmup 0 -q -J
ok "the requests of a burst go together where batch= asks for it, and are said to" \
  json '(.totals.events < 8 or .totals.coalesced > 0) and .totals.coalesced <= .totals.events * 7 / 8 and
    .plan.workloads[0].batch == 8'
t_run -w virtio-blk,dev="$scratch/file",busy -R 100 -d 300ms --warmup 0 -q -J
ok "busy reads too" eval 'ran_to_its_end && json "$accounted and (.totals.events == 0 or .totals.interrupts > 0)"'
t_run -w virtio-blk,dev="$scratch/file",bs=2M -R 1 -d 1ms
ok "a read larger than bs= may be is refused" refused 2 "virtio-blk: bs=2M is out of range"
t_run -w virtio-blk,dev="$scratch/file",bs=1M,depth=2 -R 10 -d 200ms --warmup 0 -q -J
ok "a file of one block is enough" ran_to_its_end
: >"$scratch/empty"
t_run -w virtio-blk,dev="$scratch/empty" -R 1 -d 1ms -q
ok "an empty file is refused" refused 1 "virtio-blk: $scratch/empty is smaller than one read of 4096 bytes"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  chmod 0711 "$scratch"
  chmod 0600 "$scratch/file"
  IRQSTORM_RUNNER="setpriv --reuid 65534 --clear-groups" t_run -w virtio-blk,dev="$scratch/file" -R 1 -d 1ms -q
  ok "a file of another user is refused by name" refused 1 "virtio-blk: cannot open $scratch/file: Permission denied"
else
  skip "a file of another user is refused by name" "not root, or no setpriv"
fi
t_done
