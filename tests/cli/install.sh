#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# make install puts the program, its man page and its completion where they are looked for.
. "${IRQSTORM_SRC:?}/tests/lib.sh"

build=$(dirname "$IRQSTORM")
${MAKE:-make} -C "$build" --no-print-directory install DESTDIR="$scratch/root" prefix=/usr \
  exec_prefix=/usr bindir=/usr/bin datarootdir=/usr/share >"$out" 2>"$err"
status=$?
ok "make install works" exits 0
ok "the program" [ -x "$scratch/root/usr/bin/irqstorm" ]
ok "the man page" [ -s "$scratch/root/usr/share/man/man1/irqstorm.1" ]
ok "the completion" [ -s "$scratch/root/usr/share/bash-completion/completions/irqstorm" ]
t_done
