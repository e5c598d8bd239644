#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# record-qemu.sh - boots QEMU guests (TCG) and records them: how the qemu-* and microvm-* recordings were made
#
#	record-qemu.sh KERNEL OUTDIR [NAME...]
#
#	KERNEL	what `dpkg -x linux-image-6.1.0-NN-cloud-amd64_*.deb KERNEL` made
#	NAME	default: all of the table below
#
# Needs QEMU, busybox (static), cpio and a C compiler with a static libc. Each guest has its serial port for the
# recording, and the kernel has no console (-M microvm has to have one for its serial port to work).

set -u
here=$(cd "$(dirname "$0")" && pwd)
kernel=$1 out=$2
shift 2

work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
vmlinuz=$(ls "$kernel"/boot/vmlinuz-*)
modules=$(ls -d "$kernel"/lib/modules/*/kernel)

disk='-drive if=none,id=d,driver=null-co,read-zeroes=on,size=1G'
disk2='-drive if=none,id=e,driver=null-co,read-zeroes=on,size=1G'
net='-netdev user,id=n,restrict=on'
pc_disk="$disk -device virtio-blk-pci,drive=d,addr=3"
pc_net="$net -device virtio-net-pci,netdev=n,addr=4,romfile="

# name, vCPUs, what is said of it, QEMU's options, and what init has to do beside the usual
guests() {
	row qemu-1 1 '1 vCPU' "$pc_disk $pc_net"
	row qemu-2 2 '2 vCPUs' "$pc_disk $pc_net"
	row qemu-4 4 '4 vCPUs' "$pc_disk $pc_net"
	row qemu-4-2q 4 '4 vCPUs, virtio-blk with 2 queues' "$pc_disk,num-queues=2 $pc_net"
	row qemu-2-shared 2 '2 vCPUs, virtio-blk with vectors=2' "$pc_disk,num-queues=2,vectors=2 $pc_net"
	row qemu-2-intx 2 '2 vCPUs, vectors=0 and both devices on one line' \
		"$pc_disk,vectors=0 $net -device virtio-net-pci,netdev=n,vectors=0,addr=7,romfile="
	row qemu-2-poll 2 '2 vCPUs, virtio_blk.poll_queues=1' "$pc_disk,num-queues=3 $pc_net" poll
	row qemu-2-cpu1-offline 2 '2 vCPUs, CPU 1 offline' "$pc_disk $pc_net" offline
	row qemu-2-cpuset 2 '2 vCPUs, recorded in a cpuset (cgroup 2) of CPU 0' "$pc_disk $pc_net" cpuset
	row microvm-2 2 '2 vCPUs, -M microvm (ACPI, no PCI)' "$disk -device virtio-blk-device,drive=d,num-queues=2
		$net -device virtio-net-device,netdev=n"
	row qemu-2-nvme 2 '2 vCPUs, NVMe with an I/O queue for each, and virtio-blk' "$pc_disk $disk2
		-device nvme,drive=e,serial=s,addr=5"
	row qemu-200 200 '200 vCPUs, virtio-blk with 4 queues' "$pc_disk,num-queues=4 $pc_net" many
}

initramfs() {
	local root=$work/root m

	mkdir -p "$root/bin" "$root/modules"
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$here/record.sh" "$root/"
	cc -O2 -static -o "$root/cpuid" "$here/cpuid.c" || exit
	for m in drivers/virtio/virtio drivers/virtio/virtio_ring drivers/virtio/virtio_pci_legacy_dev \
		drivers/virtio/virtio_pci_modern_dev drivers/virtio/virtio_pci drivers/virtio/virtio_mmio \
		drivers/block/virtio_blk net/core/failover drivers/net/net_failover drivers/net/virtio_net \
		arch/x86/kernel/msr; do
		[ ! -f "$modules/$m.ko" ] || cp "$modules/$m.ko" "$root/modules/"
	done
	cat >"$root/init" <<-'END'
	#!/bin/busybox sh
	export PATH=/bin
	busybox mkdir -p /proc /sys /dev
	busybox mount -t proc proc /proc
	busybox --install -s /bin
	mount -t sysfs sysfs /sys
	mount -t devtmpfs dev /dev
	exec </dev/null >/dev/null 2>&1	# -M microvm: no console, and then no such files
	for a in $(cat /proc/cmdline); do
		case $a in rec=*) rec=${a#rec=} ;; esac
	done
	poll=
	[ "$rec" != poll ] || poll=poll_queues=1
	for m in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_mmio failover \
		net_failover virtio_net msr; do
		[ ! -f /modules/$m.ko ] || insmod /modules/$m.ko
	done
	insmod /modules/virtio_blk.ko $poll
	for i in $(seq 60); do
		[ ! -b /dev/vda ] || [ ! -d /sys/class/net/eth0 ] || break
		sleep 1
	done
	ifconfig eth0 10.0.2.15 up
	ping -c 3 10.0.2.2
	for c in $(seq 0 $(($(nproc) - 1))); do
		[ ! -b /dev/nvme0n1 ] || taskset -c $c dd if=/dev/nvme0n1 of=/dev/null iflag=direct bs=4k count=$((10 * c + 10))
		[ $c -gt 3 ] || taskset -c $c dd if=/dev/vda of=/dev/null iflag=direct bs=4k count=$((100 * c + 100))
	done
	case $rec in
	offline) echo 0 >/sys/devices/system/cpu/cpu1/online ;;
	cpuset)
		mkdir -p /sys/fs/cgroup
		mount -t cgroup2 cgroup2 /sys/fs/cgroup
		echo +cpuset >/sys/fs/cgroup/cgroup.subtree_control
		mkdir /sys/fs/cgroup/small
		echo 0 >/sys/fs/cgroup/small/cpuset.cpus
		echo $$ >/sys/fs/cgroup/small/cgroup.procs ;;
	esac
	t=
	[ "$rec" != many ] || t=-t
	sh /record.sh -c /cpuid $t >/rec
	cat /rec >/dev/ttyS0
	echo '# end' >/dev/ttyS0
	poweroff -f
	END
	chmod +x "$root/init"
	(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet | gzip -1) >"$work/initrd"
}

# a guest that small numbers suffice for can't count to ten digits in our time
ten_digits() {
	awk '
	/^\t +CPU0/ { nr = NF }
	/^\t *[0-9A-Z]+:/ && NF > nr {
		rest = substr($0, index($0, ":") + 1)
		printf "%s", substr($0, 1, index($0, ":"))
		for (i = 2; i <= nr + 1; i++) {
			printf " %10.0f", $i ? ($i + 4294000000) % 4294967296 : 0
			sub(/^ +[0-9]+/, "", rest)
		}
		print rest
		next
	}
	{ print }'
}

row() {
	local name=$1 cpus=$2 said=$3 options=$4 rec=${5:-plain} machine='-M pc' console='' append='' thread=multi limit=${LIMIT:-120}

	case " $wanted " in *" $name "* | '  ') ;; *) return ;; esac
	[ "$name" != microvm-2 ] || { machine='-M microvm,acpi=on,rtc=on,isa-serial=on' append=console=ttyS0; }
	[ "$rec" != many ] || { limit=1500 thread=single append=lpj=1000000 console="-serial file:$work/console"; }
	# shellcheck disable=SC2086
	nice -n 19 timeout -k 10 $limit qemu-system-x86_64 $machine -accel tcg,thread=$thread -cpu max -smp "$cpus" -m 1024 \
		-nodefaults -display none -no-reboot -serial "file:$work/serial" $console \
		-kernel "$vmlinuz" -initrd "$work/initrd" -append "quiet panic=-1 nokaslr rec=$rec $append ${APPEND:-}" $options
	tr -d '\r' <"$work/serial" | sed -n '/^T proc/,/^# end/p' >"$work/rec"
	if [ "$(tail -n 1 "$work/rec")" != '# end' ]; then
		echo "$name: nothing recorded" >&2
		tail -n 20 "$work/serial" >&2
		return
	fi
	{
		echo "# $name: $said; QEMU $(qemu-system-x86_64 --version | sed -n '1s/.*version \([0-9.]*\).*/\1/p') (TCG," \
			"$machine), Debian's 6.1 cloud kernel."
		if [ "$rec" = many ]; then
			echo '# Recorded, and then derived: 4294000000 was added to each count that was not 0 (record-qemu.sh).'
			sed '$d' "$work/rec" | ten_digits
		else
			echo '# Recorded by record-qemu.sh.'
			sed '$d' "$work/rec"
		fi
	} >"$out/$name.rec"
	echo "$name: recorded"
}

wanted=$*
initramfs
mkdir -p "$out"
guests
