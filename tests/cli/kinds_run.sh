#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Timers and IPIs on this machine, compared with its own /proc/interrupts. How many interrupts an event makes depends on
# what else this machine does: that is asked in a guest of its own (tests/vm/parts/kinds.sh).
. "${IRQSTORM_SRC:?}/tests/lib.sh"

t_run -w timer -R 200 -d 300ms --warmup 0 -c $cpu --eoi none -J
ok "timers expire, or what was due is accounted for" eval 'ran_to_its_end && json ".totals.events_due == 60 and $accounted"'
facts "$out" \
  "each timer is an interrupt of the vCPU, counted as LOC" \
  ".cpus[0].counter == \"LOC\" and .cpus[0].irq_cpu == $cpu and .totals.interrupts == .cpus[0].timer_interrupts" \
  "the intervals add up to the interrupts" '([.intervals[].interrupts] | add) == .totals.interrupts'
t_run -w timer -R max -d 100ms --warmup 0 -c $cpu --eoi none --pace spin -J
ok "without a rate, and with --pace=spin, they are counted there too" \
  eval 'ran_to_its_end && json ".totals.events_due == null and .totals.interrupts == .cpus[0].timer_interrupts"'
"$IRQSTORM" -w timer -R 200 -d 1h --warmup 0 -c $cpu --eoi none -J >"$out" 2>"$err" </dev/null &
pid=$!
begun $pid 20
kill -TERM $pid
wait $pid
status=$?
ok "20 timers that were waited for have made interrupts" json '.totals.events > 0 and .totals.interrupts > 0'

if [ ${#cpus[@]} = 1 ]; then
  skip "IPIs" "one CPU"
  t_done
fi
other=${cpus[1]}
t_run -w ipi,kind=reschedule,to="$other" -R 200 -d 300ms --warmup 0 -c $cpu --eoi none -J
# a target that is busy with something else runs the thread later, and then without an interrupt
ok "kicks of a running thread are made, and compared with RES of the target" \
  eval 'ran_to_its_end && json ".cpus[0].counter == \"RES\" and .cpus[0].irq_cpu == $other and $accounted"'
t_run -w ipi,kind=reschedule -R max -d 100ms --warmup 0 -c "$cpu,$other" --eoi none -J
ok "two that kick each other without a pause come to an end" ran_to_its_end
t_run -w ipi -R 200 -d 300ms --warmup 0 -c "$cpu,$other" --eoi none -J
if [ $status = 1 ] && says "kind=call takes root"; then
  skip "function calls are CAL of the target" "$(cat "$err")"
else
  # a processor that polls while it is idle takes the call without an interrupt
  ok "function calls are made, and compared with CAL of the target" \
    eval 'ran_to_its_end && json "[.cpus[].counter] == [\"CAL\", \"CAL\"] and [.cpus[].irq_cpu] == [$other, $cpu] and $accounted"'
fi
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && [ "$(cat /proc/sys/kernel/perf_event_paranoid)" -gt 0 ]; then
  IRQSTORM_RUNNER="setpriv --reuid 65534 --clear-groups" t_run -w ipi -R 10 -d 50ms --warmup 0 -q --eoi none
  ok "function calls without the right are refused with what they take" refused 1 "ipi: kind=call takes root, CAP_PERFMON"
else
  skip "function calls without the right are refused with what they take" "not root, no setpriv, or anybody may"
fi
t_done
