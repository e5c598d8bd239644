# shellcheck shell=dash disable=SC3045
# SPDX-License-Identifier: GPL-2.0-or-later
#
# host.sh JOB OUT - what runs on the KVM host: boots the guests of a job, one after the other, and traces KVM for them
#
# Run by busybox's shell, on a host that QEMU emulates or on this very machine.
# Knows QEMU's command line for a guest, tracefs and perf. Must not know what a test is or what passes.
#
#	JOB/kernel JOB/initrd		of the guests
#	JOB/guests/NAME.conf		one guest: shell assignments, see guest_defaults
#	OUT/NAME/			what guest NAME handed over: its own /out (status, log, dmesg, ...) and the host's
#					part in host/: qemu (exit status), console, traces, perf counts
#	OUT/dmesg			of this host
#	file descriptor 3, if open	lines about the progress, for whoever waits outside
#
# A guest asks for things over its second serial port, a line each; the answer is a line too:
#	hello				(the guest's init is there; no answer)
#	say TEXT			TEXT goes to the progress (no answer)
#	trace-on FILTER			trace kvm_eoi, kvm_pv_eoi and the writes to MSR_KVM_PV_EOI_EN; FILTER is for the first
#					two, 0 for none
#	trace-off NAME			stop, and keep the trace as NAME.trace
#	perf-on NAME			count all events of kvm, from the mark that begins a measured period to the one
#	perf-off			that ends it (see perf_at_marks), and keep what perf says as NAME.perf

job=$1 out=$2
tracing=/sys/kernel/tracing
[ -d $tracing/events ] || mount -t tracefs tracefs $tracing
inst=$tracing/instances/irqstorm.$$
pv_eoi_msr=0x4b564d04

progress() { { echo "$*" >&3; } 2>/dev/null; }

guest_defaults() {
	SMP=1			# virtual CPUs
	MEM=512			# MiB
	CPU=host,+kvm-pv-eoi
	APPEND=			# for the kernel's command line
	DISK=			# more properties of the virtio-blk disk under storm
	SCRIPT=script		# the file of the guest's /job that is run
	TIMEOUT=120		# seconds, for all of it
}

trace_init() {
	mkdir "$inst" || return
	echo 16384 >"$inst/buffer_size_kb"
	echo global >"$inst/trace_clock"
	echo 0 >"$inst/tracing_on"
	echo "ecx == $pv_eoi_msr && write == 1" >"$inst/events/kvm/kvm_msr/filter"
	echo 4096 >$tracing/saved_cmdlines_size
}

trace_on() {
	local e
	echo 0 >"$inst/tracing_on"
	: >"$inst/trace"
	# only this guest's vCPU threads
	ls "/proc/$qemu/task" >"$inst/set_event_pid"
	for e in kvm_eoi kvm_pv_eoi; do
		echo "$1" >"$inst/events/kvm/$e/filter"
	done
	for e in kvm_eoi kvm_pv_eoi kvm_msr; do
		echo 1 >"$inst/events/kvm/$e/enable"
	done
	echo 1 >"$inst/tracing_on"
}

trace_off() {
	local e
	echo 0 >"$inst/tracing_on"
	for e in kvm_eoi kvm_pv_eoi kvm_msr; do
		echo 0 >"$inst/events/kvm/$e/enable"
	done
	cat "$inst/trace" >"$1.trace"
	# a trace that lost lines proves nothing
	cat "$inst"/per_cpu/cpu*/stats | awk '/overrun/ { n += $NF } END { print n + 0 }' >"$1.lost"
}

# serve NAME: do what the guest asks until its line is closed; stdin is the line from the guest
serve() {
	local word rest
	while read -r -t "$TIMEOUT" word rest; do
		case $word in
		hello) echo yes >"$dir/hello" ;;
		say) progress "$1: $rest" ;;
		trace-on) trace_on "$rest"; echo ok >&5 ;;
		trace-off) trace_off "$dir/$rest"; echo ok >&5 ;;
		bye) break ;;
		*) echo "unknown: $word" >&5 ;;
		esac
	done
}

# guest NAME: boots it and stays until it is gone
guest() {
	local server watch rc
	dir=$out/$1/host
	mkdir -p "$dir"
	guest_defaults
	# shellcheck disable=SC1090 # the job's
	. "$job/guests/$1.conf"
	mkfifo "$tmp/ctl.in" "$tmp/ctl.out"
	exec 4<>"$tmp/ctl.out" 5<>"$tmp/ctl.in"
	dd if=/dev/zero of="$tmp/out" bs=1M count=0 seek=64 2>/dev/null
	# shellcheck disable=SC2086 # DISK: none or more
	qemu-system-x86_64 -name guest,debug-threads=on -nodefaults -no-user-config -display none -no-reboot \
		-M pc -accel kvm -cpu "$CPU" -smp "$SMP" -m "$MEM" \
		-kernel "$job/kernel" -initrd "$job/initrd" \
		-append "console=ttyS0 quiet oops=panic panic=-1 VM_OUT=/dev/vdb VM_SCRIPT=$SCRIPT $APPEND" \
		-chardev file,id=con,path="$dir/console" -serial chardev:con \
		-chardev pipe,id=ctl,path="$tmp/ctl" -serial chardev:ctl \
		-drive if=none,id=d,driver=null-co,read-zeroes=on,size=1G -device virtio-blk-pci,drive=d,romfile=$DISK \
		-drive if=none,id=o,file="$tmp/out",format=raw,file.locking=off -device virtio-blk-pci,drive=o,romfile= \
		>"$dir/qemu.log" 2>&1 4>&- 5>&- &
	qemu=$!
	serve "$1" <&4 &
	server=$!
	{ sleep "$TIMEOUT"; echo timeout >"$dir/timeout"; kill -KILL $qemu; } 2>/dev/null &
	watch=$!
	wait $qemu
	rc=$?
	kill $watch
	echo bye >&4
	wait $server
	exec 4>&- 5>&-
	echo $rc >"$dir/qemu"
	tar -x -f "$tmp/out" -C "$out/$1" 2>/dev/null
	rm -f "$tmp"/ctl.* "$tmp/out"
	progress "$1: qemu $rc, guest $(cat "$out/$1/status" 2>/dev/null || echo gone)"
}

tmp=$(mktemp -d) || exit 1
# shellcheck disable=SC2046 # the children's numbers
trap 'kill $(jobs -p) 2>/dev/null; rmdir "$inst"; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
trace_init || exit 1
for conf in "$job"/guests/*.conf; do
	conf=${conf##*/}
	guest "${conf%.conf}"
done
dmesg >"$out/dmesg"
echo yes >"$out/done"
