#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Experiments on the null workload, and saved runs compared: from the records alone. Where numbers matter they are the
# test's own (written).
. "${IRQSTORM_SRC:?}/tests/lib.sh"
a=$scratch/a.json b=$scratch/b.json p=$scratch/p.json
blocks="-w null -c $cpu -q --warmup=0 --block=20ms --settle=1ms"

# shellcheck disable=SC2086
{
t_run $blocks --rate=500,1k,max --repeat=6 --save="$a" -J
facts "$out" \
  "a sweep is six blocks of each of three rates" \
  '.experiment | .repeats == 6 and (.blocks | length) == 18 and ([.cells[].rate_hz] == [500, 1000, null])' \
  "its medians are those of its blocks" '
  def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2] + .[length / 2 - 1]) / 2 end;
  .experiment as $e | all(range(3); . as $c
    | ([$e.blocks[] | select(.cell == $c) | .metrics.rate_hz] | median) - $e.cells[$c].metrics.rate_hz.median | fabs < 0.001)'
ok "the exit status of a sweep is 0, whatever was held" exits 0
t_run show "$a" -J
ok "all of it comes from the record alone" json '.experiment | .repeats == 6'
written "$a" "$scratch/knee" 'if .rate_mhz == 500000 then block(10; 10; 20) elif .rate_mhz == 0 then block(null; 40; 60)
  else block(20; 12; 30) end'
t_run show "$scratch/knee" -J
ok "and it has a knee" json '.experiment.knees | length == 1 and
  (.[0] | .lowest_hz == 500 and .held_hz == 500 and .not_held_hz == 1000 and .slow_hz == null)'
t_run show "$scratch/knee"
ok "as a table with the drawn order" eval 'prints "order (seed 1):" && prints "ASKED/S" && prints "The p99 is"'
t_run $blocks --rate=1k --repeat=6 --save="$b"
written "$b" "$b.written" 'block(20; 20 - .repeat; 30)'
mv "$b.written" "$b"
t_run compare "$a" "$b"
ok "runs are compared where their rates meet" \
  eval 'exits 0 && prints "B compared with A, at 1k a second on each vCPU (6 and 6 blocks):" && prints "2 kinds of block"'
t_run compare "$b" "$b" -J
ok "a run compared with itself does not change" \
  json '.schema == "irqstorm-compare/1" and .differences == [] and .comparisons[0].metrics.rate_hz.change == 0'
t_run -w null -c $cpu -q --rate=2k -d 20ms --warmup 1ms --save="$p"
t_run compare "$b" "$p"
ok "what differs in the plans is told first" eval 'exits 0 && [ "$(head -1 "$out")" = "Not the same:" ] && prints "A: 1k" && prints "B: 2k"'
ok "a plain run is one block, and says how to get more" prints "Fewer than 5 blocks on a side"
t_run compare "$b" "$p" -- "$p" "$p" "$p" "$p" "$p"
ok "groups stand on both sides of --" prints "(7 and 5 blocks)"
t_run -q --repeat=1 --save="$scratch/program.json" -- true
t_run compare "$b" "$scratch/program.json"
ok "a storm and a program have nothing in common" eval 'exits 0 && prints "nothing to compare"'
t_run -q --until=0.001% --repeat=6,7 -- true
ok "an interval that --until asked for and did not get is told" eval 'exits 0 && prints "NOT REACHED: the interval of time was to be 0.001 % wide" && prints "7 repeats (of 6 to 7)"'
t_run -q --until=1% --repeat=1 -- true
ok "also where there is none" prints "and after 1 repeat there is none."
t_run -q --until=100% --repeat=6,60 -J --save="$scratch/until" -- sleep 0.01
# after which repeat depends on the machine; the one before was too few
ended_by_until() {
  local nr
  json '.experiment | .repeats >= 6 and (.repeats == 60 or (.until_width != null and .until_width <= 1))' || return
  nr=$(jq .experiment.repeats "$out")
  [ "$nr" -gt 6 ] || return 0
  jq '.records[0] |= (.blocks[-1] as $last | .blocks |= .[:-1] | .intervals = [] | .elapsed_ns -= $last.elapsed_ns
    | .cpus = [range(.cpus | length) as $i | .cpus[$i] | with_entries(
        if (.value | type) == "number" and (.key | IN("cpu", "mark_begin", "mark_end") | not)
        then .value -= $last.cpus[$i][.key] else . end)])' "$scratch/until" >"$scratch/one.less"
  t_run show -J "$scratch/one.less"
  json ".experiment | .repeats == $((nr - 1)) and (.until_width == null or .until_width > 1)"
}
ok "--until ends an experiment" ended_by_until
t_run compare "$a" "$b" --margin=20% -J
ok "--margin is the comparison's" json '.margin == 0.2'
jq '.records[0].interrupted = true' "$b" >"$scratch/cut.json"
t_run compare "$a" "$scratch/cut.json"
ok "a run that was cut short is told" prints "Interrupted or failed, and compared by what there is: 0 of A, 1 of B."
t_run compare -J "$a" "$scratch/cut.json"
ok "in JSON too" json '.cut_short_a == 0 and .cut_short_b == 1'
t_run $blocks --rate=1k --repeat=6 --seed=2 --save="$scratch/b2.json"
t_run merge "$b" "$scratch/b2.json" -o "$scratch/m.json"
t_run show "$scratch/m.json"
ok "two runs that were merged have as many repeats as both were asked for" prints "12 repeats of 20.0 ms blocks"
t_run -w null -c $cpu -q --warmup=0 --block=1ms --settle=0 --soak --find-max --repeat=1
ok "where no interrupt is counted --soak says that there is no cost" \
  eval 'prints "1 repeat of 1.00 ms blocks" && prints "No CPU lost per interrupt: none was counted"'
ok "what --find-max found is of each vCPU" prints "The highest rate is on each vCPU"
t_run compare "$a"
ok "one file is refused" refused 2 "compare needs 2 files or more"
t_run compare "$a" "$b" "$p"
ok "three are no two groups" refused 2 "two groups of them with -- between them"
t_run compare "$a" "$b" --
ok "an empty group is none" refused 2 "two groups of them with -- between them"
t_run compare "$a" "$scratch/nowhere"
ok "a file that is not there is refused" refused 1 "cannot read $scratch/nowhere: No such file or directory"
}
t_done
