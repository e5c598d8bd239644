# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmlib.sh - what the scripts of the VM test bed share; sourced by them
#
# Knows how a root file system in an initramfs is put together, and how a command is run so that it ends.
# Must not know what is run in the machines.

vm_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vm_cache=${IRQSTORM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/irqstorm}

# the exits that every script of the bed uses: 77 is "cannot run here", 99 is "the bed broke, the test says nothing"
vm_skip() { echo "SKIP: $*" >&2; exit 77; }
vm_broken() { echo "test bed: $*" >&2; exit 99; }

# vm_require COMMAND...: every one is there, or skip and say which package brings it
vm_require() {
	local c
	for c; do
		command -v "$c" >/dev/null ||
			vm_skip "no $c here (./bootstrap --with-vm installs it on Debian 12)"
	done
}

# vm_scratch: sets vm_tmp, a folder that goes away with the script, as do all its children
vm_scratch() {
	vm_tmp=$(mktemp -d "${TMPDIR:-/tmp}/irqstorm-vm.XXXXXX") || vm_broken "mktemp failed"
	trap vm_cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

vm_cleanup() {
	local p
	trap - EXIT
	for p in $(jobs -p); do
		kill -TERM "$p" 2>/dev/null	# most are timeout(1), which passes it on to all of its own
	done
	wait 2>/dev/null
	[ -n "${VM_KEEP-}" ] && { echo "kept: $vm_tmp" >&2; return; }
	rm -rf "$vm_tmp"
}

# vm_limit SECONDS COMMAND...: 124 or 137 when it took too long. Started in the background and waited for, so that a
# signal ends this shell at once, and vm_cleanup the command.
vm_limit() { exec timeout -k 5 "$@"; }

# vm_bin ROOT FILE...: programs (by name or path), and the libraries they ask for, under the same paths below ROOT
vm_bin() {
	local root=$1 f l
	shift
	for f; do
		f=$(command -v "$f") || vm_skip "no $f here"
		vm_copy "$root" "$f"
		for l in $(ldd "$f" 2>/dev/null | grep -oE '/[^ ]+'); do
			vm_copy "$root" "$l"
		done
	done
}

# vm_copy ROOT FILE...: the files (not their links) under the same paths below ROOT
vm_copy() {
	local root=$1 f
	shift
	for f; do
		[ -e "$root$f" ] && continue
		install -D -m 755 "$f" "$root$f" || vm_broken "cannot copy $f"
	done
}

# vm_modules ROOT MODULES_DIR NAME...: the modules and what they depend on, below ROOT/modules, numbered in the order of
# loading. What is built in needs none. modules.dep lists what a module needs, nearest first.
vm_modules() {
	local root=$1 dir=$2 name dep m n
	shift 2
	mkdir -p "$root/modules"
	n=$(find "$root/modules" -type f | wc -l)
	for name; do
		! grep -qsE "/${name//_/[-_]}\\.ko" "$dir/modules.builtin" || continue
		dep=$(grep -E "(^|/)${name//_/[-_]}\\.ko:" "$dir/modules.dep") || vm_broken "no module $name in $dir"
		for m in $(tr -d : <<<"$dep" | tr ' ' '\n' | tac); do
			[ -n "$(find "$root/modules" -name "*-${m##*/}")" ] && continue
			cp "$dir/$m" "$root/modules/$(printf %02d "$n")-${m##*/}" || vm_broken "no module $m"
			n=$((n + 1))
		done
	done
}

# vm_cpio DIR FILE: an uncompressed archive; several of them, one after the other, are one initramfs.
# (Unpacking compressed ones takes longer than reading them, on an emulated processor.)
vm_cpio() { (cd "$1" && find . | cpio -o -H newc -R 0:0 --quiet) >"$2" || vm_broken "cpio failed"; }
