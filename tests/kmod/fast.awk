# SPDX-License-Identifier: GPL-2.0-or-later
#
# fast.awk - had every window fast EOIs, or none of them any?
#
#	awk -v want=1|0 -v cpus=N -f fast.awk GUEST_OUTPUT
#
# GUEST_OUTPUT has the lines of eoi_windows. Exits 1 when a window is not as wanted or had no EOI, or when not just N CPUs
# have any.
$1 == "window" {
	nr += !seen[$4]++
	if (($6 > 0) != want || $6 + $8 == 0) {
		print
		bad++
	}
}

END {
	exit bad || nr != cpus
}
