#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Can the guards fail? Each fault here is planted into a copy of the tree of its own; then borders.sh or docs.sh has to turn
# red, with the test that is meant to see it. Where nothing is planted they are green.
. "${IRQSTORM_SRC:?}/tests/lib.sh"

# sources only: a tree that was built in place has much else
mkdir "$scratch/pristine"
(cd "$IRQSTORM_SRC" && find bootstrap configure.ac Makefile.am HACKING.md .ci src workloads kmod man tests/*.* tests/static tests/cli \
  -type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.mk' -o -name '*.awk' -o -name '*.md' -o -name '*.[145]' -o -name Kbuild \
  -o -name '*.bash-completion' -o -name bootstrap -o -name '*.a[cm]' -o -path '.ci/*' \) ! -path '*/build*/*' -print0 |
  xargs -0 cp -a --parents -t "$scratch/pristine")
[ -d "$scratch/pristine/src" ] || exit 99

# guard TREE GUARD: runs it there
mkdir "$scratch/documents"
guard() { IRQSTORM_SRC=$1 IRQSTORM_DOCUMENTS=$scratch/documents bash "$1/tests/$2"; }

# copy: from here on faults go into a new copy of the tree
copy() {
  tree=$scratch/tree
  rm -rf "$tree"
  cp -al "$scratch/pristine" "$tree"
  faults=()
}
# plant TEST EVIDENCE FAULT COMMAND...: COMMAND plants the fault; a guard fails with the test whose sentence has TEST in it,
# and names EVIDENCE where that is not ""
plant() {
  (cd "$tree" && "${@:4}") || echo "# cannot plant: $3"
  faults+=("$1" "$2" "$3")
}
seen() { # TEST EVIDENCE
  grep -E '^not ok [0-9]+ - ' "$out" | grep -qF -- "$1" && { [ -z "$2" ] || grep -F '# ' "$out" | grep -qF -- "$2"; } && return
  grep '^not ok' "$out"
  return 1
}
# red GUARD: a test for each fault of this copy
red() {
  local i
  guard "$tree" "$1" >"$out" 2>&1
  : >"$err"
  for ((i = 0; i < ${#faults[@]}; i += 3)); do
    ok "${faults[i + 2]}: \"${faults[i]}\" is red" seen "${faults[i]}" "${faults[i + 1]}"
  done
}
# the copies share their files: each of these makes a new one, as sed -i does
append() { { [ ! -e "$1" ] || cat "$1"; printf '%s\n' "$2"; } >"$1.new" && mv "$1.new" "$1"; }
# within FILE FUNCTION LINE: becomes the first line of its body
within() {
  awk -v f="^[a-z_].*[ *]$2\\\\(" -v line="$3" '{ print } $0 ~ f && !/;/ { on = 1 } on && /^{/ { print line; on = 0 }' \
    "$1" >"$1.new" && mv "$1.new" "$1"
}

b=static/borders.sh d=cli/docs.sh man=man/irqstorm.1
for guard in $b $d; do
  ok "$guard is green where nothing is planted" guard "$scratch/pristine" $guard
done

copy
plant "each folder of sources has a row" "src/attic/" "a room without a row" mkdir src/attic
plant "src/cellar/ includes nothing but" "" "a row without a room" \
  sed -i 's/^| `src\/main.c`/| `src\/cellar\/` | never | base | |\n&/' HACKING.md
plant "what the row of src/base/ allows is used" "includes record" "a row that allows too much" \
  sed -i '/^| `src\/base\/`/s/| base |/| base record |/' HACKING.md
for f in src/base/units.c src/record/save.c src/analyze/rows.c src/output/text.c src/net/link.c src/guest/nic.c \
  src/plan/cpus.c src/run/gate.c; do
  plant "${f%/*}/ includes nothing but" "$f" "an include across the border of ${f%/*}" append $f '#include "cli/cli.h"'
done
plant "src/cli/ includes nothing but" "" "cli that knows the module's counters" append src/cli/verbs.c '#include "irqstorm_eoi.h"'
plant "src/main.c includes nothing but" "" "a main that plans" append src/main.c '#include "plan/plan.h"'
plant "workloads/ includes nothing but" "" "a workload that knows the plan" append workloads/null.c '#include "plan/plan.h"'
plant "only the parser knows getopt" "" "getopt in a command" append src/cli/cmd_run.c 'extern int getopt();'
plant "nobody but main ends the process" "" "_Exit() in the library" append src/base/err.c 'void f(void) { _Exit(1); }'
plant "standard error is written by" "" "perror() in the library" append src/run/run.c 'void f(void) { perror("x"); }'
plant "workers and workloads know no stdio" "" "puts() in a workload" append workloads/null.c 'void f(void) { puts("x"); }'
plant "what is arithmetic knows no clock" "time(0)" "time() in the analysis" append src/analyze/rows.c 'long f(void) { return time(0); }'
plant "what is arithmetic knows no clock" 'open("x"' "open() in the record" append src/record/save.c 'int f(void) { return open("x", 0); }'
plant "output computes no statistic" "" "sqrt() in the output" append src/output/text.c 'double f(double x) { return sqrt(x); }'
plant "a disk is opened for reading only" "O_RDWR" "O_RDWR in a workload" sed -i 's/O_RDONLY | O_DIRECT/O_RDWR | O_DIRECT/' workloads/virtio_blk.c
plant "a disk is opened for reading only" "BLKDISCARD" "BLKDISCARD in a workload" append workloads/virtio_blk.c '#define X BLKDISCARD'
plant "version numbers of the kernel" "" "KERNEL_VERSION outside compat.h" append kmod/eoi_pmu.c '#if LINUX_VERSION_CODE'
plant "no printk, allocation, lock or sleep" "pr_err" "pr_err() in the callback" within kmod/eoi_hook.c do_eoi 'pr_err("x");'
plant "no printk, allocation, lock or sleep" "vmalloc" "vmalloc() where an EOI is counted" within kmod/eoi_account.h eoi_account_msr 'vmalloc(8);'
plant "no printk, allocation, lock or sleep" "mutex_lock" "a mutex where an EOI is attributed" within kmod/eoi_account.c attribute_eois 'mutex_lock(&m);'
plant "no printk, allocation, lock or sleep" "raw_spin_lock" "a spin lock in a probe" within kmod/eoi_source.c probe_irq_handler_entry 'raw_spin_lock(&l);'
plant "every source says its licence" "src/base/new.c" "a file without a licence" append src/base/new.c 'int x;'
plant "the module is GPL-2.0-only" "" "another licence in the module" append kmod/eoi_pmu.c '// SPDX-License-Identifier: GPL-2.0-or-later'
plant "the ABI header has the syscall note" "" "an ABI header without the note" sed -i 's/ WITH Linux-syscall-note//' kmod/uapi/irqstorm_eoi.h
plant "no function is longer than 60 lines" "src/base/err.c" "a function of 70 lines" append src/base/err.c "$(echo 'int f(void)'; echo '{'; seq 70; echo '}')"
plant "no file is longer than 400 lines" "src/base/err.c" "a file of more than 400 lines" append src/base/err.c "$(seq 401)"
red $b

copy
plant "each folder of sources has a row" "src/analysis/" "a room with another name" mv src/analyze src/analysis
plant "src/analyze/ includes nothing but" "" "a row whose room has another name" true
plant "no printk, allocation, lock or sleep" "eoi_x2apic" "a callback with another name" sed -i 's/eoi_x2apic/eoi_two/g' kmod/eoi_hook.c
plant "the module is GPL-2.0-only" "Kbuild is not there" "a file that is looked at and is not there" rm kmod/Kbuild
red $b

copy
plant "the man page has the options of --help" "--interval" "an option that the man page does not have" sed -i '/interval/d' $man
plant "the man page has the options of --help" "--made-up" "an option that is only in the man page" append $man '.B \-\-made\-up'
plant "the completion has the options of --help" "" "an option that is only in the completion" \
  append src/cli/irqstorm.bash-completion '# --made-up'
plant "verb merge is in man page" "" "a verb that the man page does not have" sed -i '/^\.B.*merge/d' $man
plant "workload timer is in man page" "" "a workload that the man page does not have" sed -i '/^\.B.*timer/d' $man
plant "workload option bs= is in the man page" "" "an option of a workload that it does not have" sed -i 's/bs=/XX/g' $man
plant "and the man page has no other" "madeup" "an option of a workload that is only there" sed -i 's/^\.SH WORKLOADS/&\n.B madeup=/' $man
plant "metric made_up is in the man page" "" "a metric that is not documented" \
  sed -i 's/^const struct metric metrics.*/&\n\t{ "made_up", "x" },/' src/analyze/metrics.c
plant "JSON key why_not_fast of a storm is in" "" "a key that is not documented" sed -i '/why_not_fast/d' $man
plant "JSON key lost_share of a storm is in" "" "a key that is named in a sentence only" sed -i 's/^\.B lost_share/The lost_share/' $man
plant "the man page's section JSON has no key" "made_up_key" "a key that does not exist" sed -i 's/^\.SH JSON/&\n.B made_up_key/' $man
plant "the man page's section RECORDS neither" "no_such_key" "a key of records that does not exist" sed -i 's/^\.SH RECORDS/&\n.B no_such_key/' $man
plant "JSON key made_up_setting of a setting is in" "" "a setting that is not documented" \
  sed -i 's/^	BOOL(soak).*/	BOOL(made_up_setting) \\\n&/' src/record/settings.h
red $d

copy
plant "JSON key totals of a storm is in" "" "no section JSON" sed -i '/^\.SH JSON/,/^\.SH RECORDS/{/^\.SH RECORDS/!d}' $man
plant "JSON key blocks of a record is in" "" "no section RECORDS" sed -i '/^\.SH RECORDS/,/^\.SH EXIT/{/^\.SH EXIT/!d}' $man
plant "there are 10 metrics and more" "" "a table of metrics that is not found" \
  sed -i 's/^const struct metric metrics/const struct metric measures/' src/analyze/metrics.c
red $d

copy
plant "there are 60 keys_of_storm and more" "" "a jq that prints nothing" mkdir stub
printf '#!/bin/sh\ncat >/dev/null\n' >"$tree/stub/jq"
chmod +x "$tree/stub/jq"
rm "$scratch"/documents/*.keys
PATH=$tree/stub:$PATH red $d
t_done
