# shellcheck shell=dash disable=SC3045
# SPDX-License-Identifier: GPL-2.0-or-later
#
# host.sh JOB OUT [emulated] - what runs on the KVM host: boots the guests of a job, one after the other, and traces KVM for them
#
# Run by busybox's shell, on a host that QEMU emulates or on this very machine.
# Knows QEMU's command line for a guest, tracefs and perf. Must not know what a test is or what passes.
#
#	JOB/kernel JOB/initrd		of the guests
#	JOB/irqstorm			what reflects at the other end of a guest's tap device
#	JOB/guests/NAME.conf		one guest: shell assignments, see guest_defaults
#	JOB/emulated-cpu		if there, the CPU model that guests get for "host" where this host is emulated
#	JOB/emulated-processors		if there, how many processors this host has where it is emulated
#	OUT/NAME/			what guest NAME handed over: its own /out (status, log, dmesg, ...) and the host's
#					part in host/: qemu (exit status), console, traces, perf counts, and for one that
#					did not end in time QEMU's view of its vCPUs (monitor)
#	OUT/host-dmesg			of this host, from the job's begin on
#	file descriptor 3, if open	lines about the progress, for whoever waits outside
#
# A guest asks for things over its second serial port, a line each; the answer is a line too:
#	hello				(the guest's init is there; no answer)
#	say TEXT			TEXT goes to the progress (no answer)
#	trace-on FILTER			trace kvm_eoi, kvm_pv_eoi and the writes to MSR_KVM_PV_EOI_EN; FILTER is for the first
#					two, 0 for none
#	trace-off NAME			stop, and keep the trace as NAME.trace; one that still runs when the guest ends is
#					kept as end.trace
#	wake-in SECONDS			after so long, wake the guest up from a suspend
#	perf-on MICROSECONDS		count all events of kvm between two marks, that is writes of vCPU 0 to the PV-EOI MSR:
#					the first that comes so long after the one before it, and the next
#	perf-off NAME			keep what perf says as NAME.perf, and the microseconds between the two as NAME.us
#	processors all|one		an emulated host goes on with all that it has, or with the one it began with
#	reflect				irqstorm reflect at the other end of the guest's tap device, 192.0.2.1, until it ends

job=$1 out=$2 emulated=${3-}
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
	NICS=			# 2: two virtio-net devices on one hub
	PROCESSORS=1		# that an emulated host has for it; for check-vm.sh: guests that differ in it are of two jobs
	VHOST=			# queues of one more virtio-net device, on a tap with vhost-net, where this host has that
	NVME=			# anything: an NVMe disk too
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

# vcpus: lines "TID NAME" of this guest's vCPU threads, where a NAME is "CPU n/KVM"
vcpus() {
	local t
	for t in "/proc/$qemu/task"/*; do
		echo "${t##*/} $(cat "$t/comm")"
	done | grep '/KVM$'
}

trace_on() {
	local e
	echo 0 >"$inst/tracing_on"
	: >"$inst/trace"
	# only this guest's vCPU threads
	ls "/proc/$qemu/task" >"$inst/set_event_pid"
	# the kernel learns a thread's name some time after the trace began
	vcpus | sed 's|\([^ ]*\) \(.*\)|s~<\.\.\.>-\1 ~\2-\1 ~|' >"$tmp/names"
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
	sed -f "$tmp/names" "$inst/trace" >"$1.trace"
	rm "$tmp/names"
	# a trace that lost lines proves nothing
	cat "$inst"/per_cpu/cpu*/stats | awk '/overrun/ { n += $NF } END { print n + 0 }' >"$1.lost"
}

# perf is ready, with its events disabled, before this returns; a process of its own waits for the marks
perf_on() {
	local i=0
	: >"$inst/trace"
	ls "/proc/$qemu/task" >"$inst/set_event_pid"
	echo 1 >"$inst/events/kvm/kvm_msr/enable"
	echo 1 >"$inst/tracing_on"
	mkfifo "$tmp/perf.ctl" "$tmp/perf.ack"
	exec 6<>"$tmp/perf.ctl" 7<>"$tmp/perf.ack"
	perf stat -a -e 'kvm:*' -D -1 --control "fifo:$tmp/perf.ctl,$tmp/perf.ack" -o "$tmp/perf.out" 2>"$tmp/perf.err" &
	perf=$!
	until grep -qi 'events disabled' "$tmp/perf.err"; do
		[ $((i += 1)) -lt 300 ] || return
		usleep 100000
	done
	# not the shell's read (it polls, and a trace_pipe is ready for poll only when a good part of it is full), not cat
	# (busybox's splices): each line at once
	mkfifo "$tmp/perf.trace"
	dd if="$inst/trace_pipe" of="$tmp/perf.trace" bs=4096 2>/dev/null &
	pipe=$!
	perf_at_marks "$1" "$(vcpus | sed -n 's| CPU 0/KVM$||p')" <"$tmp/perf.trace" >"$tmp/perf.us" &
	marks=$!
}

# perf_at_marks MICROSECONDS TID
perf_at_marks() {
	local line now='' last='' begin=''
	while read -r line; do
		case $line in
		*"-$2 "*kvm_msr*) ;;
		*) continue ;;
		esac
		line=${line%%: kvm_msr*}
		line=${line##* }
		last=$now
		now=${line%.*}${line#*.}
		if [ -n "$begin" ]; then
			echo disable >&6
			echo $((now - begin))
			return
		elif [ -n "$last" ] && [ $((now - last)) -ge "$1" ]; then
			echo enable >&6
			begin=$now
		fi
	done
}

perf_off() {
	local i=0 rc=1
	while kill -0 "$marks" 2>/dev/null && [ $((i += 1)) -lt 50 ]; do
		usleep 100000
	done
	kill "$marks" 2>/dev/null || rc=0
	kill "$pipe" 2>/dev/null
	# both of perf's answers: it has disabled its events
	read -r -t 5 i <&7
	read -r -t 5 i <&7
	kill -INT "$perf"
	wait "$perf"
	echo 0 >"$inst/tracing_on"
	echo 0 >"$inst/events/kvm/kvm_msr/enable"
	exec 6>&- 7>&-
	mv "$tmp/perf.out" "$1.perf"
	mv "$tmp/perf.us" "$1.us"
	cat "$tmp/perf.err"
	rm -f "$tmp"/perf.*
	return $rc
}

# reply COMMAND...: run it, and tell the guest what came of it
reply() {
	if "$@" >>"$dir/log" 2>&1; then
		echo ok >&5
	else
		echo "failed: $*" >&5
	fi
}

wake_in() { (sleep "$1"; echo system_wakeup >"$tmp/mon.in") & }

# those beyond the first are off until a guest asks: run.sh says why
processors() {
	local cpu on=0
	[ -n "$emulated" ] || return 0
	[ "$1" != all ] || on=1
	for cpu in /sys/devices/system/cpu/cpu[1-9]*/online; do
		[ ! -f "$cpu" ] || echo $on >"$cpu" || return
	done
	echo "processors: $(cat /sys/devices/system/cpu/online)"
}

# the other end of the tap device, which QEMU made
reflect() {
	ip addr add 192.0.2.1/24 dev tap0 && ip link set tap0 up || return
	"$job/irqstorm" reflect --bind 192.0.2.1 >"$dir/reflect" 2>&1 &
	reflect=$!
}

# serve NAME: do what the guest asks until its line is closed; stdin is the line from the guest
serve() {
	local word rest reflect=
	while read -r -t "$TIMEOUT" word rest; do
		case $word in
		hello) echo yes >"$dir/hello" ;;
		say) progress "$1: $rest" ;;
		trace-on) reply trace_on "$rest" ;;
		trace-off) reply trace_off "$dir/$rest" ;;
		wake-in) reply wake_in "$rest" ;;
		perf-on) reply perf_on "$rest" ;;
		perf-off) reply perf_off "$dir/$rest" ;;
		processors) reply processors "$rest" ;;
		reflect) reply reflect ;;
		bye) break ;;
		*) reply false "unknown request: $word" ;;
		esac
	done
	[ -z "$reflect" ] || kill "$reflect" 2>/dev/null
}

# guest NAME: boots it and stays until it is gone; false when it did not even come up
guest() {
	local server watch rc
	dir=$out/$1/host
	rm -rf "${out:?}/$1"
	mkdir -p "$dir"
	guest_defaults
	# shellcheck disable=SC1090 # the job's
	. "$job/guests/$1.conf"
	if [ -n "$emulated" ] && [ -f "$job/emulated-cpu" ]; then
		CPU=$(echo "$CPU" | sed "s/^host\>/$(cat "$job/emulated-cpu")/")
	fi
	mkfifo "$tmp/ctl.in" "$tmp/ctl.out" "$tmp/mon.in" "$tmp/mon.out"
	exec 4<>"$tmp/ctl.out" 5<>"$tmp/ctl.in"
	dd if=/dev/zero of="$tmp/out" bs=1M count=0 seek=64 2>/dev/null
	nics=
	for nic in $(seq "${NICS:-0}"); do
		nics="$nics -netdev hubport,id=hub$nic,hubid=0 -device virtio-net-pci,netdev=hub$nic,romfile="
	done
	if [ -n "$VHOST" ] && [ -e /dev/vhost-net ] && [ -x "$job/irqstorm" ]; then
		nics="$nics -netdev tap,id=tap,ifname=tap0,script=no,downscript=no,vhost=on,queues=$VHOST"
		nics="$nics -device virtio-net-pci,netdev=tap,mq=on,vectors=$((2 * VHOST + 2)),romfile="
	fi
	# shellcheck disable=SC2086 # DISK, nics: none or more
	qemu-system-x86_64 -name guest,debug-threads=on -nodefaults -no-user-config -display none -no-reboot \
		-M pc -accel kvm -cpu "$CPU" -smp "$SMP" -m "$MEM" \
		-kernel "$job/kernel" -initrd "$job/initrd" \
		-append "console=ttyS0 quiet oops=panic panic=-1 log_buf_len=1M VM_OUT=/dev/vdb VM_SCRIPT=$SCRIPT $APPEND" \
		-chardev file,id=con,path="$dir/console" -serial chardev:con \
		-chardev pipe,id=ctl,path="$tmp/ctl" -serial chardev:ctl \
		-chardev pipe,id=mon,path="$tmp/mon" -mon chardev=mon,mode=readline \
		-drive if=none,id=d,driver=null-co,read-zeroes=on,size=1G -device virtio-blk-pci,drive=d,romfile=$DISK \
		$nics \
		${NVME:+-drive if=none,id=n,driver=null-co,read-zeroes=on,size=1G -device nvme,drive=n,serial=irqstorm} \
		-drive if=none,id=o,file="$tmp/out",format=raw,file.locking=off -device virtio-blk-pci,drive=o,romfile= \
		>"$dir/qemu.log" 2>&1 4>&- 5>&- &
	qemu=$!
	serve "$1" <&4 &
	server=$!
	watchdog &
	watch=$!
	wait $qemu
	rc=$?
	kill $watch 2>/dev/null
	echo bye >&4
	wait $server
	exec 4>&- 5>&-
	[ ! -f "$tmp/names" ] || trace_off "$dir/end"
	echo $rc >"$dir/qemu"
	tar -x -f "$tmp/out" -C "$out/$1" 2>/dev/null
	rm -f "$tmp"/ctl.* "$tmp"/mon.* "$tmp/out"
	progress "$1: qemu $rc, guest $(cat "$out/$1/status" 2>/dev/null || echo gone)"
	[ -f "$dir/hello" ]
}

# ends the guest when its time is over, or when it does not come up: that takes 5 to 20 s on an emulated host
watchdog() {
	local begin now _
	trap 'exit 0' TERM
	read -r begin _ </proc/uptime
	while sleep 1; do
		# a sleep may last longer than it should
		read -r now _ </proc/uptime
		now=$((${now%.*} - ${begin%.*}))
		[ $now -ge 60 ] && [ ! -f "$dir/hello" ] && break
		[ $now -ge "$TIMEOUT" ] && break
	done
	echo $now >"$dir/timeout"
	monitor >"$dir/monitor" 2>&1
	kill -KILL $qemu
}

# monitor: where a guest that hangs is, and what its local APICs wait for
monitor() {
	local n=0
	timeout 10 cat "$tmp/mon.out" &
	{
		while [ $n -lt "$SMP" ]; do
			echo "info lapic $n"
			n=$((n + 1))
		done
		echo "info registers -a"
	} >"$tmp/mon.in"
	wait $!
}

tmp=$(mktemp -d) || exit 1
# shellcheck disable=SC2046 # the children's numbers
trap 'kill $(jobs -p) 2>/dev/null; rmdir "$inst"; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
trace_init || exit 1
# while two processors walk nested page tables QEMU mixes up the states of host and guest, and the guest dies in seconds
if [ -n "$emulated" ] && [ -f "$job/emulated-processors" ]; then
	rmmod kvm_amd && insmod /modules/*-kvm-amd.ko npt=0 || exit 1
fi
begin="irqstorm test bed $$"
echo "$begin" >/dev/kmsg
for conf in "$job"/guests/*.conf; do
	conf=${conf##*/}
	conf=${conf%.conf}
	guest "$conf" || { progress "$conf did not come up: once more"; guest "$conf"; }
done
dmesg | sed "1,/$begin/d" >"$out/host-dmesg"
echo yes >"$out/done"
