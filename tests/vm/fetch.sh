#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fetch.sh - gets kernels and kernel headers from the distribution's packages: downloaded and unpacked, never installed
#
#	fetch.sh kernel 6.1	prints two lines: the kernel image, and the modules directory (lib/modules/RELEASE)
#	fetch.sh headers 6.1	prints one line: a directory for make's KDIR
# and likewise 6.12, which Debian 12 has beside its own (in its security archive, too), and 7.2, which is sid's. Headers of
# sid are in a root of their own, with the gcc that they want: their KDIR hands the build over to kbuild in there.
#
# Knows which packages make up a kernel of Debian, and how apt is asked for them. Knows no mirror: apt does. Must not
# know what the kernels are for.
# What is unpacked stays in the cache, under the package's name and version; a folder that is there is complete.
# Exit status: 0, or 77 and a reason where the packages cannot be had.

set -u
cache=${IRQSTORM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/irqstorm}

skip() { echo "fetch.sh: $*" >&2; exit 77; }
usage() { echo "usage: fetch.sh kernel|headers 6.1|6.12|7.2" >&2; exit 2; }

[ $# = 2 ] || usage
what=$1 series=$2
case $series in
6.1) release='6\.1\.[0-9.]+-[0-9]+-cloud-amd64' ;;
6.12) release='6\.12\.[0-9.]+\+deb[0-9]+-cloud-amd64' ;;
7.2) release='7\.2\.[0-9.]+\+deb[0-9]+-cloud-amd64' suite=sid ;;
*) usage ;;
esac

apt=(-q -o APT::Sandbox::User=)

# another_suite: apt is to work on lists of their own, of $suite in the archive that this machine has its own from
another_suite() {
	local lists=$cache/apt-$suite uri
	# shellcheck disable=SC2016 # $( ) is apt's
	uri=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 2>/dev/null |
		awk '$2 !~ /-/ { print $1; exit }')
	mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial" || exit 1
	apt+=(-o Dir::Etc::sourcelist="$lists/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State="$lists"
		-o Dir::State::status=/dev/null -o Dir::Cache="$lists/cache" -o Acquire::Languages=none)
	[ -n "$uri" ] || return
	# what is younger than a day will do
	if [ -z "$(find "$lists/updated" -mtime -1 2>/dev/null)" ]; then
		echo "deb $uri $suite main" >"$lists/sources.list"
		apt-get "${apt[@]}" update >&2 && touch "$lists/updated"
	fi
}

# newest REGEX: the newest package of apt's lists whose whole name matches
newest() { apt-cache "${apt[@]}" --generate pkgnames linux- 2>/dev/null | grep -xE "$1" | sort -V | tail -n 1; }
# version PACKAGE: the version that apt would download
version() { apt-cache "${apt[@]}" policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p' | grep -vxF '(none)'; }
# needs PACKAGE REGEX: the names among its direct dependencies that match
needs() { apt-cache "${apt[@]}" depends "$1" | sed -n 's/^ *Depends: //p' | grep -xE "$2"; }

# unpack DIR PACKAGE...: the packages' files into DIR
unpack() {
	local dir=$1 p
	shift
	mkdir "$dir.debs" || return
	# shellcheck disable=SC2016 # $@ is for the inner shell
	(cd "$dir.debs" && apt-get "${apt[@]}" download "$@") >&2 || return
	for p in "$dir.debs"/*.deb; do
		dpkg -x "$p" "$dir" || return
	done
	rm -rf "$dir.debs"
}

# with_all PACKAGE...: these, and what they and a shell need to run in a root where nothing is installed
with_all() {
	apt-get "${apt[@]}" install -s --no-install-recommends "$@" make sparse base-files dash coreutils mawk sed grep findutils |
		awk '$1 == "Inst" { print $2 }'
}

# the two finishers work on the unpacked folder and on the release, and say what to print, relative to the folder
finish_kernel() {
	[ -d "$1/lib" ] || ln -s usr/lib "$1/lib" || return
	# busybox's depmod and insmod read no compressed modules
	find "$1/lib/modules" -name '*.ko.xz' -exec xz -d {} + || return
	busybox depmod -b "$1" "$2" || return
	[ -f "$1/boot/vmlinuz-$2" ] || { mkdir -p "$1/boot" && mv "$1/lib/modules/$2/vmlinuz" "$1/boot/vmlinuz-$2"; } || return
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

# like finish_headers, for a root that has all to build with. The package lacks the script that says whether sparse works.
finish_headers_root() {
	local h=usr/src/linux-headers-$2 mnt=run/build
	ln -s mawk "$1/usr/bin/awk" && mkdir -p "$1/$mnt" "$1/kdir" || return
	printf '#!/bin/sh\necho 1\n' | install -m 755 /dev/stdin "$1/$h/../linux-headers-${2%-cloud-amd64}-common/scripts/checker-valid.sh"
	cat >"$1/kdir/Makefile" <<-END
		# hands over to kbuild in the root above this folder; M is the folder to build
		unexport MAKEFLAGS MFLAGS MAKELEVEL
		root := \$(abspath \$(dir \$(realpath \$(lastword \$(MAKEFILE_LIST))))..)
		.PHONY: modules
		modules:
		\t@unshare --mount \$(if \$(filter-out 0,\$(shell id -u)),--map-root-user) sh -euc ' \\
		\t	mount --bind "\$\$1" "\$\$2/$mnt"; mount --rbind /dev "\$\$2/dev"; mount --rbind /proc "\$\$2/proc"; root=\$\$2; shift 2; \\
		\t	exec env -i PATH=/usr/sbin:/usr/bin "\$\$(command -v chroot)" "\$\$root" make -C /$h M=/$mnt "\$\$@" modules' \\
		\t	sh "\$(M)" "\$(root)" \$(filter-out M=%,\$(MAKEOVERRIDES))
	END
	sed -i 's/^\\t/\t/' "$1/kdir/Makefile"
	echo kdir >"$1/.paths"
}

print_paths() { sed "s|^|$1/|" "$1/.paths"; }

case $what in
kernel)	main=linux-image ;;
headers) main=linux-headers ;;
*)	usage ;;
esac
[ -z "${suite-}" ] || another_suite
main=$(newest "$main-$release")

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
	finish=finish_$what
	# shellcheck disable=SC2046 # one word per package
	case $what${suite:+-root} in
	kernel*) set -- "$main" $(needs "$main" 'linux-(base|binary|modules)-.*') ;;
	headers) set -- "$main" $(needs "$main" 'linux-(headers-.*-common|kbuild-.*)') ;;
	headers-root)
		set -- $(with_all "$main")
		finish=finish_headers_root
		;;
	esac
	mkdir -p "${dir%/*}" || exit 1
	tmp=$(mktemp -d "${dir%/*}/.new.XXXXXX") || exit 1
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 130' INT TERM
	unpack "$tmp/root" "$@" || skip "apt-get could not download $*"
	"$finish" "$tmp/root" "$release" || { echo "fetch.sh: cannot finish $dir" >&2; exit 1; }
	# if another run was faster, its folder is as good
	mv -T "$tmp/root" "$dir" 2>/dev/null || [ -f "$dir/.paths" ] || exit 1
fi
print_paths "$dir"
