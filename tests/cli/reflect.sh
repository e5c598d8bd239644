#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# irqstorm reflect: each UDP packet comes back as it was, a signal ends it with 0, and it says how many there were.
. "${IRQSTORM_SRC:?}/tests/lib.sh"

# in_use PORT: some UDP socket here has it; irqstorm and another one of it would share it
in_use() { grep -qi ":$(printf %04X "$1") " /proc/net/udp /proc/net/udp6 2>/dev/null; }

# reflect_begin ADDR: in the background; $port is a free one, and it listens when this returns
reflect_begin() {
  local try
  for try in 1 2 3 4 5 6 7 8; do
    port=$((20000 + (RANDOM + try) % 12000))
    ! in_use $port || continue
    : >"$err"	# or what the one before has said would be taken for this one
    # shellcheck disable=SC2086
    ${IRQSTORM_RUNNER:-} "$IRQSTORM" reflect --bind "$1:$port" >"$out" 2>"$err" </dev/null &
    pid=$!
    until_true says "echoing UDP on" && return
  done
}

# echoed TEXT...: each comes back, in order
echoed() {
  local text answer
  exec 7<>"/dev/udp/127.0.0.1/$port" || return
  for text; do
    printf '%s' "$text" >&7
    answer=$(dd bs=65536 count=1 status=none <&7) || return
    [ "$answer" = "$text" ] || return
  done
  exec 7>&-
}

reflect_begin 127.0.0.1
ok "packets come back as they were" echoed one "two two" "$(head -c 1400 /dev/zero | tr '\0' x)"
kill -TERM "$pid"
wait "$pid"
status=$?
ok "SIGTERM ends it with 0" exits 0
ok "and it says how many packets it echoed" [ "$(cat "$out")" = "3 packets echoed" ]

reflect_begin 0.0.0.0
ok "bound to every address it answers too" echoed four
t_run reflect --bind "127.0.0.1:$port" --rate 5
ok "an option of a run is refused" refused 2 "--rate does not go with reflect"
kill -INT "$pid" 2>/dev/null
kill -TERM "$pid" 2>/dev/null
wait "$pid"
status=$?
ok "and ends with 0" exits 0

t_run reflect --bind nowhere
ok "an address that is none is refused" refused 2 "--bind=nowhere is no address"
t_run reflect --bind 127.0.0.1:70000
ok "a port that is none is refused" refused 2 "--bind=127.0.0.1:70000 is no address"
t_run reflect --bind 203.0.113.77:20007
ok "an address of somebody else is refused" refused 1 "cannot receive UDP on 203.0.113.77:20007: Cannot assign requested address"
t_run reflect here
ok "an argument is refused" refused 2 "unexpected argument 'here'"
t_run --bind 127.0.0.1:7 -w null
ok "--bind without reflect is refused" refused 2 "--bind goes with reflect only"
t_run reflect --help
ok "reflect --help is the help" eval 'exits 0 && prints "irqstorm reflect"'
t_done
