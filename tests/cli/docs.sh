#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --help, man page and completion name the same options and workloads; the man page documents every JSON key.
. "${IRQSTORM_SRC:?}/tests/lib.sh"
man=$IRQSTORM_SRC/man/irqstorm.1 completion=$IRQSTORM_SRC/src/cli/irqstorm.bash-completion

t_run --help
ok "--help exits 0 and is silent on standard error" eval 'exits 0 && is_silent'
grep -oE -- '--[a-z][a-z-]+' "$out" | sort -u >"$scratch/help"
# in roff a hyphen is \-
tr -d '\\' <"$man" | grep -oE -- '--[a-z][a-z-]+' | sort -u >"$scratch/man"
grep -oE -- '--[a-z][a-z-]+' "$completion" | sort -u >"$scratch/completion"
ok "the man page has the options of --help, and no other" diff "$scratch/help" "$scratch/man"
ok "the completion has the options of --help, and no other" diff "$scratch/help" "$scratch/completion"
t_run --list-workloads
for w in $(grep -oE '^[a-z][a-z-]*' "$out"); do
  ok "workload $w is in man page and completion" eval "tr -d '\\\\' <\"\$man\" | grep -qw -- $w && grep -qw -- $w \"\$completion\""
done
for key in $(grep -oE '^ +[a-z]+=' "$out" | tr -d ' =' | sort -u); do
  ok "workload option $key= is in the man page" grep -q "$key=" "$man"
done
t_run -w null -R 100 -d 20ms --warmup 0 -c 0 -J -q
for key in $(jq -r '[paths | .[] | strings] | unique[]' "$out"); do
  ok "JSON key $key is in the man page" grep -qw -- "$key" "$man"
done
t_run -J -q -- sleep 0.1
for key in $(jq -r '.program, .vcpus, .proc_interrupts | [paths | .[] | strings] | unique[]' "$out" | sort -u); do
  ok "JSON key $key of a program is in the man page" grep -qw -- "$key" "$man"
done
"$IRQSTORM" -w null -R 100 -d 20ms --warmup 0 -c 0 -q --save="$scratch/record" >"$out"
for key in $(jq -r '[paths | .[] | strings] | unique[]' "$scratch/record"); do
  ok "key $key of a record is in the man page" grep -qw -- "$key" "$man"
done
t_run --help
for verb in $(sed -n 's/^  or:  irqstorm \([a-z]*\) .*/\1/p' "$out"); do
  ok "verb $verb is in man page and completion" eval "grep -q '^\.B.* $verb\\b' \"\$man\" && grep -qw -- $verb \"\$completion\""
done
t_run -w null --rate=500,1k --soak --repeat=2 --block=10ms --settle=0 --warmup 0 -c 0 -J -q --save="$scratch/record"
for key in $(jq -r '.experiment | [paths | .[] | strings] | unique[]' "$out"); do
  ok "JSON key $key of an experiment is in the man page" grep -qw -- "$key" "$man"
done
t_run compare "$scratch/record" "$scratch/record" -J
for key in $(jq -r '[paths | .[] | strings] | unique[]' "$out"); do
  ok "JSON key $key of compare is in the man page" grep -qw -- "$key" "$man"
done
for metric in $(grep -oE '^	[{] "[a-z0-9_]+", "' "$IRQSTORM_SRC/src/analyze/metrics.c" | tr -d '\t{ ",'); do
  ok "metric $metric is in the man page" grep -qw -- "$metric" "$man"
done
for key in $(grep -ohE '"[a-z_]+", ' "$IRQSTORM_SRC"/src/output/{correlation,judge}_json.c | tr -d '", ' | sort -u); do
  ok "JSON key $key of correlations and bounds is in the man page" grep -qw -- "$key" "$man"
done
t_run --version
ok "--version names version and licence" eval 'exits 0 && prints "irqstorm " && prints GPL'
if command -v mandoc >/dev/null; then
  ok "the man pages are without a warning" mandoc -T lint -W warning "$IRQSTORM_SRC"/man/irqstorm.1 "$IRQSTORM_SRC"/man/irqstorm_eoi.4
else
  skip "the man pages are without a warning" "no mandoc"
fi
t_done
