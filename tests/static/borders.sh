#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The borders between the rooms, by HACKING.md's own table, and what else a script can see of the rules there. The tree is
# $IRQSTORM_SRC. A check whose files are not there fails: see guards.sh, which plants a fault for each.
IRQSTORM=${IRQSTORM:-/bin/true}
. "${IRQSTORM_SRC:?}/tests/lib.sh"
cd "$IRQSTORM_SRC" || exit 99

# there FILE...: all of these are files, and there is one
there() {
  local f
  [ $# -gt 0 ] || { echo "no file"; return 1; }
  for f; do [ -f "$f" ] || { echo "$f is not there"; return 1; }; done
}
# no PATTERN FILE...: the pattern stands nowhere in these files
no() {
  local pattern=$1
  shift
  there "$@" && ! grep -nE "$pattern" "$@"
}
# sources TEST...: our C files but main.c, of which find(1) says TEST
sources() { mapfile -t files < <(find src/*/ workloads -name '*.c' "$@"); }

# rooms: "FOLDER INCLUDE...", a line for each row of HACKING's table of folders
rooms() {
  awk -F'|' '/^\| folder / { on = 1 } /^$/ { on = 0 } on && /^\| `/ { gsub(/[ `]/, "", $2); print $2, $4 }' HACKING.md
}
# for each folder what its files include, "ROOM FILE:LINE: INCLUDE"; a name without a folder is the room's own in kmod
declare -A includes rooms_of
while IFS=$'\t' read -r folder room where; do
  includes[$folder]+="$room $where"$'\n'
  rooms_of[$folder]+=" $room "
done < <(awk '/^#[ \t]*include[ \t]+"/ {
  folder = FILENAME
  if (folder != "src/main.c") sub(/[^\/]*$/, "", folder)
  split($0, part, "\""); name = part[2]; sub(/^uapi\//, "", name)
  room = index(name, "/") ? substr(name, 1, index(name, "/") - 1) : name
  if (folder == "kmod/" && name != "irqstorm_eoi.h") room = "kmod"
  print folder "\t" room "\t" FILENAME ":" FNR ": " $0 }' src/main.c src/*/*.[ch] workloads/*.[ch] kmod/*.[ch])
only_allowed() { # FOLDER INCLUDE...
  local folder=$1 room rest bad=0
  shift
  [ -n "${includes[$folder]-}" ] || { echo "no file of $folder includes anything"; return 1; }
  while read -r room rest; do
    [ -z "$room" ] || [[ " $* " == *" $room "* ]] || { echo "$rest"; bad=1; }
  done <<<"${includes[$folder]}"
  return $bad
}
all_used() { # FOLDER INCLUDE...
  local folder=$1 room bad=0
  shift
  for room; do
    [[ ${rooms_of[$folder]-} == *" $room "* ]] || { echo "no file of $folder includes $room"; bad=1; }
  done
  return $bad
}
table=$(rooms)
has_a_row() {
  local folder bad=0
  for folder in src/main.c src/*/ workloads/ kmod/; do
    [[ $'\n'$table == *$'\n'"$folder "* ]] || { echo "$folder has no row"; bad=1; }
  done
  return $bad
}
ok "each folder of sources has a row in HACKING's table" has_a_row
while read -r folder allowed; do
  # shellcheck disable=SC2086 # a word for each room
  {
    ok "$folder includes nothing but what its row in HACKING allows" only_allowed "$folder" $allowed
    ok "what the row of $folder allows is used" all_used "$folder" $allowed
  }
done <<<"$table"

sources ! -path '*/cli/options.c'
ok "only the parser knows getopt" no 'getopt' "${files[@]}"
ok "nobody but main ends the process" no '\b(_?exit|_Exit|quick_exit|abort)\(' src/main.c src/*/*.c workloads/*.c
sources ! -name 'cmd_*.c' ! -name progress.c
ok "standard error is written by main, the commands and the progress line only" no 'stderr|perror\(|\berror\(|\bwarnx?\(' "${files[@]}"
ok "workers and workloads know no stdio stream" no '\b(v?fprintf|v?printf|f?puts|putc|putchar|fopen|fwrite)\(|FILE \*' \
  src/run/worker.c src/run/pacer.c workloads/*.c
ok "what is arithmetic knows no clock, thread or file" \
  no '\b(clock_gettime|gettimeofday|timespec_get|time|clock|clock_nanosleep|usleep|pthread_[a-z_]+|fopen|fdopen|freopen|popen|open|openat|creat)\(' \
  src/analyze/*.[ch] src/base/*.[ch] src/record/*.[ch] src/run/pacer.[ch]
ok "output computes no statistic" no '#include <(math_|gsl)|\b(qsort|sqrt|pow|log|exp)\(' src/output/*.c
ok "a disk is opened for reading only" \
  no 'O_RDWR|O_WRONLY|O_TRUNC|O_CREAT|O_APPEND|prep_write|prep_fallocate|\b(pwrite|pwritev2?|ftruncate|fallocate)\(|BLKDISCARD|BLKZEROOUT|BLKSECDISCARD' \
  workloads/*.c
mapfile -t files < <(find kmod -maxdepth 1 -name '*.[ch]' ! -name compat.h)
ok "version numbers of the kernel stand in compat.h only" no 'LINUX_VERSION_CODE|KERNEL_VERSION|UTS_RELEASE' "${files[@]}"

# hot FILE FUNCTION...: their bodies, of which each must be there
hot() {
  local file=$1 function bodies
  shift
  bodies=$(awk -v names="$*" 'BEGIN { sub(/^/, "(", names); gsub(/ /, "|", names); start = "^[a-z_].*[ *]" names ")\\(" }
    $0 ~ start && !/;/ { on = 1 } on { print FILENAME ":" FNR ": " $0 } on && /^}/ { on = 0 }' "$file")
  for function; do
    [[ $bodies == *"$function("* ]] || { echo "$file: no $function()"; return 1; }
  done
  printf '%s\n' "$bodies"
}
cold='\b(printk|_printk|trace_printk|pr_[a-z_]+|dev_[a-z]+|WARN[A-Z_]*|BUG[A-Z_]*|kv?[mzcr]?alloc[a-z_]*|v[mz]?alloc[a-z_]*|kmem_cache_[a-z_]+|[a-z_]*alloc_[a-z_]+|_*get_free_pages?|k?v?z?free[a-z_]*)\(|GFP_[A-Z]+|\b([a-z_]*(spin|mutex|rw|raw|read|write|seq)_?(try)?(un)?lock[a-z_]*|mutex_[a-z_]+|down[a-z_]*|up|might_sleep|schedule[a-z_]*|[mus]*sleep[a-z_]*|wait_[a-z_]+|cond_resched|copy_(to|from)_user|get_user|put_user)\('
quiet_path() {
  local path
  path=$(hot kmod/eoi_hook.c hv_eoi_test_and_clear hv_eoi_write eoi_test_and_clear eoi_write do_eoi_timed do_eoi \
    eoi_x2apic eoi_xapic eoi_hyperv &&
    hot kmod/eoi_source.c probe_irq_handler_entry probe_vector_entry &&
    hot kmod/eoi_account.h eoi_account_fast eoi_account_msr &&
    hot kmod/eoi_account.c live_block attribute_eois eoi_account_entry eoi_account_entry_level eoi_account_entry_no_eoi \
      eoi_account_cycles eoi_account_mark &&
    hot kmod/pv_eoi.h pv_eoi_test_and_clear) || { echo "$path"; return 1; }
  ! grep -E "$cold" <<<"$path"
}
ok "no printk, allocation, lock or sleep on the EOI path" quiet_path

licensed() {
  local f missing=0
  mapfile -t files < <(find src workloads kmod tests man .ci -type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.mk' -o -name Kbuild \) \
    ! -path '*/build*' ! -name '*.mod.c')
  files+=(configure.ac Makefile.am bootstrap)
  [ ${#files[@]} -gt 100 ] && there "${files[@]}" || return
  for f in $(grep -L 'SPDX-License-Identifier: GPL-2.0' "${files[@]}"); do
    echo "$f has no SPDX line"
    missing=1
  done
  return $missing
}
ok "every source says its licence" licensed
ok "the module is GPL-2.0-only" no 'GPL-2.0-or-later' kmod/*.c kmod/*.h kmod/Kbuild
ok "the ABI header has the syscall note" grep -q 'GPL-2.0-only WITH Linux-syscall-note' kmod/uapi/irqstorm_eoi.h
short() {
  there "$@" || return
  # what is longer than 60 lines from a brace at column 0 to the next
  awk 'FNR == 1 { start = 0 } /^\{/ { start = FNR } /^\}/ { if (start && FNR - start > 61) { print FILENAME ":" start ": " FNR - start " lines"; bad = 1 } start = 0 }
       END { exit bad }' "$@"
}
ok "no function is longer than 60 lines" short src/*.c src/*/*.c workloads/*.c kmod/*.c
small() {
  there "$@" || return
  awk 'FNR == 401 { print FILENAME ": more than 400 lines"; bad = 1 } END { exit bad }' "$@"
}
ok "no file is longer than 400 lines" small src/*.c src/*/*.[ch] workloads/*.[ch] kmod/*.[ch]
t_done
