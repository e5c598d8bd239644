#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Where the result goes: JSON owns standard output, everything else goes to standard error, and what is not taken is said.
. "${IRQSTORM_SRC:?}/tests/lib.sh"
null="-w null -R 100 -d 20ms --warmup 0 -c $cpu"

# shellcheck disable=SC2086
{
t_run $null -J
ok "JSON is one document and nothing else on standard output" jq -es 'length == 1' "$out"
ok "what is not the result is on standard error" eval '[ -e /dev/irqstorm_eoi ] || says "EOIs are not counted"'
t_run $null -J -q
ok "-q is quiet" is_silent
ok "no progress line where standard error is no terminal" eval '! grep -q ETA "$err"'
t_run $null -o "$scratch/result"
ok "-o writes the result into the file" grep -q "^all *total" "$scratch/result"
ok "and nothing on standard output" [ ! -s "$out" ]
echo "a longer text that was there before, and must be gone: $(seq 2000)" >"$scratch/result"
t_run $null -J -o "$scratch/result"
ok "a file that is there is replaced whole" jq -es 'length == 1' "$scratch/result"
t_run $null -o "$scratch/no/such/folder/result"
ok "a file that cannot be written is refused before the run" \
  refused 1 "cannot write $scratch/no/such/folder/result: No such file or directory"
t_run $null -q -J -o /dev/full
ok "a full disk is one sentence and exit 1" refused 1 "cannot write /dev/full: No space left on device"
t_run $null -q -o /dev/full
ok "for text too" refused 1 "cannot write /dev/full: No space left on device"
"$IRQSTORM" $null -J -q >/dev/full 2>"$err"
status=$?
ok "a full disk behind standard output too" eval 'exits 1 && says "cannot write standard output: No space left on device"'
"$IRQSTORM" $null -J -o "$scratch/closed" 2>&-
ok "a result file is whole also where standard error is closed" \
  eval 'holds "$scratch/closed" . && [ "$(head -c 1 "$scratch/closed")" = "{" ]'
"$IRQSTORM" $null -J -q >&- 2>"$err"
status=$?
ok "a closed standard output is an error" exits 1
t_run -w virtio-blk,dev=/nowhere -o "$scratch/new" -d 1ms
ok "a run that is refused leaves no file" [ ! -e "$scratch/new" ]
"$IRQSTORM" --help >/dev/full 2>"$err"
status=$?
ok "and for --help" eval 'exits 1 && says "cannot write standard output"'
}
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  echo old >"$scratch/result"
  chmod 0600 "$scratch/result"
  chmod 0711 "$scratch"
  # shellcheck disable=SC2086
  setpriv --reuid 65534 --clear-groups "$IRQSTORM" $null -o "$scratch/result" >"$out" 2>"$err"
  status=$?
  ok "a file of another user is refused and stays as it was" \
    eval 'says "cannot write $scratch/result: Permission denied" && [ "$(cat "$scratch/result")" = old ]'
else
  skip "a file of another user is refused and stays as it was" "not root, or no setpriv"
fi
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
  # more than a stdio buffer: the arguments of a program are in the result
  # shellcheck disable=SC2046
  unshare -m sh -c 'mount -t tmpfs -o size=16k tmpfs "$1" && shift && "$@"; s=$?; ls "$0"; exit $s' "$scratch" "$scratch" \
    "$IRQSTORM" -J -q -o "$scratch/big" -- true $(seq 20000) >"$out.ls" 2>"$out.err"
  status=$?
  ok "a disk that fills up within the result is told as such, and leaves no file" \
    eval '[ $status = 1 ] && grep -q "cannot write .*/big: No space left on device" "$out.err" && [ ! -s "$out.ls" ]'
else
  skip "a disk that fills up within the result is told as such, and leaves no file" "not root, or no mount namespaces"
fi
if command -v script >/dev/null; then
  script -qec "$IRQSTORM -w null -R 100 -d 150ms --warmup 0 -c $cpu -J -o $scratch/result" "$scratch/tty" >/dev/null 2>&1 </dev/null
  ok "a progress line with the time left, on a terminal" grep -q "ETA" "$scratch/tty"
else
  skip "a progress line with the time left, on a terminal" "no script(1)"
fi
t_done
