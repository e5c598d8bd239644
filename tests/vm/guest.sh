# shellcheck shell=dash disable=SC3045
# SPDX-License-Identifier: GPL-2.0-or-later
#
# guest.sh - the functions that scripts inside a guest use; sourced there by /job/main
#
# Knows the line to the KVM host's script. Must not know the tests.

say() { echo "say $*" >&3; }

# host REQUEST...: ask the KVM host's script, and wait for its answer
host() {
	local answer
	echo "$*" >&3
	read -r -t 60 answer <&3
	[ "$answer" = ok ] || { echo "host: $*: ${answer:-no answer}"; return 1; }
}
