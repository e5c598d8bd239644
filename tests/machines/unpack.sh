#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# unpack.sh FILE DIR - makes the root directory DIR of a recorded guest (record.sh tells the form of FILE)
#
# awk writes a script of mkdir, ln and printf, and sh runs it: no process for each file, and NULs are no trouble.

[ $# = 2 ] || { echo "usage: unpack.sh FILE DIR" >&2; exit 2; }
script=$(mktemp) || exit
trap 'rm -f "$script"' EXIT
mkdir -p "$2" || exit

LC_ALL=C awk '
function bad(why) { print FILENAME ":" NR ": " why >"/dev/stderr"; failed = 1; exit 1 }
function quote(s) { gsub(/\047/, "\047\\\047\047", s); return "\047" s "\047" }
function mkdir(path) { if (!made[path]++) print "mkdir -p " quote(path) }
function parents(path) {
	if (path ~ /^\// || path ~ /(^|\/)\.\.(\/|$)/)
		bad("not a path below the root: " path)
	if (match(path, /\/[^\/]*$/))
		mkdir(substr(path, 1, RSTART - 1))
}
function octal(pair) { return sprintf("\\%03o", index(hex, substr(pair, 1, 1)) * 16 + index(hex, substr(pair, 2)) - 17) }
function finish() {
	if (kind == "F")
		print (body == "" ? ":" : "printf \047%s\\n\047" body) " >" quote(file)
	if (kind == "X")
		print "printf \047" body "\047 >" quote(file)
	kind = body = ""
}
BEGIN { hex = "0123456789abcdef" }
/^\t/ && kind == "F" { body = body " " quote(substr($0, 2)); next }
/^\t([0-9a-f][0-9a-f])+$/ && kind == "X" {
	for (i = 2; i < length($0); i += 2)
		body = body octal(substr($0, i, 2))
	next
}
{ finish() }
/^#/ { next }
$1 !~ /^[DTFXL]$/ || NF < 2 || ($1 == "L" && NF != 3) { bad("what is this?") }
{ parents($2) }
$1 == "D" { mkdir($2) }
$1 == "T" { print "printf \047%s\\n\047 " quote(substr($0, length($2) + 4)) " >" quote($2) }
$1 == "L" { print "ln -sfn " quote($3) " " quote($2) }
$1 ~ /[FX]/ { kind = $1; file = $2 }
END { if (!failed) finish() }
' "$1" >"$script" || exit
cd "$2" && sh -e "$script"
