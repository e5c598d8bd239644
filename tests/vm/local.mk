# SPDX-License-Identifier: GPL-2.0-or-later
# What needs virtual machines: kept out of make check, as it takes minutes, QEMU and packages of the distribution.
#	make check-vm		irqstorm and its module in guests, against the host's tracepoints: all that there is on 6.1, and on
#				the other kernels what may differ there
#	make check-vm-6.12	one kernel; VM_GUESTS and VM_PARTS, if set, say which guests and which parts
#	make check-vm-full	all that there is on each kernel
#	make demo		what PV-EOI saves, as guest and host tell it
#	make bench		what one I/O costs, against fio, and what an EOI costs, in instructions
#	make bench-net		what a round trip of virtio-net costs, against sockperf; fails below 95 % of sockperf's rate

vm_dir = $(top_srcdir)/%D%
vm_kernels = 6.1 6.12 7.2
vm_programs = tests/kmod/eoi_abi$(EXEEXT) tests/kmod/eoi_perf$(EXEEXT) tests/kmod/eoi_tables$(EXEEXT) \
	tests/kmod/eoi_windows$(EXEEXT) tests/kmod/eoi_storm$(EXEEXT)

EXTRA_DIST += \
	%D%/bench-eoi.sh \
	%D%/bench-net.sh \
	%D%/bench.sh \
	%D%/check-vm.sh \
	%D%/demo.sh \
	%D%/fetch.sh \
	%D%/guest.sh \
	%D%/host.sh \
	%D%/images.sh \
	%D%/init \
	%D%/l2run.sh \
	%D%/parts/ab.sh \
	%D%/parts/abi.sh \
	%D%/parts/affinity.sh \
	%D%/parts/cycles.sh \
	%D%/parts/exact.sh \
	%D%/parts/failif.sh \
	%D%/parts/hotplug.sh \
	%D%/parts/hyperv.sh \
	%D%/parts/kill.sh \
	%D%/parts/kinds.sh \
	%D%/parts/level.sh \
	%D%/parts/log.sh \
	%D%/parts/modes.sh \
	%D%/parts/net.sh \
	%D%/parts/perf.sh \
	%D%/parts/rate.sh \
	%D%/parts/pipe.sh \
	%D%/parts/reload.sh \
	%D%/parts/shutdown.sh \
	%D%/parts/sockperf.sh \
	%D%/parts/suspend.sh \
	%D%/parts/vhost.sh \
	%D%/parts/without.sh \
	%D%/run.sh \
	%D%/tap.sh \
	%D%/vmlib.sh

# what ./bootstrap leaves out; where it cannot be installed, this prints the command and fails
vm-packages:
	@$(top_srcdir)/bootstrap --packages-only --with-vm

# The module, against the kernel that the guests run. Where the packages cannot be had (77), what comes next says so too.
vm_modules = $(vm_kernels:%=module-for-%)
$(vm_modules): module-for-%: kmod/version.h vm-packages
	+@kdir=$$($(vm_dir)/fetch.sh headers $*); rc=$$?; \
	case $$rc in 0) $(kmod_build) $(abs_top_builddir)/kmod/build-$* "$$kdir" "$$@" >&2 ;; 77) ;; *) exit $$rc ;; esac

vm_checks = $(vm_kernels:%=check-vm-%)
$(vm_checks): check-vm-%: irqstorm$(EXEEXT) $(vm_programs) module-for-%
	@$(vm_dir)/check-vm.sh $(top_builddir) $* $(VM_GUESTS) || [ $$? = 77 ]

check-vm: $(vm_checks) bench-eoi bench-net
check-vm-6.12 check-vm-7.2: VM_GUESTS = smp1 smp1-xapic smp2 smp2-xapic nopv
check-vm-6.12 check-vm-7.2: export VM_PARTS = exact abi perf modes log

check-vm-full:
	for k in $(vm_kernels); do $(MAKE) check-vm-$$k VM_GUESTS= VM_PARTS= || exit; done

demo: irqstorm$(EXEEXT) module-for-6.1
	@$(vm_dir)/demo.sh $(top_builddir)

bench: irqstorm$(EXEEXT) bench-eoi
	@$(vm_dir)/bench.sh $(top_builddir)/irqstorm$(EXEEXT)

bench-eoi: module-for-6.1
	+@kdir=$$($(vm_dir)/fetch.sh headers 6.1); rc=$$?; case $$rc in 0) ;; 77) exit 0 ;; *) exit $$rc ;; esac; \
	MAKE='$(MAKE)' $(SHELL) $(abs_top_srcdir)/kmod/build.sh $(abs_top_builddir)/tests/kmod/bench/build "$$kdir" \
		$(abs_top_srcdir)/tests/kmod/bench/Kbuild $(abs_top_srcdir)/tests/kmod/bench/eoi_bench.c >&2 && \
	{ $(vm_dir)/bench-eoi.sh $(top_builddir) || [ $$? = 77 ]; }

bench-net: irqstorm$(EXEEXT) vm-packages
	@$(vm_dir)/bench-net.sh $(top_builddir)/irqstorm$(EXEEXT) $(vm_kernels) || [ $$? = 77 ]

.PHONY: vm-packages $(vm_modules) $(vm_checks) check-vm check-vm-full demo bench bench-eoi bench-net
