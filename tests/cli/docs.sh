#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --help, man page and completion name the same options, verbs and workloads, and the man page documents every metric and
# every JSON key, where it documents keys and as keys are set there: in bold (tests/bold.awk). The sources and the man page
# are those of $IRQSTORM_SRC. A list that is empty fails: see tests/static/guards.sh.
. "${IRQSTORM_SRC:?}/tests/lib.sh"
man=$IRQSTORM_SRC/man/irqstorm.1 completion=$IRQSTORM_SRC/src/cli/irqstorm.bash-completion

# options FILE: each once
options() { grep -oE -- '--[a-z][a-z-]+' "$1" | sort -u; }
# some LEAST NAME...: at least so many
some() { [ $(($# - 1)) -ge "$1" ]; }
# list NAME LEAST WORDS: an array of this name; a test that it is not shorter
list() {
  mapfile -t "$1" <<<"$3"
  local -n words=$1
  ok "there are $2 $1 and more" some "$2" "${words[@]}"
}
declare -A bold # SECTION:WORD
while IFS=$'\t' read -r section word; do
  bold[$section:$word]=1 bold[:$word]=1
done < <(awk -f "$IRQSTORM_SRC/tests/bold.awk" "$man")
# documented SECTION WORD, SECTION "" for the whole page
documented() { [ "${bold[$1:$2]-}" = 1 ]; }
text=$(tr -d '\\' <"$man")
completed=$(<"$completion")
# named TEXT WORD: it stands there, and not within a longer one
named() { [[ $1 =~ (^|[^a-z-])"$2"($|[^a-z-]) ]]; }

t_run --help
ok "--help exits 0 and is silent on standard error" eval 'exits 0 && is_silent'
help=$(<"$out")
options "$out" >"$scratch/help"
printf '%s\n' "$text" >"$scratch/text"
options "$scratch/text" >"$scratch/man"
options "$completion" >"$scratch/completion"
mapfile -t in_help <"$scratch/help"
ok "--help names 30 options and more" some 30 "${in_help[@]}"
ok "the man page has the options of --help, and no other" diff "$scratch/help" "$scratch/man"
ok "the completion has the options of --help, and no other" diff "$scratch/help" "$scratch/completion"

list verbs 5 "$(sed -n 's/^  or:  irqstorm \([a-z]*\) .*/\1/p' <<<"$help")"
for verb in "${verbs[@]}"; do
  ok "verb $verb is in man page and completion" eval 'documented SYNOPSIS "$verb" && named "$completed" "$verb"'
done
t_run --list-workloads
list workloads 5 "$(grep -oE '^[a-z][a-z-]*' "$out")"
for w in "${workloads[@]}"; do
  ok "workload $w is in man page and completion" eval 'documented WORKLOADS "$w" && named "$completed" "$w"'
done
list workload_options 10 "$(grep -oE '^ +[a-z]+=' "$out" | tr -d ' =' | sort -u)"
for key in "${workload_options[@]}"; do
  ok "workload option $key= is in the man page" eval '[[ $text == *"$key="* ]]'
done
mapfile -t in_man < <(for at in "${!bold[@]}"; do [[ $at == WORKLOADS:[a-z]*= ]] && at=${at#*:} && echo "${at%=}"; done)
unknown_words() { # ALLOWED... -- WORD...
  local -A known
  local bad=0
  while [ "$1" != -- ]; do known[$1]=1; shift; done
  shift
  [ $# -gt 0 ] || return
  for word; do [ -n "${known[$word]-}" ] || { echo "$word"; bad=1; }; done
  return $bad
}
ok "and the man page has no other" unknown_words "${workload_options[@]}" rate cpus -- "${in_man[@]}"

metrics_source=$(sed -n '/^const struct metric metrics/,/^};/p' "$IRQSTORM_SRC/src/analyze/metrics.c")
list metrics 10 "$(grep -oE '[{][[:space:]]*"[a-z0-9_]+",' <<<"$metrics_source" | tr -d '{ 	",' | sort -u)"
for metric in "${metrics[@]}"; do
  ok "metric $metric is in the man page" documented EXPERIMENTS "$metric"
done

# document NAME ARG...: keys of what the program prints, each once; made once where $IRQSTORM_DOCUMENTS keeps them
documents=${IRQSTORM_DOCUMENTS:-$scratch}
document() {
  local name=$1
  shift
  [ -s "$documents/$name" ] || "$IRQSTORM" "$@" >"$documents/$name" 2>"$err" </dev/null
  # the keys are not kept where jq itself may be at fault: an empty list is asked for anew
  [ -s "$documents/$name.keys" ] || keys "$documents/$name" >"$documents/$name.keys"
  cat "$documents/$name.keys"
}
keys() { jq -r '[paths | .[] | strings] | unique[]' "$1"; }
# a metric's name is a key, too, and is told with the metrics
key_documented() { documented "$1" "$2" || documented EXPERIMENTS "$2"; }
# key_tests SECTION WHAT LEAST KEYS
key_tests() {
  local key
  list keys_of_"$2" "$3" "$4"
  local -n words=keys_of_$2
  for key in "${words[@]}"; do
    [ -z "${tested[$1:$key]-}" ] || continue
    tested[$1:$key]=1
    ok "JSON key $key of a $2 is in the man page's section $1" key_documented "$1" "$key"
  done
}
declare -A tested
key_tests JSON storm 60 "$(document storm -w null -R 100 -d 20ms --warmup 0 -c 0 -J -q)"
key_tests JSON program 60 "$(document program -J -q -- true)"
record=$documents/record
[ -s "$record" ] || rm -f "$documents/sweep"
key_tests JSON sweep 60 "$(document sweep -w null --rate=500,1k --soak --repeat=6 --block=10ms --settle=0 --warmup 0 -c 0 -J -q \
  --save="$record")"
key_tests JSON comparison 20 "$(document comparison compare "$record" "$record" -J)"
key_tests JSON plan 20 "$(document plan -w null --print-plan -J)"
key_tests RECORDS record 80 "$(keys "$record")"

# what only a guest with the module or another device produces: all that the sources write
literals() { grep -ohE '"[a-z][a-z0-9_]*"' "$IRQSTORM_SRC"/src/output/*json*.c | tr -d '"' | sort -u; }
# words that are values of a key, not keys
values='constant|found|passed|undecided|failed'
key_tests JSON source 150 "$(literals | grep -vxE "$values")"
settings=$(sed -n '/define SETTINGS(/,/^$/p' "$IRQSTORM_SRC/src/record/settings.h" |
  sed -nE 's/^	(NUMBER|SAME|UINT|REAL|BOOL)\(([a-z_]+)\).*/\2/p; s/^	ENUM\([a-z_ ]+, ([a-z_]+),.*/\1/p')
key_tests RECORDS setting 15 "$settings"
bold_keys() { # SECTION
  local at
  for at in "${!bold[@]}"; do
    [[ $at == "$1":[a-z]*_* ]] && echo "${at#*:}"
  done
}
mapfile -t in_man < <(bold_keys JSON)
ok "the man page's section JSON has no key that the program does not have" \
  unknown_words "${keys_of_source[@]}" "${metrics[@]}" -- "${in_man[@]}"
mapfile -t in_man < <(bold_keys RECORDS)
ok "the man page's section RECORDS neither" \
  unknown_words "${keys_of_source[@]}" "${keys_of_record[@]}" -- "${in_man[@]}"

t_run --version
ok "--version names version and licence" eval 'exits 0 && prints "irqstorm " && prints GPL'
if command -v mandoc >/dev/null; then
  ok "the man pages are without a warning" mandoc -T lint -W warning "$IRQSTORM_SRC"/man/irqstorm.1 "$IRQSTORM_SRC"/man/irqstorm_eoi.4
else
  skip "the man pages are without a warning" "no mandoc"
fi
t_done
