# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# lib.sh - what the shell tests share: TAP, a scratch folder, running the program. Knows no option of the program.
#
#   t_run ARG...                    runs the program: $status, files $out and $err
#   ok "sentence" COMMAND...        one test: COMMAND succeeds
#   facts FILE "sentence" FILTER... a test for each sentence: its jq filter finds it true of this document
#   refuse STATUS "sentence" ARG... one test: the program refuses these arguments so
#   skip "sentence" "reason"
#   begun PID N                     waits until a worker of that run has slept N times: each event of a paced storm is one
#   until_true COMMAND...           waits for an event outside: until COMMAND succeeds, or $pid, the program's, is gone
#   t_done                          the plan line and the exit status; last
#   $cpu, ${cpus[@]}                a CPU for a storm, and all that there are
#
# A test waits for what happens, never for a time: a machine that stands still for a while must not change a verdict.
set -u

: "${IRQSTORM:?is the program to be tested}"
scratch=$(mktemp -d) || exit 99
# what a test that ends early has left in the background ends too
trap 'kill $(jobs -pr) 2>/dev/null; rm -rf "$scratch"' EXIT
out=$scratch/out err=$scratch/err
status=0 nr=0 nr_failed=0

# numbers LIST: 0-2,5 is 0 1 2 5
numbers() {
  local part i
  for part in ${1//,/ }; do
    for ((i = ${part%-*}; i <= ${part#*-}; i++)); do echo -n "$i "; done
  done
}
# cpus: the CPUs that are online and that this test may use; $cpu is the first
allowed=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status)
online=" $(numbers "$(cat /sys/devices/system/cpu/online 2>/dev/null || echo "$allowed")")"
cpus=()
for cpu in $(numbers "$allowed"); do
  [[ $online != *" $cpu "* ]] || cpus+=("$cpu")
done
cpu=${cpus[0]}

t_run() {
  # shellcheck disable=SC2086
  ${IRQSTORM_RUNNER:-} "$IRQSTORM" "$@" >"$out" 2>"$err" </dev/null
  status=$?
}

ok() {
  local sentence=$1
  shift
  nr=$((nr + 1))
  if "$@" &>"$scratch/ok"; then
    echo "ok $nr - $sentence"
  else
    nr_failed=$((nr_failed + 1))
    echo "not ok $nr - $sentence"
    echo "# failed: $* (status of the program: $status)"
    sed 's/^/# /' "$scratch/ok" "$err" "$out" 2>/dev/null | head -40
  fi
}

# one jq for all: to start it takes longer than to ask it
facts() {
  local file=$1 program="" i answers
  shift
  for ((i = 2; i <= $#; i += 2)); do
    program+=${program:+, }"(try ([${!i}] | if last then \"true\" else \"false\" end) catch tojson)"
  done
  mapfile -t answers < <(jq -r "$program" "$file" 2>&1)
  [ ${#answers[@]} = $(($# / 2)) ] || answers=("${answers[*]}")
  for ((i = 0; $# > 1; i++)); do
    ok "$1" fact "${answers[i]-}" "$2"
    shift 2
  done
}
fact() { [ "$1" = true ]; }

skip() {
  nr=$((nr + 1))
  echo "ok $nr - $1 # SKIP $2"
}

t_done() {
  echo "1..$nr"
  [ "$nr_failed" = 0 ]
  exit
}

# a moment, without a process of its own
exec {never}<> <(:)
pause() { read -r -t 0.01 -u "$never" || :; }

begun() {
  local pid=$1 n=$2 task name key value
  while kill -0 "$pid" 2>/dev/null; do
    for task in /proc/"$pid"/task/*; do
      read -r name 2>/dev/null <"$task/comm" && [[ $name == storm/* ]] || continue
      while read -r key value; do
        [ "$key" != voluntary_ctxt_switches: ] || [ "$value" -lt "$n" ] || return 0
      done 2>/dev/null <"$task/status"
    done
    pause
  done
  return 1
}

until_true() {
  until "$@" &>/dev/null; do
    kill -0 "$pid" 2>/dev/null || return
    pause
  done
}

# conditions for ok
exits() { [ "$status" = "$1" ]; }
says() { [[ $(<"$err") == *"$1"* ]]; }
prints() { [[ $(<"$out") == *"$1"* ]]; }
is_silent() { [ ! -s "$err" ]; }
# the sentence and, after it, nothing but the hint of a usage error
one_sentence() {
  local line nr_lines=0
  while IFS= read -r line || [ -n "$line" ]; do
    [[ $line == "Try 'irqstorm --help'"* ]] || nr_lines=$((nr_lines + 1))
  done <"$err"
  [ "$nr_lines" = 1 ]
}
# refused STATUS SENTENCE: this status, this sentence and no other, no result
refused() { exits "$1" && one_sentence && says "$2" && [ ! -s "$out" ]; }
# ran_to_its_end: the rate was held, or it was not and that is said, or events never came back and that is said
ran_to_its_end() {
  exits 0 || { exits 3 && json '.totals.rate_held == false'; } || { exits 1 && says "did not come back within"; }
}
# refuse STATUS SENTENCE ARG...: a test of its own, that the program with these arguments is refused so
refuse() {
  local want=$1 sentence=$2
  shift 2
  t_run "$@"
  ok "irqstorm $* exits $want and says: $sentence" refused "$want" "$sentence"
}
# holds FILE FILTER: jq finds it true of this document; an empty one is no proof, jq -e succeeds on it
holds() { [ -s "$1" ] && jq -e "$2" "$1"; }
json() { holds "$out" "$1"; }
# written FROM TO F: the record FROM with blocks as the jq filter F makes them (tests/written.jq)
written() { jq -L "$IRQSTORM_SRC/tests" "include \"written\"; written($3)" "$1" >"$2"; }
# what is due is done, lost or skipped
accounted='(.totals.events + .totals.lost + .totals.skipped == .totals.events_due)'
