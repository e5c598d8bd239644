#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fetch.sh - gets kernels and kernel headers from the distribution's packages: downloaded and unpacked, never installed
#
#	fetch.sh kernel 6.1	prints two lines: the kernel image, and the modules directory (lib/modules/RELEASE)
#	fetch.sh headers 6.1	prints one line: a directory for make's KDIR
# and likewise 6.12, which Debian 12 has beside its own (in its security archive, too)
#
# Knows which packages make up a kernel of Debian, and how apt is asked for them. Knows no mirror: apt does. Must not
# know what the kernels are for.
# What is unpacked stays in the cache, under the package's name and version; a folder that is there is complete.
# Exit status: 0, or 77 and a reason where the packages cannot be had.

set -u
cache=${IRQSTORM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/irqstorm}

skip() { echo "fetch.sh: $*" >&2; exit 77; }
usage() { echo "usage: fetch.sh kernel|headers 6.1|6.12" >&2; exit 2; }

[ $# = 2 ] || usage
what=$1 series=$2
case $series in
6.1) release='6\.1\.[0-9.]+-[0-9]+-cloud-amd64' ;;
6.12) release='6\.12\.[0-9.]+\+deb[0-9]+-cloud-amd64' ;;
*) usage ;;
esac

# newest REGEX: the newest package of apt's lists whose whole name matches
newest() { apt-cache --generate pkgnames linux- 2>/dev/null | grep -xE "$1" | sort -V | tail -n 1; }
# version PACKAGE: the version that apt would download
version() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p' | grep -vxF '(none)'; }
# needs PACKAGE REGEX: the names among its direct dependencies that match
needs() { apt-cache depends "$1" | sed -n 's/^ *Depends: //p' | grep -xE "$2"; }

# unpack DIR PACKAGE...: the packages' files into DIR
unpack() {
	local dir=$1 p
	shift
	mkdir "$dir.debs" || return
	# shellcheck disable=SC2016 # $@ is for the inner shell
	(cd "$dir.debs" && apt-get -q -o APT::Sandbox::User= download "$@") >&2 || return
	for p in "$dir.debs"/*.deb; do
		dpkg -x "$p" "$dir" || return
	done
	rm -rf "$dir.debs"
}

# the two finishers work on the unpacked folder and on the release, and say what to print, relative to the folder
finish_kernel() {
	# busybox's depmod and insmod read no compressed modules
	find "$1/lib/modules" -name '*.ko.xz' -exec xz -d {} + || return
	busybox depmod -b "$1" "$2" || return
	printf '%s\n' "boot/vmlinuz-$2" "lib/modules/$2" >"$1/.paths"
}

finish_headers() {
	local h=usr/src/linux-headers-$2
	# its one line includes an absolute path
	# shellcheck disable=SC2016 # $( ) is make's
	sed -i -E 's|^include /usr/src/|include $(dir $(realpath $(lastword $(MAKEFILE_LIST))))../|' "$1/$h/Makefile" ||
		return
	printf '%s\n' "$h" >"$1/.paths"
}

print_paths() { sed "s|^|$1/|" "$1/.paths"; }

case $what in
kernel)	main=$(newest "linux-image-$release") ;;
headers) main=$(newest "linux-headers-$release") ;;
*)	usage ;;
esac

if [ -z "$main" ]; then
	# no lists: what an earlier run left is as good
	old=$(printf '%s\n' "$cache/$what-$series"/*/.paths | sort -V | tail -n 1)
	[ -f "$old" ] || skip "apt knows no cloud kernel $series ($what): apt-get update, or not a Debian with it"
	print_paths "${old%/.paths}"
	exit
fi

dir=$cache/$what-$series/${main}_$(version "$main")
if [ ! -f "$dir/.paths" ]; then
	release=${main#linux-*-}
	set -- "$main"
	# shellcheck disable=SC2046 # one word per package
	[ "$what" = kernel ] || set -- "$@" $(needs "$main" 'linux-(headers-.*-common|kbuild-.*)')
	mkdir -p "${dir%/*}" || exit 1
	tmp=$(mktemp -d "${dir%/*}/.new.XXXXXX") || exit 1
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 130' INT TERM
	unpack "$tmp/root" "$@" || skip "apt-get could not download $*"
	"finish_$what" "$tmp/root" "$release" || { echo "fetch.sh: cannot finish $dir" >&2; exit 1; }
	# if another run was faster, its folder is as good
	mv -T "$tmp/root" "$dir" 2>/dev/null || [ -f "$dir/.paths" ] || exit 1
fi
print_paths "$dir"
