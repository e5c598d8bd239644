#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# record.sh - prints what irqstorm and hwloc read of this guest, as one text file that unpack.sh makes a root directory of
#
#	record.sh [-c CPUID] [-t] TITLE... >NAME.rec
#
#	-c CPUID	the program cpuid.c makes; without it the recording has no CPUID leaves and no APIC base MSR
#	-t		leave the topology out (of hundreds of CPUs: hwloc then sees CPUs without cores)
#
# To be run in the guest, by busybox sh too; each TITLE is a comment line at the top. The form, a line each:
#
#	# comment
#	D path			a directory
#	T path text		a file of one line
#	F path			a file, whose lines follow with a tab before each
#	X path			a file, whose bytes follow in hex in lines with a tab before each
#	L path target		a symbolic link
#
# What could tell one machine from another is not read (host names, serials, addresses), the local part of the
# kernel's version is cut off, and caches are left out.

cpuid='' topology=1
while getopts c:t opt; do
	case $opt in
	c) cpuid=$OPTARG ;;
	t) topology='' ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))

cd / || exit
export LC_ALL=C

lines() {	# path, from stdin
	echo "F $1"
	sed 's/^/\t/'
}

text() {	# path...: one line each; what cannot be read is not there
	for f; do
		[ -f "$f" ] || continue
		t=$(cat "$f" 2>/dev/null) && echo "T $f $t"
	done
}

hex() {		# path bytes
	[ -r "$1" ] || return
	echo "X $1"
	head -c "$2" "$1" | od -An -v -tx1 | sed 's/ //g; s/^/\t/'
}

link() {
	[ ! -L "$1" ] || echo "L $1 $(readlink "$1")"
}

kernel_files() {
	echo "T proc/sys/kernel/osrelease $(sed 's/^\([0-9.]*\)-fc.*/\1/' proc/sys/kernel/osrelease)"
	text proc/sys/kernel/io_uring_disabled proc/sys/kernel/io_uring_group
	grep '^CapEff' proc/self/status | lines proc/self/status
	sed -n '/^$/q; /^processor/p; /^vendor_id/p; /^flags/p' proc/cpuinfo | lines proc/cpuinfo
	# shellcheck disable=SC2094 # the first is but a name to print
	lines proc/interrupts <proc/interrupts
	[ -z "$cpuid" ] || "$cpuid"
}

cpu_files() {
	text sys/devices/system/cpu/possible sys/devices/system/cpu/online
	[ -n "$topology" ] || text sys/devices/system/cpu/cpu0/topology/package_cpus
	for c in sys/devices/system/cpu/cpu[0-9]*; do
		if [ -z "$topology" ]; then
			[ ! -d "$c/topology" ] || echo "D $c/topology"
			continue
		fi
		text "$c/online"
		for f in core_cpus package_cpus core_id physical_package_id; do
			text "$c/topology/$f"
		done
	done
	text sys/devices/system/node/online sys/devices/system/node/node[0-9]*/cpumap
}

# what hwloc asks to know which CPUs this process may have: one of the two cgroup hierarchies, where it is mounted
cpuset_files() {
	text proc/self/cpuset
	grep -E '^0:|:cpuset:' proc/self/cgroup | lines proc/self/cgroup
	grep -E ' cgroup2 | cgroup .*[ ,]cpuset[ ,]' proc/mounts | lines proc/mounts
	dir=$(cat proc/self/cpuset 2>/dev/null)
	awk '$3 ~ /^cgroup/ { print $2 }' proc/mounts | while read -r mount; do
		text "${mount#/}/cgroup.controllers"
		for f in cpuset.cpus cpuset.mems cpuset.cpus.effective cpuset.mems.effective; do
			text "${mount#/}${dir%/}/$f"
		done
	done
}

pci_function() {	# path of the device
	hex "$1/config" 256
	text "$1"/msi_irqs/*
	link "sys/bus/pci/devices/${1##*/}"
}

virtio_device() {	# path in sys/bus/virtio/devices
	dir=sys/bus/virtio/devices/$(readlink "$1")
	dir=sys/devices/${dir#*/devices/*/devices/}
	link "$1"
	[ ! -d "sys/bus/pci/devices/$(basename "${dir%/*}")" ] || pci_function "${dir%/*}"
	link "$dir/driver"
	for f in "$dir"/block/*/dev "$dir"/block/*/*/dev "$dir"/block/*/*/partition "$dir"/block/*/mq/*/cpu_list; do
		text "$f"
	done
	text "$dir"/net/*/flags "$dir"/net/*/carrier
	for f in "$dir"/net/*/queues/*; do
		[ ! -d "$f" ] || echo "D $f"
		text "$f/xps_cpus"
	done
}

nvme_controller() {	# path in sys/class/nvme
	case $(readlink "$1") in
	*/pci*) ;;
	*) return ;;
	esac
	dir=$(readlink "$1")
	dir=${dir#../../}
	link "$1"
	pci_function "sys/${dir%/nvme/*}"
	for f in "sys/$dir/${1##*/}"n*/dev "sys/$dir/${1##*/}"n*/*/dev "sys/$dir/${1##*/}"n*/*/partition \
		"sys/$dir/${1##*/}"n*/mq/*/cpu_list; do
		text "$f"
	done
}

irq_files() {
	sed -n 's/^ *\([0-9]*\):.*\(virtio\|nvme\).*/\1/p' proc/interrupts | while read -r irq; do
		text "proc/irq/$irq/smp_affinity_list" "proc/irq/$irq/effective_affinity_list"
	done
}

for title; do
	echo "# $title"
done
kernel_files
cpu_files
cpuset_files
for d in sys/bus/virtio/devices/*; do
	[ ! -L "$d" ] || virtio_device "$d"
done
for d in sys/class/nvme/*; do
	[ ! -L "$d" ] || nvme_controller "$d"
done
for d in sys/dev/block/*; do
	case $(readlink "$d") in
	*/virtio*|*/nvme*|*/loop0|*/zram0) link "$d" ;;
	esac
done
irq_files
