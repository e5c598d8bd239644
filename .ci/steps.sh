# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# steps.sh - what .ci/run and .ci/full share: how a step is run and counted, and the steps that both have; sourced
#
# A step is a test too: it passes when its command does. Its output is shown where it fails. A counted step's own tests are
# added to the sum.
# Needs nothing but Debian 12, root (or sudo) and its packages: no git, no network but apt's.

set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
scratch=$(mktemp -d) && chmod 0711 "$scratch" || exit 1 # tests run the program as another user
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0 skipped=0
export TERM=dumb VERBOSE=1 # automake: the logs of failed tests are part of the output

# count FILE: automake's summary ("# PASS:  12"), or a line "N passed, N failed, N skipped"
count() {
  local p f s
  read -r p f s < <(awk '/^# (PASS|XFAIL): / { p += $3 } /^# (FAIL|XPASS|ERROR): / { f += $3 } /^# SKIP: / { s += $3 }
    /^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3; s += $5 } END { print p + 0, f + 0, s + 0 }' "$1")
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  echo "   of its tests: $p passed, $f failed, $s skipped"
}

# step NAME counted|single COMMAND...
step() {
  local name=$1 kind=$2 log=$scratch/log start=$SECONDS
  shift 2
  echo "== $name: $*"
  if "$@" >"$log" 2>&1 </dev/null; then
    echo "   passed in $((SECONDS - start)) s"
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "   FAILED in $((SECONDS - start)) s; what failed, and the end of its output:"
    grep -E '^ *((FAIL|ERROR|XPASS): |not ok )|error:|FAILED' "$log" | head -n 50 | sed 's/^/   | /'
    echo "   | ..."
    tail -n 150 "$log" | sed 's/^/   | /'
  fi
  [ "$kind" = single ] || count "$log"
}

# the_sum: the last line, and the exit status
the_sum() {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ]
}

in_parallel() { make -j"$(nproc)" "$@"; }

# README's two commands, with warnings as errors
readme() { ./bootstrap --enable-werror && in_parallel check; }

# configured NAME OPTION...: another build of the sources as they are distributed, in a folder of its own
configured() {
  local name=$1
  shift
  mkdir "$scratch/$name" && cd "$scratch/$name" && "$scratch/source/configure" --enable-werror "$@"
}
distribution() { make distdir && rm -rf "$scratch/source" && mv irqstorm-*/ "$scratch/source"; }
# without address randomisation: ThreadSanitizer of gcc 12 stops where the kernel uses more than 28 bits for it
address_sanitizer() (configured address --enable-sanitize=address,undefined CFLAGS='-O1 -g' && in_parallel check)
thread_sanitizer() (configured thread --enable-sanitize=thread CFLAGS='-O1 -g' && setarch -R make -j"$(nproc)" check)
coverage() (configured coverage --enable-coverage && in_parallel coverage)

modules() {
  local series dirs=
  for series; do
    dirs="$dirs $(tests/vm/fetch.sh headers "$series")" || return
  done
  make check-kmod KDIRS="$dirs"
}

# everything but virtual machines
without_vm() {
  step "README's test command" counted readme
  step "packages for the other steps" single ./bootstrap --packages-only --with-vm --with-ci
  step "static checks" single make check-static
  step "valgrind" single make check-valgrind
  step "the sources as they are distributed" single distribution
  step "address and undefined-behaviour sanitizers" single address_sanitizer
  step "thread sanitizer" single thread_sanitizer
  step "coverage" single coverage
  step "changed records under sanitizers" single make check-fuzz
  step "busy machine" single make check-loaded
  step "module against kernel headers" single modules 6.1 6.12 7.2
  step "distcheck" single make distcheck
}
