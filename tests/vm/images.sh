# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# images.sh - the parts of the machines' initramfs that no test changes, kept in the cache; sourced after vmlib.sh
#
# Knows what a KVM host and a guest are made of. Must not know the tests.
# An image's name carries a hash of what it is made of: this folder's scripts, the kernel, the packages' versions.

# images_kernel SERIES: sets vm_kernel and vm_modules_dir
images_kernel() {
	local paths
	paths=$("$vm_dir/fetch.sh" kernel "$1") || exit
	vm_kernel=$(sed -n 1p <<<"$paths")
	vm_modules_dir=$(sed -n 2p <<<"$paths")
}

# images_base KIND: prints the path of KIND's archive, built if it is not there; KIND is host or guest
images_base() {
	local kind=$1 key image tmp
	key=$({
		cat "$vm_dir"/{images.sh,vmlib.sh,init}
		echo "$vm_modules_dir"
		dpkg-query -W busybox-static qemu-system-x86 linux-perf libc6
	} 2>/dev/null | sha256sum | cut -c 1-16)
	kind=$kind-${vm_modules_dir##*/}
	image=$vm_cache/images/$kind-$key.cpio
	if [ ! -f "$image" ]; then
		mkdir -p "$vm_cache/images"
		tmp=$(mktemp -d "$vm_cache/images/.new.XXXXXX") || vm_broken "cannot write $vm_cache"
		mkdir -p "$tmp/root/bin"
		(
			"images_$1" "$tmp/root" && install -m 755 "$vm_dir/init" "$tmp/root/init" &&
				vm_cpio "$tmp/root" "$tmp/cpio"
		) && rm -f "$vm_cache/images/$kind"-*.cpio && mv "$tmp/cpio" "$image"
		rm -rf "$tmp"
		[ -f "$image" ] || vm_broken "cannot make the $kind image"
	fi
	echo "$image"
}

images_busybox() {
	local b
	b=$(command -v busybox) || vm_skip "no busybox here (package busybox-static)"
	! ldd "$b" >/dev/null 2>&1 || vm_skip "busybox is not static (package busybox-static)"
	cp -L "$b" "$1/bin/busybox"
}

images_guest() {
	images_busybox "$1"
	vm_modules "$1" "$vm_modules_dir" virtio_pci virtio_blk virtio_net
}

images_host() {
	images_busybox "$1"
	vm_modules "$1" "$vm_modules_dir" virtio_pci virtio_blk kvm_amd vhost_net
	vm_bin "$1" qemu-system-x86_64 perf
	vm_copy "$1" /usr/share/seabios/bios-256k.bin /usr/share/qemu/{qboot.rom,linuxboot_dma.bin,kvmvapic.bin}
	# libraries that QEMU may load as modules are not needed: block drivers null-co and raw are built in
}
