# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# log.sh - the guest's kernel has nothing to complain about, from the first part on; the last part of a guest

log_guest() {
	dmesg | sed '1,/the parts begin/d' >"$1/dmesg"
	# a flood of complaints may have pushed the begin out of the log
	dmesg | grep -c 'the parts begin' >"$1/whole"
}

log_check() {
	tap_is 1 "$(cat "$2/whole")" "the kernel's log is whole"
	tap_is "" "$(grep -E 'WARNING|BUG|Oops|Call Trace|stall|lockup|I/O error' "$2/dmesg")" "the kernel has no complaint"
}
