# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tap.sh - says TAP; sourced by check-vm.sh, and used by the *_check functions of parts/
#
# Must not know what is tested.

tap_nr=0 tap_failed=0 tap_skipped=0 tap_prefix=''

tap_ok() { echo "ok $((tap_nr += 1)) - $tap_prefix$*"; }
tap_not_ok() { tap_failed=$((tap_failed + 1)); echo "not ok $((tap_nr += 1)) - $tap_prefix$*"; }

# tap_test SENTENCE COMMAND...: ok when the command succeeds; what it says is shown when not
tap_test() {
	local sentence=$1 said
	shift
	if said=$("$@" 2>&1); then
		tap_ok "$sentence"
	else
		tap_not_ok "$sentence"
		printf '%s\n' "$said" | sed 's/^/#   /'
	fi
}

# tap_is EXPECTED GOT SENTENCE
tap_is() {
	if [ "$1" = "$2" ]; then
		tap_ok "$3"
	else
		tap_not_ok "$3"
		printf 'expected: %s\n got: %s\n' "$1" "$2" | sed 's/^/#   /'
	fi
}

# tap_jq FILE FILTER SENTENCE: the filter is true for the JSON file
tap_jq() {
	if jq -e "$2" "$1" >/dev/null 2>&1; then
		tap_ok "$3"
	else
		tap_not_ok "$3"
		{ echo "not true: $2"; jq -c '.totals, (.cpus[] | del(.latency_ns))' "$1" 2>&1; } | sed 's/^/#   /'
	fi
}

# tap_from FILE NAME: a program's own TAP, passed on with the numbers of this one
tap_from() {
	local line sentence
	while read -r line; do
		sentence=${line#*ok }
		sentence=${sentence#* }
		sentence="$2: ${sentence#- }"
		case $line in
		ok*"# SKIP"*) tap_skipped=$((tap_skipped + 1)); tap_ok "$sentence" ;;
		ok*) tap_ok "$sentence" ;;
		not\ ok*) tap_not_ok "$sentence" ;;
		\#*) echo "$line" ;;
		esac
	done <"$1"
	grep -qE '^1\.\.[0-9]+' "$1" || { tap_not_ok "$2: it came to its end"; tap_diag "$1"; }
}

# tap_diag FILE...: their last lines
tap_diag() {
	local f
	for f; do
		[ -s "$f" ] && { echo "# ${f##*/}:"; tail -n 25 "$f" | sed 's/^/#   /'; }
	done
}

tap_end() {
	echo "1..$tap_nr"
	echo "$((tap_nr - tap_failed - tap_skipped)) passed, $tap_failed failed, $tap_skipped skipped"
	[ $tap_failed = 0 ]
	exit
}

tap_skip_all() {
	echo "1..0 # SKIP $*"
	echo "0 passed, 0 failed, 1 skipped"
	exit 77
}
