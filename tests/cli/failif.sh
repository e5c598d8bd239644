#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --fail-if on the null workload and on programs: the exit status, the sentence, and what is refused before a run. Where
# the numbers matter they are the test's own (written).
. "${IRQSTORM_SRC:?}/tests/lib.sh"
a=$scratch/a.json b=$scratch/b.json p=$scratch/p.json fast=$scratch/fast.json
blocks="-w null -c $cpu -q --warmup=0 --block=5ms --settle=0"

# shellcheck disable=SC2086
{
t_run $blocks --fail-if='rate_hz < 0'
ok "a bound that is kept exits 0, and is said" \
  eval 'exits 0 && is_silent && prints "--fail-if '"'rate_hz < 0'"': it is not so: " && prints "20 repeats"'
t_run $blocks --fail-if='rate_hz < 0' --fail-if='rate_hz >= 0' --save="$a"
ok "one that is broken exits 3" eval 'exits 3 && is_silent && prints "--fail-if '"'rate_hz >= 0'"': it is so: "'
t_run $blocks -J --fail-if='rate_hz >= 0' --fail-if 'rate_hz<0'
ok "and is in JSON" eval 'exits 3 && json ".fail_if | map(.status) == [\"failed\", \"passed\"]"'
ok "with its interval and where it is" \
  json '.fail_if[0] | .expr == "rate_hz >= 0" and .low >= 0 and .low <= .estimate and .estimate <= .high and .n == 20 and (.where | has("arm"))'
# 1 to 20 events in 5 ms: 200 to 4000 a second
written "$a" "$scratch/ramp" 'block(20; .repeat + 1; 90)'
t_run show -J "$scratch/ramp" --fail-if='rate_hz > 1k'
ok "the estimate is the median of the blocks" json '.fail_if[0].estimate == 2100'
t_run show -J "$scratch/ramp" --fail-if='rate_hz > 2k'
ok "a bound within the interval is neither broken nor kept" eval 'exits 0 && json ".fail_if[0].status == \"undecided\""'
t_run $blocks --repeat=6 --fail-if="held_share < 0" -R 1G
ok "a rate that is not held exits 3 by itself, and says so" eval 'exits 3 && prints "it is not so" && prints "The rate was not held: "'
t_run $blocks --repeat=6 --rate=100,1G --save="$scratch/sweep"
written "$scratch/sweep" "$scratch/half" 'if .rate_mhz == 100000 then block(1; 1; 90) else block(1000; 400; 90) end'
t_run show -J "$scratch/half" --fail-if='held_share < 50%'
ok "in a sweep it does not, and the rate that breaks a bound is named" \
  eval 'exits 3 && json ".fail_if[0] | .where.rate_hz == 1e9 and .places == 2 and .places_alike == 1"'
t_run $blocks --repeat=6 --rate=100,1G --fail-if='held_share > 100%'
ok "as a sentence too" eval 'exits 0 && prints "(in 2 of 2)"'
t_run $blocks --repeat=6 --fail-if='fast_share < 90%' --eoi=none
ok "what was not measured does not pass" \
  eval 'exits 1 && one_sentence && says "--fail-if='"'fast_share < 90%'"' cannot be judged: it was not measured" && prints "it was not measured."'
t_run $blocks -J --repeat=6 --fail-if='fast_share < 90%' --eoi=none
ok "nor in JSON" eval 'exits 1 && json ".fail_if[0] | .status == \"not-measured\" and .estimate == null"'
t_run $blocks --repeat=6 --fail-if='fast_share < 90%' --fail-if='rate_hz >= 0' --eoi=none
ok "a bound that is broken goes before one that was not measured" exits 3
t_run $blocks --fail-if='rate_hz >= 0' -o "$scratch/result" --repeat=6
ok "the result is in --output all the same" eval 'exits 3 && grep -q "it is so" "$scratch/result"'

t_run -q --repeat=6 --fail-if='time_ns > 1ns' -- true
ok "a program that ran and breaks a bound exits 3" eval 'exits 3 && prints "it is so"'
t_run -q --repeat=6 --fail-if='time_ns < 1ns' -- true
ok "one that keeps it exits 0" exits 0
t_run -q --repeat=6 --fail-if='time_ns > 1ns' -- sh -c "echo >>$scratch/runs; [ \$(wc -l <$scratch/runs) -lt 7 ] || exit 7"
ok "six runs of it were all there are" exits 3
t_run -q --repeat=7 --fail-if='time_ns > 1ns' -- sh -c "echo >>$scratch/again; [ \$(wc -l <$scratch/again) -lt 7 ] || exit 7"
ok "a program's own status goes before the bound" exits 7

t_run show "$a" --fail-if='rate_hz >= 0'
ok "show judges a record" eval 'exits 3 && prints "it is so"'
t_run show "$a" --fail-if='rate_hz < 0'
ok "and says what it keeps" eval 'exits 0 && prints "it is not so"'
t_run show "$a"
ok "without --fail-if there is no word of it" eval 'exits 0 && ! prints "fail-if"'
t_run -w null -c $cpu -q -d 20ms --warmup 0 --save="$p"
t_run show "$p" --fail-if='rate_hz >= 0'
ok "a plain run is one block, which has no interval" \
  eval 'exits 1 && one_sentence && says "cannot be judged: 1 block, too few for an interval"'
t_run show "$a" --fail-if='change(rate_hz) > 1%'
ok "a change of what was not compared is refused" refused 2 "column 1: change() needs arms that are compared"
written "$a" "$fast" 'block(10; 10; 90)'
written "$a" "$b" 'block(10; 5; 90)'
t_run compare "$fast" "$b" --fail-if='change(rate_hz) < -2%'
ok "the change from one run to the other exits 3" eval 'exits 3 && prints "it is so: -50"'
t_run compare "$b" "$b" --fail-if='change(rate_hz) < -2%' -J
ok "a run compared with itself does not" eval 'exits 0 && json ".fail_if[0] | .status != \"failed\" and .estimate == 0"'
}

# refuse_bound SENTENCE EXPR [ARG...]: before any run, which would take 200 s
refuse_bound() {
  local sentence=$1 expr=$2
  shift 2
  refuse 2 "--fail-if='$expr': $sentence" -w null -c $cpu --block=10s --fail-if="$expr" "$@"
}
refuse_bound "column 1: unknown metric 'p99' (did you mean 'p99_ns'?)" 'p99 > 80us'
refuse_bound "column 10: 80xs is no time (ns, us, ms, s)" 'p99_ns > 80xs'
refuse_bound "column 8: expected <, <=, > or >=" 'p99_ns = 80us'
refuse_bound "column 1: change() needs arms that are compared: --ab, or irqstorm compare" 'change(rate_hz) < -2%'
refuse_bound "column 1: max_rate_hz is measured by --find-max only" 'max_rate_hz < 20k'
refuse_bound "column 1: --find-max measures max_rate_hz only" 'rate_hz < 20k' --find-max
refuse_bound "column 1: cost_ns is measured by --soak only" 'cost_ns > 1us'
refuse_bound "column 1: eoi_cycles is measured by --eoi-cycles only" 'eoi_cycles > 3000'
refuse_bound "column 1: only a program has this metric" 'time_ns > 1s'
refuse_bound "column 1: change() needs arms" 'change(rate_hz) < 0%' --print-plan
refuse 2 "column 1: a program does not have this metric" --fail-if='rate_hz < 0' -- true
refuse 2 "--fail-if judges by an interval, which takes --repeat=6 or more" -w null --repeat=5 --fail-if='rate_hz < 0'
refuse 2 "column 8: expected <" show "$a" --fail-if='rate_hz'
refuse 2 "--fail-if does not go with merge" merge "$a" --fail-if='rate_hz < 0'
t_done
