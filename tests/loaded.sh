#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# loaded.sh FOLDER ROUNDS - make check on a busy machine: ROUNDS times while two busy loops run on each CPU, and ROUNDS
# times pinned to one CPU that it shares with four of them
#
# Works in the build folder; MAKE is make. One line for each run; the log of one that failed is kept in FOLDER (made anew).
# Exits 1 when a run failed, also when it ran no test or a busy loop did not live as long as the run.

set -u
[ $# = 2 ] || { echo "usage: loaded.sh FOLDER ROUNDS" >&2; exit 2; }
folder=$1 rounds=$2
case $rounds in
'' | *[!0-9]* | 0*) echo "loaded.sh: invalid ROUNDS '$rounds' (expected a number from 1)" >&2; exit 2 ;;
esac
: "${MAKE:=make}"

loops=() failed=0
end_loops() {
  [ ${#loops[@]} = 0 ] || { kill "${loops[@]}"; wait "${loops[@]}"; } 2>/dev/null
  loops=()
}
trap end_loops EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# busy CPU: a loop on this CPU, which ends by itself should this script be killed
busy() {
  # shellcheck disable=SC2016 # $1 is the loop's
  taskset -c "$1" sh -c 'while kill -0 "$1" 2>/dev/null; do :; done' loop $$ &
  loops+=($!)
}

loops_live() {
  local pid
  for pid in "${loops[@]}"; do kill -0 "$pid" 2>/dev/null || return; done
}

# cpus: the numbers of the CPUs that this script may use
cpus() {
  local part
  for part in $(taskset -cp $$ | sed 's/.*: //; s/,/ /g'); do
    seq "${part%-*}" "${part#*-}"
  done
}

# one ROUND NAME COMMAND...: COMMAND is make check
one() {
  local round=$1 name=$2 start=$SECONDS status sum out=$folder/$2-$1.log
  shift 2
  "$@" >"$out" 2>&1 </dev/null
  status=$?
  sum=$(awk '/^# PASS: / { p = $3; ran = 1 } /^# (FAIL|XPASS|ERROR): / { f += $3 } /^# SKIP: / { s = $3 }
    END { if (ran && p) print p " passed, " f + 0 " failed, " s + 0 " skipped"; else print "no test was run" }' "$out")
  [ "$sum" != "no test was run" ] || status=1
  loops_live || { status=1 sum="$sum; a busy loop ended early"; }
  [ $status = 0 ] || sum="FAILED: $sum"
  echo "check-loaded: ${name//-/ }, round $round of $rounds: $sum in $((SECONDS - start)) s"
  if [ $status = 0 ]; then
    rm -f "$out"
  else
    failed=1
    grep -E '^(FAIL|ERROR|XPASS): ' "$out" | sed 's/^/  /; 10q'
    echo "  all of it: $out"
    cat test-suite.log >>"$out" 2>/dev/null
  fi
}

rm -rf "$folder" && mkdir -p "$folder" || exit 1
all=$(cpus)
first=${all%%$'\n'*}

for cpu in $all; do
  busy "$cpu"
  busy "$cpu"
done
for ((round = 1; round <= rounds; round++)); do
  one "$round" busy-loops-on-each-CPU "$MAKE" check
done
end_loops

for _ in 1 2 3 4; do
  busy "$first"
done
for ((round = 1; round <= rounds; round++)); do
  one "$round" pinned-beside-busy-loops taskset -c "$first" "$MAKE" check
done
exit $failed
