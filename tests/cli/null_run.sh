#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Whole runs of the null workload, which any machine can do. Nothing here depends on how fast the machine is: what a run
# makes of each due event, to the nanosecond, is in tests/unit/t_run.
. "${IRQSTORM_SRC:?}/tests/lib.sh"

t_run -w null -R 20 -d 500ms --warmup 0 -c $cpu --eoi none -J
facts "$out" "a rate of 20 for 500 ms makes 10 events due" '.totals.events_due == 10 and .cpus[0].events_due == 10'
# a machine that stood still for 50 ms at the wrong time has done fewer, and must say so
ok "either all were done and it exits 0, or the rate was not held and it exits 3" \
  eval 'if json ".totals.rate_held and .totals.events == 10"; then exits 0; else json ".totals.events < 10" && exits 3; fi'
# where nothing was done there is no latency
facts "$out" \
  "the schema is named" '.schema == "irqstorm/1"' \
  "what was not measured is null, not 0" \
  '.cpus[0].interrupts == null and .totals.eoi == null and .cpus[0].eoi == null and .totals.interrupts_per_event == null' \
  "the documented keys are all there" '
  (.machine | has("kernel") and has("hypervisor") and has("pv_eoi_offered") and has("apic_mode") and has("cpus")) and
  (.plan | has("rate_hz") and has("duration_ns") and has("pace") and has("arrivals") and has("cpus") and
           has("workloads") and has("eoi")) and
  (.cpus[0] | has("cpu") and has("workload") and has("events") and has("rate_hz") and has("interrupts") and
              has("eoi") and has("latency_ns")) and
  (.cpus[0] | .latency_ns | if . then has("p50") and has("p99") and has("p999") and has("max") else true end) and
  (.cpus[0] | .events == 0 or .latency_ns != null) and
  (.totals | has("events") and has("rate_hz") and has("rate_held") and has("interrupts") and
             has("interrupts_per_event") and has("eoi") and has("latency_ns")) and
  (.intervals[0] | has("t_ns") and has("cpu") and has("events") and has("interrupts") and has("fast") and has("msr"))' \
  "the intervals add up to the total" '([.intervals[].events] | add) == .totals.events' \
  "the intervals end with the run" '.intervals[-1].t_ns == .elapsed_ns' \
  "quantiles do not decrease" '.totals.latency_ns | .p50 <= .p99 and .p99 <= .p999 and .p999 <= .max'

t_run -w null -R 50 -d 100ms --warmup 100ms -c $cpu --eoi none -J
ok "warm-up is measured but left out" json '.warmup.elapsed_ns == 100000000 and .totals.events_due == 5'

t_run -w null -R 1G -d 50ms --warmup 0 -c $cpu --eoi none
ok "a rate that cannot be held exits 3" exits 3
ok "and says by how much" prints "The rate was not held: "

t_run -w null -R 200 -d 100ms --warmup 0 -c $cpu --arrivals poisson --seed 7 --eoi none -J
first=$(jq .totals.events_due "$out")
t_run -w null -R 200 -d 100ms --warmup 0 -c $cpu --arrivals poisson --seed 7 --eoi none -J
ok "the same seed makes the same poisson arrivals" [ "$first" = "$(jq .totals.events_due "$out")" ]
ok "poisson arrivals that were all served are a held rate" json '.totals.rate_held == (.totals.events >= 0.99 * .totals.events_due)'

t_run -w null -R 100 -d 500ms --warmup 0 -c $cpu --arrivals burst=10 --eoi none -J
facts "$out" \
  "a burst of 10 at 100 a second is 10 due events every 100 ms" \
  '.totals.events_due == 50 and .plan.arrivals == "burst=10" and .totals.coalesced == 0' \
  "what was due is done, lost or skipped" "$accounted and .totals.late <= .totals.events"
t_run -w null -R 1G -d 50ms --warmup 0 -c $cpu --eoi none
ok "what came late or not at all is said" eval 'exits 3 && prints "started late, after the next was due, and"'

t_run -w null -R 100 -d 50ms --warmup 0 -c $cpu --pace spin --eoi none -J
ok "the pacing mode is in the result" json '.plan.pace == "spin" and .plan.arrivals == "const"'

t_run -w null -w null -R 100 -d 50ms --warmup 0 -c $cpu --eoi none -J
ok "a workload may be repeated: a row for each" json '(.cpus | length) == 2 and (.plan.workloads | length) == 2'

t_run -w null,rate=200 -w null,rate=40 -R 100 -d 100ms --warmup 0 -c $cpu --eoi none -J
ok "each workload has its own rate, and its row says which" json '
  [.cpus[] | [.workload_index, .asked_hz, .events_due]] == [[0, 200, 20], [1, 40, 4]] and
  .totals.asked_hz == 240 and .totals.events_due == 24 and [.plan.workloads[].rate_hz] == [200, 40]'
t_run -w null,rate=max -w null -R 100 -d 50ms --warmup 0 -c $cpu --eoi none -J
ok "one of them may have none: then what is due is that of the others" \
  json '.cpus[0].events_due == null and .totals.events_due == 5 and .totals.asked_hz == null'
t_run -w null,rate=200 -w null,rate=40 -R 100 -d 50ms --warmup 0 -c $cpu --eoi none
ok "rows of one name are told apart in the table" eval 'prints "null,rate=200" && prints "null,rate=40"'
if [ ${#cpus[@]} -gt 1 ]; then
  last=${cpus[-1]}
  t_run -w null,cpus=$cpu -w null,cpus=$last -R 100 -d 50ms --warmup 0 --eoi none -J
  ok "each workload has its own vCPUs" json "[.cpus[].cpu] == [$cpu, $last] and
    (.plan.cpus == \"$cpu,$last\" or (.plan.cpus == \"$cpu-$last\" and $last == $cpu + 1))"
else
  skip "each workload has its own vCPUs" "one CPU"
fi

t_run -w null -R max -d 50ms --warmup 0 -c $cpu --eoi none -J
ok "a rate of max has nothing due and is always held" json '.totals.rate_held and .totals.events_due == null and .plan.rate_hz == null'

t_run -w null -R 100 -d 50ms --warmup 0 -c $cpu
if [ -e /dev/irqstorm_eoi ]; then
  skip "without the module one line says why EOIs are not counted" "the module is here"
else
  ok "without the module one line says why EOIs are not counted" \
    eval '[ "$(grep -c "^EOIs are not counted: no /dev/irqstorm_eoi" "$out")" = 1 ]'
fi

# TERM: a shell without job control starts what it puts into the background with SIGINT ignored
"$IRQSTORM" -w null -R 100 -d 1h --warmup 0 -c $cpu --eoi none -J >"$out" 2>"$err" </dev/null &
pid=$!
begun $pid 20
kill -TERM $pid
wait $pid
status=$?
ok "an interrupt ends the run with 130" exits 130
ok "and the result so far is written" json '.interrupted and .totals.events > 0 and .elapsed_ns < 3600000000000'

"$IRQSTORM" -w null -R 100 -d 1h --warmup 1h -c $cpu --eoi none -J >"$out" 2>"$err" </dev/null &
pid=$!
begun $pid 20
kill -TERM $pid
wait $pid
status=$?
ok "an interrupt in the warm-up ends with 130 too" exits 130
ok "and says that there is no result" says "interrupted before the measured run began"

(
  trap "" HUP
  exec "$IRQSTORM" -w null -R 1k -d 1h --warmup 0 -c $cpu --eoi none -J >"$out" 2>"$err" </dev/null
) &
pid=$!
begun $pid 20
kill -HUP $pid
ok "a signal that was ignored at the start stays so" begun $pid 100
kill -TERM $pid
wait $pid
status=$?
ok "and the run goes on until another one" eval 'exits 130 && json .interrupted'
t_done
