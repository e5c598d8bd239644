#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A run's record: saved beside the result, shown again to the byte, merged; files that are none, and files that cannot be.
. "${IRQSTORM_SRC:?}/tests/lib.sh"
null="-w null -R 200 --warmup 0 -c $cpu -q"
rec=$scratch/record

# shows_the_same ARG...: the record gives what the run itself printed, as text and as JSON
shows_the_same() {
  local form
  for form in "" -J; do
    # shellcheck disable=SC2086
    "$IRQSTORM" -q $form -o "$scratch/result" --save="$rec" "$@" >/dev/null 2>"$err"
    [ -s "$rec" ] || return
    # shellcheck disable=SC2086
    "$IRQSTORM" show $form "$rec" | cmp - "$scratch/result" || return
  done
}

# shellcheck disable=SC2086
{
ok "show prints what the run printed: a storm" shows_the_same $null -d 50ms -i 10ms
ok "two workloads, bursts" shows_the_same -w null,rate=100 -w null,cpus=$cpu -R 1k --arrivals=burst=4 --pace=spin -d 50ms --warmup 10ms
ok "a sweep with soakers, in blocks" shows_the_same -w null --sweep=1k:2k:x2 --soak --repeat=2 --block=10ms --settle=0 --warmup 0
ok "a search for the rate" shows_the_same -w null --find-max --repeat=2 --block=1ms --settle=0 --warmup 0 -c $cpu
ok "a program, with arguments and a name that are no UTF-8" shows_the_same -- sh -c "exit 3 # $(printf '\377\n"')" "$(printf '\344')"
ok "a program that is run again and again" shows_the_same --repeat=3 -- true

t_run $null -d 50ms --save="$rec"
ok "the result goes where it goes without --save" prints "all total"
ok "the record is one JSON document of its schema" jq -es \
  'length == 1 and .[0].schema == "irqstorm-record/1" and (.[0].records | length) == 1' "$rec"
facts "$rec" "machine and plan are in it" \
  '.records[0] | .machine.host and .machine.kernel and .plan.rate_mhz == 200000 and .plan.pace == "sleep"'
t_run show -J "$rec" -o "$scratch/again"
ok "show takes -o" eval 'exits 0 && holds "$scratch/again" ".machine.host == \"$(uname -n)\" and .runs == 1"'

"$IRQSTORM" -w null -R 100 -d 1h -i 10ms -q --warmup 0 -J --save="$rec" >"$out" 2>"$err" </dev/null &
pid=$!
begun $pid 40
kill -TERM $pid
wait $pid
status=$?
ok "an interrupted run is saved too" eval 'exits 130 && holds "$rec" .records[0].interrupted && "$IRQSTORM" show -J "$rec" | cmp - "$out"'
rm -f "$rec"
t_run -w virtio-blk,dev=/nowhere -d 1ms --save="$rec"
ok "a run that is refused saves nothing" [ ! -e "$rec" ]
t_run $null -d 1ms --save="$scratch/no/such/folder/record"
ok "a record that cannot be written is refused before the run" \
  refused 1 "cannot write $scratch/no/such/folder/record: No such file or directory"
t_run $null -d 1ms --save=/dev/full
ok "a full disk is one sentence and exit 1, and the result is there" \
  eval 'exits 1 && one_sentence && says "cannot write /dev/full: No space left on device" && prints "all total"'
t_run $null -d 1ms --save="$rec" -o "$rec"
ok "record and result cannot be one file" refused 2 "--save and --output are the same file"
cd "$scratch" || exit 99
ln -s other-name link
t_run $null -d 1ms --save=./link -o other-name
ok "by whatever name" eval 'refused 2 "--save and --output are the same file" && [ ! -e other-name ]'
t_run --print-plan -w null --save="$rec"
ok "--save goes with a run" eval 'refused 2 "--save needs a run, which leaves a record" && [ ! -e "$rec" ]'

for seed in 1 2 3; do
  "$IRQSTORM" $null -d 30ms -i 10ms --seed=$seed --save="$scratch/$seed" >/dev/null
done
"$IRQSTORM" $null -d 40ms --save="$scratch/other" >/dev/null
cd "$scratch" || exit 99
t_run merge 1 2 3
counts=$(jq -s '[.[].records[0].rows[0].latency.count] | add' 1 2 3)
facts "$out" \
  "runs of the same machine and plan become one record, whatever their seed" \
  '.records | length == 1 and (.[0] | (.blocks | length) == 3 and [.blocks[].repeat] == [0, 1, 2] and .plan.seed == null)' \
  "counts and histograms are sums" ".records[0] | .rows[0].latency.count == $counts and .elapsed_ns == 90000000 and
  .rows[0].events_due == 18 and .rows[0].events == ([.blocks[].rows[0].events] | add)"
cp "$out" 123
"$IRQSTORM" merge 3 1 -o 31
"$IRQSTORM" merge 2 31 -o 31
ok "in whatever order and grouping, to the byte, also into a file that is one of them" cmp 123 31
t_run merge other 123
ok "another plan is another record" json '.records | length == 2'
cp "$out" both
t_run show 123
ok "the text says how many runs it is of" prints "These are the sums of 3 runs."
t_run show -J both
ok "of several records there is a document each" jq -es 'length == 2 and ([.[].runs] | sort) == [1, 3] and ([.[].plan.seed] | sort) == [null, 1]' "$out"
t_run show other both
ok "and a text each, of several files too" [ "$(grep -c '^all total' "$out")" = 3 ]
t_run merge 123 2
ok "a run that is in two of the files is refused" refused 2 "the same run is there twice: it would count as two"
cp 1 1.before
cp 2 2.before
t_run show 1 -o 1
ok "a record is not written over by its result" eval 'refused 2 "--output=1 is the record itself" && cmp 1 1.before'
t_run show 1 -o ./1
ok "by whatever name" eval 'refused 2 "--output=./1 is the record itself" && cmp 1 1.before'
t_run compare 1 2 -o ./2
ok "nor by a comparison" eval 'refused 2 "--output=./2 is the record itself" && cmp 2 2.before'
t_run merge 1 2 -o /dev/full
ok "merge on a full disk" refused 1 "cannot write /dev/full: No space left on device"

t_run show
ok "show needs a file" refused 2 "show needs 1 file or more"
t_run show "$scratch/nowhere"
ok "one that is there" refused 1 "cannot read $scratch/nowhere: No such file or directory"
t_run show "$scratch"
ok "and is none of folders" refused 1 "$scratch: cannot read it: Is a directory"
t_run merge 1 /dev/null -o new
ok "an empty file is refused, and nothing is written" eval 'refused 1 "/dev/null: this is no JSON: line 1: " && [ ! -e new ]'
t_run $null -d 1ms -J -o result
t_run show result
ok "a result is no record" refused 1 "result: this is a result of --json (irqstorm/1), not a record of --save"
sed 's|irqstorm-record/1|irqstorm-record/2|' 1 >newer
t_run show newer
ok "a newer schema is refused" refused 1 \
  "newer: this is of schema irqstorm-record/2, and this irqstorm reads irqstorm-record/1: use a newer irqstorm"
head -c 2000 1 >./cut
t_run show cut
ok "and a file that is cut off" refused 1 "cut: this is no JSON: line "
jq -c '.records[0].blocks[0].cell = 2147483648' 1 >range
t_run merge 2 range
ok "and what cannot be, with its place" refused 1 "range: records[0].blocks[0].cell is no number (0 to 2^31 - 1)"
t_run show 1 -R 5
ok "what is asked of a run cannot be asked of its record" refused 2 "--rate does not go with show"
}
t_done
