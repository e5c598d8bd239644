#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# irqstorm restore where there is nothing to restore; what it restores is in tests/unit/t_affinity and in the VM tests.
. "${IRQSTORM_SRC:?}/tests/lib.sh"

if [ -n "$(ls /run/irqstorm 2>/dev/null)" ]; then
  skip "nothing to restore is no error" "there are journals on this machine"
else
  t_run restore
  ok "nothing to restore is no error" eval 'exits 0 && is_silent && [ "$(cat "$out")" = "nothing to restore" ]'
fi
t_run restore --rate 5
ok "an option of a run is refused" refused 2 "--rate does not go with restore"
t_run restore --bind 127.0.0.1
ok "an option of reflect is refused" refused 2 "--bind goes with reflect only"
t_run restore everything
ok "an argument is refused" refused 2 "unexpected argument 'everything'"
t_done
