#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# build.sh BUILD KDIR SOURCE... - builds the module in the folder BUILD, from copies of the sources, against KDIR
#
# Knows kbuild. Must not know where its caller keeps things.
# A file is copied only when it differs, so what did not change is not built again.
# With STRICT=1: sparse too, and any warning is a failure.

set -u
build=$1 kdir=$2
shift 2

if [ ! -e "$kdir/Makefile" ]; then
	echo "build.sh: $kdir holds no kernel headers; say make KDIR=DIR (Debian: package linux-headers-$(uname -r))" >&2
	exit 1
fi

for file; do
	case $file in
	*/uapi/*) copy=$build/uapi/${file##*/} ;;
	*) copy=$build/${file##*/} ;;
	esac
	mkdir -p "${copy%/*}" || exit 1
	cmp -s "$file" "$copy" || cp "$file" "$copy" || exit 1
done
build=$(cd "$build" && pwd) || exit 1

set -- W=1
# headers from 6.12 on come with a vmlinux to take BTF from, and then want pahole for every module
command -v pahole >/dev/null || set -- "$@" CONFIG_DEBUG_INFO_BTF_MODULES=

if [ "${STRICT-}" != 1 ]; then
	exec "${MAKE:-make}" -C "$kdir" M="$build" "$@" modules
fi

command -v sparse >/dev/null || { echo "build.sh: no sparse here (package sparse)" >&2; exit 1; }
set -- "$@" C=1
# all of it again: what is not compiled does not warn
rm -f "$build"/*.o
"${MAKE:-make}" -C "$kdir" M="$build" "$@" modules >"$build/log" 2>&1
status=$?
cat "$build/log"
[ $status = 0 ] || exit 1
# another gcc of the same series is none of the module's faults
if grep -v 'the compiler differs from the one used to build the kernel' "$build/log" | grep -qiE 'warning|error:'; then
	echo "build.sh: warnings against $kdir" >&2
	exit 1
fi
