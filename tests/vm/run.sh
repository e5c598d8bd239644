# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh - runs a job (see host.sh) on a KVM host: this machine where it really is one, otherwise one that QEMU emulates;
# sourced after vmlib.sh and images.sh
#
# Knows which hosts will do and how the emulated one is started. Must not know what the job is for.

# run_real_kvm: is this machine's KVM one that shows what the bed is about? Sets run_why where it is not.
# A /dev/kvm alone says little: it may be one that boots no ordinary kernel. And with APICv or AVIC the processor
# does the EOIs: the host neither grants the fast path nor sees the writes.
run_real_kvm() {
	local apicv
	run_why="no vmx or svm in /proc/cpuinfo"
	grep -qwE 'vmx|svm' /proc/cpuinfo || return
	run_why="not root"
	[ "$(id -u)" = 0 ] || return
	for apicv in /sys/module/kvm_intel/parameters/enable_apicv /sys/module/kvm_amd/parameters/avic; do
		run_why="$apicv is on"
		! grep -qsE '^[Y1]' "$apicv" || return
	done
	run_why="QEMU cannot start a virtual CPU on /dev/kvm"
	echo '{"execute":"qmp_capabilities"}{"execute":"quit"}' |
		timeout -k 1 10 qemu-system-x86_64 -nodefaults -no-user-config -display none -M pc -accel kvm \
			-cpu host,+kvm-pv-eoi -S -qmp stdio >/dev/null 2>&1
}

# run_job JOB OUT SECONDS: the job's progress goes to stderr. 0: every guest was booted (what came of it is in OUT).
# Two retries where the bed broke: the host died or stalled, or a guest's kernel never came as far as its init.
run_job() {
	local job=$1 out=$2 seconds=$3 try
	for try in 1 2 3; do
		rm -rf "$out"
		mkdir -p "$out"
		if [ "${IRQSTORM_VM_HOST-}" != emulated ] && run_real_kvm; then
			run_host=real
			# tap devices are to be in a namespace of their own
			vm_limit "$seconds" unshare -n busybox sh "$vm_dir/host.sh" "$job" "$out" 3>&2 &
			wait $!
		else
			run_host=emulated
			run_emulated "$job" "$out" "$seconds"
		fi
		run_complete "$job" "$out" && return
		echo "test bed: the KVM host broke down (try $try of 3)" >&2
		[ -z "${VM_KEEP-}" ] || cp -r "$out" "$vm_tmp/broken-$try"
	done
	return 1
}

# run_again JOB OUT SECONDS: once more the guests that died in an emulated host, whose names are printed. That emulation
# kills a guest now and then, or loses one of its interrupts, with or without our module in it: a guest that dies of what
# is tested dies again. On a real KVM host nothing is excused.
run_again() {
	local job=$1 out=$2 seconds=$3 conf name again=$vm_tmp/again
	[ "$run_host" = emulated ] || return
	rm -rf "$again"
	mkdir -p "$again/guests"
	for conf in "$job"/guests/*.conf; do
		name=${conf##*/}
		name=${name%.conf}
		[ -s "$out/$name/status" ] && continue
		cp "$conf" "$again/guests/"
		echo "$name"
	done
	[ -n "$(ls "$again/guests")" ] || return
	find "$job" -maxdepth 1 -type f -exec cp -t "$again" {} +
	run_job "$again" "$again.out" "$seconds" || return
	for conf in "$again"/guests/*.conf; do
		name=${conf##*/}
		name=${name%.conf}
		rm -rf "${out:?}/$name"
		mv "$again.out/$name" "$out/"
	done
	cat "$again.out/host-dmesg" >>"$out/host-dmesg"
}

run_complete() {
	local g
	[ -f "$2/done" ] || return
	for g in "$1"/guests/*.conf; do
		g=${g##*/}
		[ -f "$2/${g%.conf}/host/hello" ] || return
	done
}

# run_ticks PID: the CPU time of its child
run_ticks() { awk '{ print $14 + $15 }' "/proc/$(pgrep -P "$1" | head -n 1)/stat" 2>/dev/null || echo 0; }

# run_watch PID FILE PROCESSORS: shows what comes into the file, and ends the process when no hello is among it after a
# minute: a host that is not up by then will not come up. One of several processors that has not run for a minute stands
# still for good; with one processor it is a guest that does, whose own time will be over.
run_watch() {
	local i=0 shown=0 now ticks=0 before=0
	while kill -0 "$1" 2>/dev/null; do
		sleep 0.5
		now=$(wc -l <"$2")
		[ "$now" = "$shown" ] || sed -n "$((shown + 1)),${now}{/^hello\$/d; s/^/    /; p}" "$2" >&2
		shown=$now
		if [ $((i += 1)) = 120 ] && ! grep -q '^hello' "$2"; then
			echo "test bed: the emulated host does not come up" >&2
			kill "$1"
		fi
		if [ "$3" != 1 ] && [ $((i % 120)) = 0 ]; then
			ticks=$(run_ticks "$1")
			if [ $((ticks - before)) -lt 200 ]; then
				echo "test bed: the emulated host stands still" >&2
				kill "$1"
			fi
			before=$ticks
		fi
	done
	wait "$1"
}

# the emulated host: its initramfs is the base image and the job
run_emulated() {
	local job=$1 out=$2 seconds=$3 base e=$vm_tmp/emulated processors=1 rc
	[ ! -f "$job/emulated-processors" ] || processors=$(cat "$job/emulated-processors")
	base=$(images_base host) || exit
	rm -rf "$e"
	mkdir -p "$e/job/job"
	cp "$vm_dir/host.sh" "$e/job/job/"
	cp -r "$job"/. "$e/job/job/"
	[ ! -x "$job/irqstorm" ] || vm_bin "$e/job" "$job/irqstorm"
	cat >"$e/job/job/main" <<-'END'
		exec sh ./host.sh /job /out emulated
	END
	vm_cpio "$e/job" "$e/job.cpio"
	cat "$base" "$e/job.cpio" >"$e/initrd"
	rm -rf "$e/job" "$e/job.cpio"
	truncate -s 256M "$e/out"
	: >"$e/progress"
	# -cpu max has SVM; the guest's own PV-EOI is KVM's in there and needs nothing of this processor.
	# One processor: with two, QEMU translates while the other writes, and a host or guest that patches its own code
	# (tracepoints, static branches) sooner or later runs what is no longer there, and stalls or dies. In a job that has
	# more (emulated-processors) the others are off (maxcpus) until a guest asks, at a time when nothing patches.
	vm_limit "$seconds" nice qemu-system-x86_64 -name host -nodefaults -no-user-config -display none -no-reboot \
		-M pc -accel tcg -cpu "${IRQSTORM_VM_CPU:-max}" -smp "$processors" -m 3072 -kernel "$vm_kernel" -initrd "$e/initrd" \
		-append "console=ttyS0 quiet oops=panic panic=-1 nokaslr mitigations=off tsc=reliable maxcpus=1 VM_OUT=/dev/vda" \
		-chardev file,id=con,path="$e/console" -serial chardev:con \
		-chardev file,id=ctl,path="$e/progress" -serial chardev:ctl \
		-drive if=none,id=o,file="$e/out",format=raw -device virtio-blk-pci,drive=o,romfile= &
	run_watch $! "$e/progress" "$processors"
	rc=$?
	tar -x -f "$e/out" -C "$out" 2>/dev/null
	cp "$e/console" "$out/console" 2>/dev/null
	[ $rc = 0 ] || echo "test bed: the emulated host ended with $rc" >&2
}

# run_counted JOB OUT SCRIPT [OPTION...]: boots JOB's kernel and initrd in a guest that counts its instructions instead of
# time: one is one nanosecond. No KVM. The options are QEMU's. False when the guest handed nothing over.
# One vCPU thread, no I/O thread, no ioeventfd. QEMU's main thread still completes the reads: on the vCPU's own processor
# it does so at once; on another one, at a moment that depends on the machine's load, and so would the guest's path.
run_counted() {
	local job=$1 out=$2 script=$3 cpu
	shift 3
	cpu=$(sed -n 's/^Cpus_allowed_list:.*[^0-9]//p' /proc/self/status)
	truncate -s 64M "$vm_tmp/counted.tar"
	vm_limit 300 taskset -c "$cpu" nice qemu-system-x86_64 -name bench -nodefaults -no-user-config -display none -no-reboot \
		-M pc -accel tcg,thread=single -icount shift=0,sleep=off -rtc base=2026-01-01,clock=vm -seed 1 \
		-cpu max -smp 1 -m 1024 -kernel "$job/kernel" -initrd "$job/initrd" \
		-append "console=ttyS0 quiet oops=panic panic=-1 nokaslr norandmaps VM_OUT=/dev/vdb VM_SCRIPT=$script" "$@" \
		-chardev file,id=con,path="$vm_tmp/console" -serial chardev:con \
		-chardev file,id=ctl,path="$vm_tmp/progress" -serial chardev:ctl \
		-drive if=none,id=d,driver=null-co,read-zeroes=on,size=1G \
		-device virtio-blk-pci,drive=d,ioeventfd=off,romfile= \
		-drive if=none,id=o,file="$vm_tmp/counted.tar",format=raw -device virtio-blk-pci,drive=o,ioeventfd=off,romfile= &
	wait $!
	mkdir -p "$out"
	tar -x -f "$vm_tmp/counted.tar" -C "$out" 2>/dev/null
	[ -s "$out/status" ]
}

# job_guest ROOT JOB [SERIES]: the guests' kernel and initramfs: the base image and what is in ROOT, with ROOT/job/main made
# here. The kernel is the host's, or of SERIES.
job_guest() {
	local root=$1 job=$2 base vm_kernel=$vm_kernel vm_modules_dir=$vm_modules_dir
	[ -z "${3-}" ] || images_kernel "$3"
	# from 6.13 or so Linux does not come up on the XSAVE and AVX of the processor that QEMU emulates
	case ${3-} in
	7.*) echo qemu64,+x2apic,+tsc-deadline,+rdrand >"$job/emulated-cpu" ;;
	esac
	base=$(images_base guest) || exit
	cp "$vm_dir/guest.sh" "$root/job/"
	cat >"$root/job/main" <<-'END'
		. ./guest.sh
		[ -z "$VM_TRACE" ] || host trace-on 0
		(. "./$VM_SCRIPT")
		rc=$?
		[ -z "$VM_TRACE" ] || host trace-off all
		exit $rc
	END
	cp "$vm_kernel" "$job/kernel"
	vm_cpio "$root" "$job/guest.cpio"
	cat "$base" "$job/guest.cpio" >"$job/initrd"
	rm "$job/guest.cpio"
}
