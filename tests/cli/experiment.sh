#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Experiments of the null workload and of programs: which blocks are run, in which order, and what is refused.
. "${IRQSTORM_SRC:?}/tests/lib.sh"

quick=(-w null -c "$cpu" --warmup 0 --eoi none --block 10ms --settle 1ms -q)
record=$scratch/record
saved() { holds "$record" "$1"; }
# storm ARG...: a quick experiment; its record in $record
storm() {
  rm -f "$record"
  t_run "${quick[@]}" --save "$record" "$@"
}

refuse 2 "--ab=pv is a single arm: name what it is to be compared with" -w null --ab=pv
refuse 2 "--ab=pv,off is no list of arms: pv, msr, ignored, two or more" -w null --ab=pv,off
refuse 2 "--ab= is no list of arms" -w null --ab=
refuse 2 "--ab=pv, is no list of arms" -w null --ab=pv,
refuse 2 "--ab sets the mode of each block: leave out --eoi=pv" -w null --ab=pv,msr --eoi=pv
refuse 2 "--rate and --sweep both say the rates: give one of them" -w null --rate=1k --sweep=1k:4k:x2
refuse 2 "--sweep=1k:4k is no range of rates (1k:64k:x2, 1k:10k:+500)" -w null --sweep=1k:4k
refuse 2 "--sweep=1k:4k:2 is no range of rates" -w null --sweep=1k:4k:2
refuse 2 "--sweep=1k:4k:x2:x2 is no range of rates" -w null --sweep=1k:4k:x2:x2
refuse 2 "--sweep=max:4k:x2 is no range of rates" -w null --sweep=max:4k:x2
refuse 2 "--sweep=4k:1k:x2 does not rise" -w null --sweep=4k:1k:x2
refuse 2 "--sweep=1k:4k:x1 does not rise" -w null --sweep=1k:4k:x1
refuse 2 "--sweep=0.001:1:x1.5 does not rise" -w null --sweep=0.001:1:x1.5
refuse 2 "--sweep can have 64 rates at the most" -w null --sweep=1k:400k:+1k
refuse 2 "--rate has one rate twice" -w null --rate=1k,1k
refuse 2 "--rate=1k, is no rate" -w null --rate=1k,
refuse 2 "--find-max looks for the rate itself: leave out --rate" -w null --find-max -R 5
refuse 2 "--find-max sets the rate of every workload: leave out the rate= of null" -w null,rate=5 --find-max
refuse 2 "a sweep sets the rate of every workload: leave out the rate= of null" -w null,rate=5 --rate=1,2
refuse 2 "--soak counts what the workers leave of each vCPU, and --pace=spin leaves nothing" -w null --soak --pace=spin
refuse 2 "an experiment lasts as long as its blocks: give --block and --repeat instead of --duration" -w null --repeat 2 -d 1s
refuse 2 "--repeat=MIN,MAX needs --until, which says when it is enough" -w null --repeat=1,5
refuse 2 "--repeat=0 is out of range: 1 to 100000, the smaller first" -w null --repeat=0
refuse 2 "--repeat=5,2 is out of range" -w null --repeat=5,2 --until=1%
refuse 2 "--repeat=x is no number of repeats" -w null --repeat=x
refuse 2 "--until=1 is no percentage (1%, 0.5%)" -w null --until=1
refuse 2 "--until=0% is out of range: more than 0%, at most 100%" -w null --until=0%
refuse 2 "--margin=101% is out of range" -w null --margin=101%
refuse 2 "--block is for an experiment: add --ab, --sweep, --find-max, --soak or --repeat" -w null --block=1s
refuse 2 "--margin is for an experiment: add --ab" -w null --margin=3%
refuse 2 "--block cannot be given with a program" --repeat 2 --block 1s -- true
refuse 2 "--soak cannot be given with a program" --soak -- true
refuse 2 "--seed cannot be given with a program" --seed 5 -- true
refuse 2 "blocks would not fit in memory: at most 10000" -w null --repeat=100000
if [ ! -e /dev/irqstorm_eoi ]; then
  refuse 4 "--ab: no /dev/irqstorm_eoi (the module irqstorm_eoi is not loaded)" -w null --ab=pv,msr
  refuse 4 "--ab: no /dev/irqstorm_eoi" --ab=pv,msr -- true
fi

storm --rate=100,max,300 --repeat 4 --seed 3
facts "$record" \
  "a sweep has a block of each rate in each repeat" \
  '.records[0].blocks | length == 12 and ([group_by(.repeat)[] | map(.cell) | sort] | all(. == [0, 1, 2]))' \
  "the order is not the same in every repeat" '[.records[0].blocks | group_by(.repeat)[] | map(.cell)] | unique | length > 1'
order=$(jq -c '[.records[0].blocks[].cell]' "$record")
storm --rate=100,max,300 --repeat 4 --seed 3
facts "$record" \
  "the same seed draws the same order" "[.records[0].blocks[].cell] == $order" \
  "each block has the rate of its cell: due events are rate times time" '
  .records[0] as $r | $r.blocks | all(. as $b | $r.cells[.cell].rate_mhz as $mhz |
  if $mhz == 0 then .rows[0].events_due == null else .rows[0].events_due * 1e12 / $mhz >= 10000000 end)' \
  "the sums are those of the blocks" '
  .records[0] | .rows[0].events == ([.blocks[].rows[0].events] | add) and .elapsed_ns == ([.blocks[].elapsed_ns] | add)' \
  "the intervals are of their blocks" '
  .records[0] | [.blocks[].rows[0].events] == [.intervals | group_by(.block)[] | map(.events) | add]'

t_run "${quick[@]}" --sweep=100:400:x2 --repeat 1 --warmup 200ms -J
ok "the warm-up of a sweep has its first rate" json '.warmup.elapsed_ns == 200000000 and .warmup.events <= 20'

storm -R 100 --soak --repeat 3
ok "--soak adds an idle block to each repeat, in which nothing is due" saved '
  .records[0] | .cells[1].idle and ([.blocks[] | select(.cell == 1)] | length == 3 and all(.rows[0].events == 0))'
# an idle-priority thread may wait for long on a busy machine: then the blocks are longer
soaked() {
  local block=1
  until saved '.records[0].blocks | any(.cpus[0].soak_loops > 0)'; do
    [ $block -lt 500 ] || return
    storm -R 100 --soak --repeat 3 --block "${block}00ms"
    exits 0 || exits 3 || return
    block=$((2 * block))
  done
}
ok "the soaker counts" soaked
ok "idle blocks are not in the sums" saved '.records[0] | .elapsed_ns == ([.blocks[] | select(.cell == 0).elapsed_ns] | add)'

storm --find-max --repeat 2
# a first block in which nothing was done says nothing of any rate, and 40 are enough: tests/unit/t_schedule has the rest
ok "--find-max begins each search as fast as it goes, and ends within 1 %" saved '
  def held: .rows[0].events >= 0.99 * .rows[0].events_due;
  [.records[0].blocks | group_by(.repeat)[]] | length == 2 and all(
    .[0].rate_mhz == 0 and all(.[1:][]; .rate_mhz > 0) and
    if .[0].rows[0].events == 0 then length == 1
    elif length == 40 or .[-1].rate_mhz <= 10 then true
    else (map(select(.rate_mhz > 0)) | ([.[] | select(held)] | last.rate_mhz) as $held
      | ([.[] | select(held | not)] | last.rate_mhz) as $not | $held < $not and $not <= 1.01 * $held) end)'

t_run -q --save "$record.p" --repeat 3 -- true
ok "a program is run once in each block" holds "$record.p" '.records[0].blocks | length == 3 and all(.elapsed_ns > 0)'
counter=$scratch/counter
t_run -q --repeat 5 -- sh -c "echo >>$counter; [ \$(wc -l <$counter) -lt 3 ] || exit 7"
ok "a program that fails ends the experiment, and its status is handed on" eval 'exits 7 && [ "$(wc -l <"$counter")" = 3 ]'
t_run -q --repeat 5 -- false
ok "where the first run fails there is no result" refused 1 "the first run of false ended with status 1: there is no result"

t_run -q --repeat 5 --duration 20ms -- sleep 1h
ok "and whether --duration was the cause" says "ended with status 143, as --duration was over: there is no result"
# SIGTERM stays pending where it is blocked, and that is what this program waits for (dash would unblock it)
if env --block-signal=TERM true 2>/dev/null; then
  # shellcheck disable=SC2016 # $$ is the program's
  IRQSTORM_RUNNER="env --block-signal=TERM" t_run -q --repeat 2 --duration 20ms -- \
    bash -c 'until grep -q "^ShdPnd:.*4000$" /proc/$$/status; do sleep 0.01; done'
else
  t_run -q --repeat 2 --save "$record.t" -- true
  jq '.records[0].program.timed_out = true' "$record.t" >"$record.late"
  t_run show "$record.late"
fi
ok "where a program takes that well, its times are not its own, and that is told" \
  eval 'exits 0 && prints "2 repeats" && prints "(not always to its end: --duration was over before)"'

# a signal in the third block or later, of 50 events each: the whole blocks are the result
"$IRQSTORM" -w null -c $cpu -R 1000 --warmup 0 --eoi none --block 50ms --settle 0 --repeat 10000 -q --save "$record.i" \
  >"$out" 2>"$err" </dev/null &
pid=$!
begun $pid 150
kill -TERM $pid
wait $pid
status=$?
ok "SIGTERM ends an experiment with 130, and the whole blocks are saved" \
  eval 'exits 130 && holds "$record.i" ".records[0] | .interrupted and (.blocks | length > 1 and all(.elapsed_ns == 50000000))"'

# one that does not mind: its last run ended well, but the experiment did not. From the third run on it waits for "go"
runs=$scratch/term.runs go=$scratch/go
# shellcheck disable=SC2016 # $0 and $1 are the program's
"$IRQSTORM" -q --repeat 1000 --save "$record.s" -- \
  sh -c 'trap "" TERM; echo >>"$0"; while [ "$(wc -l <"$0")" -ge 3 ] && ! [ -e "$1" ]; do sleep 0.02; done' "$runs" "$go" \
  >"$out" 2>"$err" </dev/null &
pid=$!
third_run() { [ "$(wc -l <"$runs")" -ge 3 ]; }
until_true third_run
kill -TERM $pid
: >"$go"
wait $pid
status=$?
ok "SIGTERM ends an experiment with a program that ignores it, with 130" \
  eval 'exits 130 && holds "$record.s" ".records[0] | .interrupted and .program.status == 0 and (.blocks | length == 2)"'

t_run -w null -c $cpu --rate=1k,2k --repeat 5 --soak --print-plan
ok "--print-plan says the blocks, and that each has its own rate" \
  eval 'prints "15 blocks: 5 repeats" && prints "rate      of each block its own"'
t_done
