# SPDX-License-Identifier: GPL-2.0-or-later
# make check needs no root, no KVM and no kernel headers: unit tests on the library, the program on the null workload and
# on recorded guests, and what a script can see of the sources.

# most of a test's time is waiting: eight at a time, unless make was told how many
AM_MAKEFLAGS = $(if $(findstring -j,$(MAKEFLAGS)),,-j8)

cli_tests = \
	%D%/cli/net_run.sh \
	%D%/cli/null_run.sh \
	%D%/cli/bad_input.sh \
	%D%/cli/compare.sh \
	%D%/cli/docs.sh \
	%D%/cli/experiment.sh \
	%D%/cli/field.sh \
	%D%/cli/failif.sh \
	%D%/cli/file_run.sh \
	%D%/cli/install.sh \
	%D%/cli/kinds_run.sh \
	%D%/cli/output.sh \
	%D%/cli/program.sh \
	%D%/cli/record.sh \
	%D%/cli/recorded.sh \
	%D%/cli/reflect.sh \
	%D%/cli/restore.sh
static_tests = %D%/static/guards.sh %D%/static/borders.sh
EXTRA_DIST += $(cli_tests) $(static_tests) %D%/bold.awk %D%/lib.sh %D%/written.jq %D%/unit/unit.h %D%/unit/blocks.h %D%/unit/random_record.h \
	%D%/unit/recorded.h

if HAVE_CMOCKA
longest_test = %D%/unit/t_simulate
unit_tests = \
	%D%/unit/t_affinity \
	%D%/unit/t_analyze \
	%D%/unit/t_bound \
	%D%/unit/t_compare \
	%D%/unit/t_correlation \
	%D%/unit/t_cpulist \
	%D%/unit/t_eoidev \
	%D%/unit/t_experiment \
	%D%/unit/t_hist \
	%D%/unit/t_inetaddr \
	%D%/unit/t_irqcount \
	%D%/unit/t_irqmap \
	%D%/unit/t_judge \
	%D%/unit/t_machine \
	%D%/unit/t_metrics \
	%D%/unit/t_options \
	%D%/unit/t_nearest \
	%D%/unit/t_pacer \
	%D%/unit/t_packet \
	%D%/unit/t_plan \
	%D%/unit/t_procirq \
	%D%/unit/t_program \
	%D%/unit/t_record \
	%D%/unit/t_run \
	%D%/unit/t_schedule \
	%D%/unit/t_stats \
	%D%/unit/t_units
check_PROGRAMS += $(longest_test) $(unit_tests)
# the longest first, so that it is not alone at the end
TESTS += $(longest_test) $(static_tests) $(cli_tests) $(unit_tests)
else
TESTS += $(static_tests) $(cli_tests)
endif

unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
unit_ldadd = libirqstorm.a $(LIBS_NEEDED_LIBS) $(CMOCKA_LIBS) -lm

%C%_unit_t_affinity_CFLAGS = $(unit_cflags)
%C%_unit_t_affinity_LDADD = $(unit_ldadd)
%C%_unit_t_analyze_CFLAGS = $(unit_cflags)
%C%_unit_t_analyze_LDADD = $(unit_ldadd)
%C%_unit_t_bound_CFLAGS = $(unit_cflags)
%C%_unit_t_bound_LDADD = $(unit_ldadd)
%C%_unit_t_compare_CFLAGS = $(unit_cflags)
%C%_unit_t_compare_LDADD = $(unit_ldadd)
%C%_unit_t_correlation_CFLAGS = $(unit_cflags)
%C%_unit_t_correlation_LDADD = $(unit_ldadd)
%C%_unit_t_cpulist_CFLAGS = $(unit_cflags)
%C%_unit_t_cpulist_LDADD = $(unit_ldadd)
%C%_unit_t_eoidev_CFLAGS = $(unit_cflags)
%C%_unit_t_eoidev_LDADD = $(unit_ldadd)
%C%_unit_t_eoidev_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=ioctl
%C%_unit_t_experiment_CFLAGS = $(unit_cflags)
%C%_unit_t_experiment_LDADD = $(unit_ldadd)
%C%_unit_t_hist_CFLAGS = $(unit_cflags)
%C%_unit_t_hist_LDADD = $(unit_ldadd)
%C%_unit_t_inetaddr_CFLAGS = $(unit_cflags)
%C%_unit_t_inetaddr_LDADD = $(unit_ldadd)
%C%_unit_t_irqcount_CFLAGS = $(unit_cflags)
%C%_unit_t_irqcount_LDADD = $(unit_ldadd)
%C%_unit_t_irqmap_CFLAGS = $(unit_cflags)
%C%_unit_t_irqmap_LDADD = $(unit_ldadd)
%C%_unit_t_judge_CFLAGS = $(unit_cflags)
%C%_unit_t_judge_LDADD = $(unit_ldadd)
%C%_unit_t_machine_CFLAGS = $(unit_cflags)
%C%_unit_t_machine_LDADD = $(unit_ldadd)
%C%_unit_t_metrics_CFLAGS = $(unit_cflags)
%C%_unit_t_metrics_LDADD = $(unit_ldadd)
%C%_unit_t_options_CFLAGS = $(unit_cflags)
%C%_unit_t_options_LDADD = $(unit_ldadd)
%C%_unit_t_nearest_CFLAGS = $(unit_cflags)
%C%_unit_t_nearest_LDADD = $(unit_ldadd)
%C%_unit_t_pacer_CFLAGS = $(unit_cflags)
%C%_unit_t_pacer_LDADD = $(unit_ldadd)
%C%_unit_t_packet_CFLAGS = $(unit_cflags)
%C%_unit_t_packet_LDADD = $(unit_ldadd)
%C%_unit_t_plan_CFLAGS = $(unit_cflags)
%C%_unit_t_plan_LDADD = $(unit_ldadd)
%C%_unit_t_procirq_CFLAGS = $(unit_cflags)
%C%_unit_t_procirq_LDADD = $(unit_ldadd)
%C%_unit_t_program_CFLAGS = $(unit_cflags)
%C%_unit_t_program_LDADD = $(unit_ldadd)
%C%_unit_t_record_CFLAGS = $(unit_cflags)
%C%_unit_t_record_LDADD = $(unit_ldadd)
%C%_unit_t_run_SOURCES = %D%/unit/t_run.c %D%/unit/sim.c %D%/unit/sim.h
%C%_unit_t_run_CFLAGS = $(unit_cflags)
%C%_unit_t_run_LDADD = $(unit_ldadd)
# its clock, sleeps and threads are the test's: unit/sim.c
%C%_unit_t_run_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=clock_gettime,--wrap=clock_nanosleep \
	-Wl,--wrap=pthread_create,--wrap=pthread_join,--wrap=pthread_kill \
	-Wl,--wrap=pthread_cond_wait,--wrap=pthread_cond_timedwait \
	-Wl,--wrap=pthread_cond_signal,--wrap=pthread_cond_broadcast
%C%_unit_t_schedule_CFLAGS = $(unit_cflags)
%C%_unit_t_schedule_LDADD = $(unit_ldadd)
%C%_unit_t_simulate_CFLAGS = $(unit_cflags)
%C%_unit_t_simulate_LDADD = $(unit_ldadd)
%C%_unit_t_stats_CFLAGS = $(unit_cflags)
%C%_unit_t_stats_LDADD = $(unit_ldadd)
%C%_unit_t_units_CFLAGS = $(unit_cflags)
%C%_unit_t_units_LDADD = $(unit_ldadd)

# recorded guests: one reviewable file each, unpacked for the tests
machines = \
	%D%/machines/blank-line.rec \
	%D%/machines/firecracker-2.rec \
	%D%/machines/firecracker-2-user.rec \
	%D%/machines/hyperv-nvme.rec \
	%D%/machines/kernel-4.4.rec \
	%D%/machines/kvm-2.rec \
	%D%/machines/kvm-hv.rec \
	%D%/machines/lvm-luks.rec \
	%D%/machines/microvm-2.rec \
	%D%/machines/nvme-multipath.rec \
	%D%/machines/pvm-guest.rec \
	%D%/machines/q35-bridge.rec \
	%D%/machines/qemu-1.rec \
	%D%/machines/qemu-2.rec \
	%D%/machines/qemu-2-cpu1-offline.rec \
	%D%/machines/qemu-2-cpuset.rec \
	%D%/machines/qemu-2-intx.rec \
	%D%/machines/qemu-2-nvme.rec \
	%D%/machines/qemu-2-poll.rec \
	%D%/machines/qemu-2-shared.rec \
	%D%/machines/qemu-200.rec \
	%D%/machines/qemu-4.rec \
	%D%/machines/qemu-4-2q.rec \
	%D%/machines/sparse-cpus.rec \
	%D%/machines/virtio-scsi-4q.rec \
	%D%/machines/xen-hvm.rec
EXTRA_DIST += $(machines) %D%/machines/record.sh %D%/machines/record-qemu.sh \
	%D%/machines/unpack.sh %D%/machines/cpuid.c
BUILT_TREES += %D%/machines/unpacked
check_DATA = %D%/machines/unpacked/stamp

%D%/machines/unpacked/stamp: $(machines) %D%/machines/unpack.sh
	$(AM_V_GEN)rm -rf %D%/machines/unpacked && mkdir -p %D%/machines/unpacked && \
	for m in $(machines); do \
		$(SHELL) $(top_srcdir)/%D%/machines/unpack.sh $(top_srcdir)/$$m \
			%D%/machines/unpacked/$$(basename $$m .rec) || exit 1; \
	done && touch $@

AM_TESTS_ENVIRONMENT = \
	IRQSTORM='$(abs_top_builddir)/irqstorm'; export IRQSTORM; \
	IRQSTORM_MACHINES='$(abs_top_builddir)/%D%/machines/unpacked'; export IRQSTORM_MACHINES; \
	IRQSTORM_SRC='$(abs_top_srcdir)'; export IRQSTORM_SRC; \
	MAKE='$(MAKE)'; export MAKE;
