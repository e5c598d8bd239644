# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# lib.sh - what the shell tests share: TAP, a scratch folder, running the program. Knows no option of the program.
#
#   t_run ARG...                    runs the program: $status, files $out and $err
#   ok "sentence" COMMAND...        one test: COMMAND succeeds
#   refuse STATUS "sentence" ARG... one test: the program refuses these arguments so
#   skip "sentence" "reason"
#   t_done                          the plan line and the exit status; last
set -u

: "${IRQSTORM:?is the program to be tested}"
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
out=$scratch/out err=$scratch/err
status=0 nr=0 nr_failed=0

t_run() {
  # shellcheck disable=SC2086
  ${IRQSTORM_RUNNER:-} "$IRQSTORM" "$@" >"$out" 2>"$err" </dev/null
  status=$?
}

ok() {
  local sentence=$1
  shift
  nr=$((nr + 1))
  if "$@" >"$scratch/ok" 2>&1; then
    echo "ok $nr - $sentence"
  else
    nr_failed=$((nr_failed + 1))
    echo "not ok $nr - $sentence"
    echo "# failed: $* (status of the program: $status)"
    sed 's/^/# /' "$scratch/ok" "$err" "$out" 2>/dev/null | head -40
  fi
}

skip() {
  nr=$((nr + 1))
  echo "ok $nr - $1 # SKIP $2"
}

t_done() {
  echo "1..$nr"
  [ "$nr_failed" = 0 ]
  exit
}

# conditions for ok
exits() { [ "$status" = "$1" ]; }
says() { grep -qF -- "$1" "$err"; }
prints() { grep -qF -- "$1" "$out"; }
is_silent() { [ ! -s "$err" ]; }
# the sentence and, after it, nothing but the hint of a usage error
one_sentence() { [ "$(grep -cv "^Try 'irqstorm --help'" "$err")" = 1 ]; }
# refused STATUS SENTENCE: this status, this sentence and no other, no result
refused() { exits "$1" && one_sentence && says "$2" && [ ! -s "$out" ]; }
# refuse STATUS SENTENCE ARG...: a test of its own, that the program with these arguments is refused so
refuse() {
  local want=$1 sentence=$2
  shift 2
  t_run "$@"
  ok "irqstorm $* exits $want and says: $sentence" refused "$want" "$sentence"
}
json() { jq -e "$1" "$out"; }
