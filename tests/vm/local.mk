# SPDX-License-Identifier: GPL-2.0-or-later
# What needs virtual machines: kept out of make check, as it takes minutes, QEMU and packages of the distribution.
#	make check-vm		irqstorm and its module in guests, against the host's tracepoints
#	make check-vm-full	the same with guests of each kernel
#	make demo		what PV-EOI saves, as guest and host tell it
#	make bench		what one I/O costs, against fio

vm_dir = $(top_srcdir)/%D%
# Of check-vm.sh's; check-vm-full boots all of them, on each kernel, with all parts. Switching tracepoints and the timing of
# EOIs patches the guest's code under a storm, and that has stalled the emulated host: those parts are for a real one.
VM_GUESTS = smp1 smp2 vhost smp2-xapic level no-pv-eoi
VM_SKIP = modes
# the guests' kernel: a series that fetch.sh knows; the host's is always 6.1
VM_GUEST_KERNEL = 6.1
vm_programs = tests/kmod/eoi_abi$(EXEEXT) tests/kmod/eoi_perf$(EXEEXT) tests/kmod/eoi_tables$(EXEEXT) \
	tests/kmod/eoi_windows$(EXEEXT) tests/kmod/eoi_storm$(EXEEXT)

EXTRA_DIST += \
	%D%/bench.sh \
	%D%/check-vm.sh \
	%D%/demo.sh \
	%D%/fetch.sh \
	%D%/guest.sh \
	%D%/host.sh \
	%D%/images.sh \
	%D%/init \
	%D%/l2run.sh \
	%D%/parts/abi.sh \
	%D%/parts/exact.sh \
	%D%/parts/hyperv.sh \
	%D%/parts/kill.sh \
	%D%/parts/kinds.sh \
	%D%/parts/level.sh \
	%D%/parts/log.sh \
	%D%/parts/modes.sh \
	%D%/parts/net.sh \
	%D%/parts/rate.sh \
	%D%/parts/reload.sh \
	%D%/parts/vhost.sh \
	%D%/parts/without.sh \
	%D%/run.sh \
	%D%/tap.sh \
	%D%/vmlib.sh

# The module, against the kernel that the guests run. Where the packages cannot be had (77), what comes next says so too.
module-for-vm:
	@kdir=$$($(vm_dir)/fetch.sh headers $(VM_GUEST_KERNEL)); rc=$$?; \
	case $$rc in 0) $(MAKE) module KDIR="$$kdir" >&2 ;; 77) ;; *) exit $$rc ;; esac

check-vm: irqstorm$(EXEEXT) $(vm_programs) module-for-vm
	@VM_SKIP='$(VM_SKIP)' VM_GUEST_KERNEL=$(VM_GUEST_KERNEL) $(vm_dir)/check-vm.sh $(top_builddir) $(VM_GUESTS) || [ $$? = 77 ]

check-vm-full:
	$(MAKE) check-vm VM_GUESTS= VM_SKIP= VM_GUEST_KERNEL=6.1
	$(MAKE) check-vm VM_GUESTS= VM_SKIP= VM_GUEST_KERNEL=6.12

demo: irqstorm$(EXEEXT) module-for-vm
	@$(vm_dir)/demo.sh $(top_builddir)

bench: irqstorm$(EXEEXT)
	@$(vm_dir)/bench.sh $(top_builddir)/irqstorm$(EXEEXT)

.PHONY: module-for-vm check-vm check-vm-full demo bench
