#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A program measured as perf stat does: its exit status is handed on, and the counters are those of /proc/interrupts.
. "${IRQSTORM_SRC:?}/tests/lib.sh"
result=$scratch/result

t_run -J -o "$result" -q -- sh -c 'echo "its output"; echo "$1" >&2; exit 7' sh "its  second word"
ok "the program's exit status is handed on" exits 7
ok "its arguments are whole, and both of its outputs are its own" eval 'prints "its output" && says "its  second word"'
facts "$result" \
  "the result says what ran and how it ended" '.program.argv[:2] == ["sh", "-c"] and
  .program.argv[4] == "its  second word" and .program.exit_status == 7 and .program.signal == null' \
  "there are no rows of a storm, and a vCPU for each that is measured" \
  '.cpus == [] and .plan.workloads == [] and .totals.asked_hz == null and .plan.duration_ns == null and (.vcpus | length) > 0' \
  "LOC, RES and CAL are those of /proc/interrupts" '
  def sum(l): [.proc_interrupts[] | select(.line == l) | .count] | add // 0;
  sum("LOC") == .totals.timer_interrupts and sum("RES") == .totals.reschedule_ipis and sum("CAL") == .totals.call_ipis' \
  "steal is there for each vCPU, and its sum" '([.vcpus[].steal_ns] | add) == .totals.steal_ns'
# its timer makes at least one interrupt
t_run -q -- sleep 0.01
ok "as text too" eval 'exits 0 && prints "sleep exited with status 0" && prints "Local timer interrupts"'
t_run -q -- sh -c 'exit 2'
ok "a status of 2 is the program's, and no usage error" eval 'exits 2 && is_silent'
if [ -n "${IRQSTORM_RUNNER:-}" ]; then
  skip "a program that is not there is 127, one that cannot be run 126" "valgrind makes a fork of glibc's vfork: the error is lost"
else
  t_run -q -o "$result" -- "$scratch/nowhere"
  ok "a program that is not there is 127, and leaves no result" \
    eval 'refused 127 "cannot run $scratch/nowhere: No such file or directory" && [ "$(jq .program.exit_status "$result")" = 7 ]'
  echo >"$scratch/file"
  t_run -q -- "$scratch/file"
  ok "one that cannot be run is 126" refused 126 "cannot run $scratch/file: Permission denied"
fi
t_run -q -- sh -c 'kill -KILL $$'
ok "a death by signal is 128 and the signal" eval 'exits 137 && prints "was ended by signal 9"'
t_run -q -d 20ms -J -- sleep 1h
ok "--duration ends it with SIGTERM, and the result is written" \
  eval 'exits 143 && json ".program.timed_out and .program.signal == 15 and .elapsed_ns >= 20000000"'
t_run -q -d 1h -J -- true
ok "and leaves one that was over before alone" eval 'exits 0 && json "(.program.timed_out | not)"'

# bash gives its background jobs SIGINT ignored: TERM
ready=$scratch/ready
"$IRQSTORM" -q -J -- sh -c 'trap "echo got it >&2; exit 5" TERM; : >"$0"; while :; do sleep 0.01; done' "$ready" \
  >"$out" 2>"$err" </dev/null &
pid=$!
until_true [ -e "$ready" ]
kill -TERM $pid
wait $pid
status=$?
ok "a signal is passed on to the program, whose answer is handed on, and the result is written" \
  eval 'exits 5 && says "got it" && json ".interrupted and .program.exit_status == 5"'
t_run --print-plan -J -- true
ok "the plan names the program" json '.program == ["true"] and .workers == []'
t_done
