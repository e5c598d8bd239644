#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check-static.sh FOLDER FLAG... - what tools find in the sources: shellcheck, cppcheck, clang-format, gcc -fanalyzer
#
# FLAGs are what a C file of the product is compiled with; FOLDER (made anew) is for its objects. All four tools run,
# whatever the others find. Exits 1 when one found something, is missing, or had no file to look at.
# Knows the tools and their options. Must not know the rules of this tree: see tests/static.

set -u
[ $# -ge 1 ] || { echo "usage: check-static.sh FOLDER FLAG..." >&2; exit 2; }
folder=$1
shift
flags=("$@")
top=$(dirname "$0")/..
failed=0

# needs COMMAND
needs() {
  command -v "$1" >/dev/null || { echo "no $1 here (package $1, or ./bootstrap --with-ci)"; return 1; }
}

# files TEST...: files of the tree, but nothing that was built
files() {
  find "$top"/{bootstrap,.ci,src,workloads,kmod,man,tests} \
    -type d \( -name 'build*' -o -name analyzer -o -name loaded -o -name unpacked \) -prune -o -type f "$@"
}

# check TOOL COMMAND...: COMMAND prints nothing unless it finds something
check() {
  local tool=$1 output
  shift
  if output=$(needs "$tool" && "$@" 2>&1); then
    echo "check-static: $tool: no findings"
  else
    failed=1
    printf '%s\n' "$output"
    echo "check-static: $tool: FAILED"
  fi
}

# by name or by their first line
shell_files() {
  files \( -name '*.sh' -o -name '*.bash-completion' \) -print &&
    files ! -name '*.sh' -exec awk 'FNR == 1 && /^#!.*sh$/ { print FILENAME } { nextfile }' {} +
}

shellcheck_all() {
  local list
  list=$(shell_files) && mapfile -t list <<<"$list" && shellcheck -S warning "${list[@]}"
}

# not kmod: without the kernel's headers cppcheck cannot parse it, and make check-kmod has sparse for it
cppcheck_all() {
  cppcheck --quiet -j "$(nproc)" --enable=warning,performance,portability --inline-suppr --error-exitcode=1 --std=c11 \
    -I "$top/src" -I "$top/workloads" -I "$top/kmod/uapi" "$top/src" "$top/workloads" "$top/tests/unit" \
    "$top/tests/fuzz/fuzz_record.c" "$top"/tests/kmod/*.c "$top/tests/machines"
}

format_all() {
  local list
  list=$(files -name '*.[ch]' -print) && mapfile -t list <<<"$list" && clang-format --dry-run -Werror "${list[@]}"
}

# analyze FILE: -Og, because inlining hides from the analyzer of gcc 12 where a value came from
analyze() {
  local object name=${1#"$top/"} leaks=
  object=$folder/${name//\//_}
  case $name in
  # takes memory for leaked that is stored behind a pointer with a variable index, and is freed by another file;
  # LeakSanitizer and memcheck look for leaks in these too
  src/net/echo.c | src/record/fold.c | src/record/load.c | src/record/merge.c | src/record/record.c)
    leaks=-Wno-analyzer-malloc-leak
    ;;
  esac
  gcc -std=gnu11 -pthread -Og -g -fanalyzer -Werror $leaks "${flags[@]}" -c "$1" -o "$object.o" >"$object.log" 2>&1
}

analyze_all() {
  local list file
  rm -rf "$folder" && mkdir -p "$folder" || return
  list=$(find "$top/src" "$top/workloads" -name '*.c') && mapfile -t list <<<"$list" || return
  for file in "${list[@]}"; do
    while [ "$(jobs -pr | wc -l)" -ge "$(nproc)" ]; do wait -n; done
    analyze "$file" &
  done
  wait
  cat "$folder"/*.log
  [ "$(find "$folder" -name '*.o' | wc -l)" = ${#list[@]} ]
}

check shellcheck shellcheck_all
check cppcheck cppcheck_all
check clang-format format_all
check gcc analyze_all
exit $failed
