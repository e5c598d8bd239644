#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# coverage.sh FLAGS - runs make check and prints which share of each folder's lines and branches it reached, by gcovr
#
# Works in the build folder, which was configured with --enable-coverage: FLAGS are then not empty. MAKE is make.
# Exits 1 when make check failed; the figures are printed all the same.

set -u -o pipefail
top=$(realpath "$(dirname "$0")/..")
[ -n "${1-}" ] || { echo "coverage: built without it; ./configure --enable-coverage, then make clean" >&2; exit 1; }
command -v gcovr >/dev/null || { echo "coverage: no gcovr here (package gcovr, or ./bootstrap --with-ci)" >&2; exit 1; }

# what a program of another run left would be added
find . -name '*.gcda' -delete
# some tests run the program as another user, who has to add to the same counts
(umask 0 && exec "${MAKE:-make}" check) || status=1

gcovr --root "$top" --object-directory . --filter "$top/src/" --filter "$top/workloads/" --json-summary |
  jq -r '
    def share(covered; total): if total == 0 then "-" else "\(covered * 1000 / total | round / 10) % of \(total)" end;
    def row(name): [name, share(map(.line_covered) | add; map(.line_total) | add),
      share(map(.branch_covered) | add; map(.branch_total) | add)];
    ["FOLDER", "LINES", "BRANCHES"],
    (.files | group_by(.filename | sub("/[^/]*$"; ""))[] | row(.[0].filename | sub("/[^/]*$"; ""))),
    (.files | row("all")) | @tsv' | awk -F '\t' '{ printf "%-14s %-20s %s\n", $1, $2, $3 }' || exit
exit "${status:-0}"
