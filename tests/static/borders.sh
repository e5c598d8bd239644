#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The borders between the rooms that a script can see. HACKING.md draws them.
IRQSTORM=${IRQSTORM:-/bin/true}
. "${IRQSTORM_SRC:?}/tests/lib.sh"
cd "$IRQSTORM_SRC" || exit 99
# shellcheck disable=SC2046 # our file names have no blanks
{

# no PATTERN FILE...: the pattern stands nowhere in these files
no() {
  local pattern=$1
  shift
  ! grep -nE "$pattern" "$@"
}
# files TEST...: our C files but main.c, of which find(1) says TEST
files() { find src/*/ workloads -name '*.c' "$@"; }
# includes_only 'ROOMS' FILE...: of our own headers, only those of these rooms
includes_only() {
  local rooms=$1
  shift
  ! grep -nE '^#include "' "$@" | grep -vE "#include \"($rooms)"
}

ok "base includes only base" includes_only 'base/' src/base/*
ok "record includes only record and base" includes_only 'record/|base/' src/record/*
ok "analyze includes only analyze, record and base" includes_only 'analyze/|record/|base/' src/analyze/*
ok "net includes only net and base" includes_only 'net/|base/' src/net/*
ok "guest includes only guest, net, base and the ABI header" includes_only 'guest/|net/|base/|irqstorm_eoi.h' src/guest/*
ok "plan includes only plan, guest, record, base and workload.h" includes_only 'plan/|guest/|record/|base/|workload.h' src/plan/*
ok "run includes no output, no analysis and no command line" \
  includes_only 'run/|plan/|guest/|net/|record/|base/|workload.h|irqstorm_eoi.h' src/run/*
ok "a workload includes workload.h and nothing else of ours" includes_only 'workload.h' workloads/*.c workloads/*.h
ok "only the parser and the actions know getopt" no 'getopt' $(files ! -path '*/cli/options.c')
ok "exit() is nobody's" no '\b_?exit\(' src/*.c src/*/*.c workloads/*.c
ok "standard error is written by main, the commands and the progress line only" \
  no 'stderr|perror\(' $(files ! -name 'cmd_*.c' ! -name progress.c)
ok "workers and workloads know no stdio stream" no 'printf\((std|out)|FILE \*|puts\(' src/run/worker.c src/run/pacer.c workloads/*.c
ok "what is arithmetic knows no clock, thread or file" \
  no 'clock_gettime|pthread|fopen|\bopen\(' src/analyze/*.c src/base/*.c src/record/*.c src/run/pacer.c
ok "output computes no statistic" no '#include <(math_|gsl)' src/output/*.c
ok "a disk is opened for reading only" no 'O_RDWR|O_WRONLY|prep_write' workloads/*.c
ok "version numbers of the kernel stand in compat.h only" no 'LINUX_VERSION_CODE|KERNEL_VERSION' \
  $(find kmod -maxdepth 1 -name '*.[ch]' ! -name compat.h)
ok "no printk, allocation or lock in the file of the EOI path" \
  no 'k[mz]alloc|spin_lock|mutex_lock|printk\(' kmod/eoi_account.c kmod/eoi_account.h
licensed() {
  local f missing=0
  for f in $(find src workloads kmod tests man .ci -type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.mk' -o -name Kbuild \) \
               ! -path '*/build*' ! -name '*.mod.c') configure.ac Makefile.am bootstrap; do
    grep -q "SPDX-License-Identifier: GPL-2.0" "$f" || { echo "$f has no SPDX line"; missing=1; }
  done
  return $missing
}
ok "every source says its licence" licensed
ok "the module is GPL-2.0-only" no 'GPL-2.0-or-later' kmod/*.c kmod/*.h kmod/Kbuild
ok "the ABI header has the syscall note" grep -q 'GPL-2.0-only WITH Linux-syscall-note' kmod/uapi/irqstorm_eoi.h
short() {
  # what is longer than 60 lines from a brace at column 0 to the next
  awk 'FNR == 1 { start = 0 } /^\{/ { start = FNR } /^\}/ { if (start && FNR - start > 61) { print FILENAME ":" start ": " FNR - start " lines"; bad = 1 } start = 0 }
       END { exit bad }' "$@"
}
ok "no function is longer than 60 lines" short src/*.c src/*/*.c workloads/*.c kmod/*.c
small() {
  wc -l "$@" | awk '$2 != "total" && $1 > 400 { print; bad = 1 } END { exit bad }'
}
ok "no file is longer than 400 lines" small src/*.c src/*/*.[ch] workloads/*.[ch] kmod/*.[ch]
}
t_done
