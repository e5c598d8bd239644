# SPDX-License-Identifier: GPL-2.0-or-later
bin_PROGRAMS += irqstorm
noinst_LIBRARIES += libirqstorm.a

irqstorm_SOURCES = %D%/main.c
irqstorm_LDADD = libirqstorm.a $(LIBS_NEEDED_LIBS) -lm

libirqstorm_a_SOURCES = \
	kmod/uapi/irqstorm_eoi.h \
	%D%/base/choice.c %D%/base/choice.h \
	%D%/base/cleanup.h \
	%D%/base/cpulist.c %D%/base/cpulist.h \
	%D%/base/err.c %D%/base/err.h \
	%D%/base/inetaddr.c %D%/base/inetaddr.h \
	%D%/base/mix.h \
	%D%/base/nearest.c %D%/base/nearest.h \
	%D%/base/units.c %D%/base/units.h \
	%D%/cli/cli.h \
	%D%/cli/cmd_compare.c \
	%D%/cli/cmd_list.c \
	%D%/cli/cmd_merge.c \
	%D%/cli/cmd_reflect.c \
	%D%/cli/cmd_restore.c \
	%D%/cli/cmd_run.c \
	%D%/cli/cmd_show.c \
	%D%/cli/optdefs.c %D%/cli/optdefs.h \
	%D%/cli/optexp.c \
	%D%/cli/options.c \
	%D%/cli/optset.c \
	%D%/cli/recfile.c %D%/cli/recfile.h \
	%D%/cli/sink.c %D%/cli/sink.h \
	%D%/cli/verbs.c %D%/cli/verbs.h \
	%D%/plan/describe.c %D%/plan/describe.h \
	%D%/plan/config.c %D%/plan/config.h \
	%D%/plan/cpus.c %D%/plan/cpus.h \
	%D%/plan/netplan.c %D%/plan/netplan.h \
	%D%/plan/placement.c %D%/plan/placement.h \
	%D%/plan/plan.c %D%/plan/plan.h \
	%D%/plan/request.c %D%/plan/request.h \
	%D%/plan/schedule.c %D%/plan/schedule.h \
	%D%/guest/affinity.c %D%/guest/affinity.h \
	%D%/guest/blkstack.c \
	%D%/guest/eoiblock.c %D%/guest/eoiblock.h \
	%D%/guest/eoidev.c %D%/guest/eoidev.h \
	%D%/guest/guest.c %D%/guest/guest.h \
	%D%/guest/irqmap.c %D%/guest/irqmap.h \
	%D%/guest/journal.c %D%/guest/journal.h \
	%D%/guest/irqvec.c %D%/guest/irqvec.h \
	%D%/guest/delta.h \
	%D%/guest/cpuid.c %D%/guest/cpuid.h \
	%D%/guest/nic.c %D%/guest/nic.h \
	%D%/guest/nvme.c %D%/guest/nvme.h \
	%D%/guest/scsi.c %D%/guest/scsi.h \
	%D%/guest/pcicap.c %D%/guest/pcicap.h \
	%D%/guest/rootfile.c %D%/guest/rootfile.h \
	%D%/guest/machine.c %D%/guest/machine.h \
	%D%/guest/procirq.c %D%/guest/procirq.h \
	%D%/guest/procstat.c %D%/guest/procstat.h \
	%D%/net/echo.c %D%/net/echo.h \
	%D%/net/link.c %D%/net/link.h \
	%D%/net/pair.c %D%/net/pair.h \
	%D%/run/apply.c %D%/run/apply.h \
	%D%/run/bisect.c %D%/run/bisect.h \
	%D%/run/blocks.c %D%/run/blocks.h \
	%D%/run/counting.c %D%/run/counting.h \
	%D%/run/gate.c %D%/run/gate.h \
	%D%/run/irqcount.c %D%/run/irqcount.h \
	%D%/run/lines.c %D%/run/lines.h \
	%D%/run/pacer.c %D%/run/pacer.h \
	%D%/run/program.c %D%/run/program.h \
	%D%/run/run.c %D%/run/run.h \
	%D%/run/soaker.c %D%/run/soaker.h \
	%D%/run/sampler.c %D%/run/sampler.h \
	%D%/run/sources.c %D%/run/sources.h \
	%D%/run/worker.c %D%/run/worker.h \
	%D%/record/check.c \
	%D%/record/fields.c %D%/record/fields.h \
	%D%/record/fieldsum.c \
	%D%/record/fold.c \
	%D%/record/hist.c %D%/record/hist.h \
	%D%/record/load.c \
	%D%/record/merge.c \
	%D%/record/record.c %D%/record/record.h \
	%D%/record/settings.c %D%/record/settings.h \
	%D%/record/save.c \
	%D%/record/store.h \
	%D%/analyze/analyze.c %D%/analyze/findings.h \
	%D%/analyze/bound.c %D%/analyze/bound.h \
	%D%/analyze/compare.c %D%/analyze/compare.h \
	%D%/analyze/comparison.c %D%/analyze/comparison.h \
	%D%/analyze/correlation.c %D%/analyze/correlation.h \
	%D%/analyze/cost.c %D%/analyze/cost.h \
	%D%/analyze/differences.c %D%/analyze/differences.h \
	%D%/analyze/eoi.c %D%/analyze/eoi.h \
	%D%/analyze/experiment.c %D%/analyze/experiment.h \
	%D%/analyze/judge.c %D%/analyze/judge.h \
	%D%/analyze/knee.c %D%/analyze/knee.h \
	%D%/analyze/metrics.c %D%/analyze/metrics.h \
	%D%/analyze/repeats.c %D%/analyze/repeats.h \
	%D%/analyze/resample.c %D%/analyze/resample.h \
	%D%/analyze/rows.c %D%/analyze/rows.h \
	%D%/analyze/stats.c %D%/analyze/stats.h \
	%D%/analyze/stats_change.c %D%/analyze/stats_change.h \
	%D%/analyze/stats_correlate.c \
	%D%/analyze/until.c %D%/analyze/until.h \
	%D%/output/cell.c \
	%D%/output/compare_json.c \
	%D%/output/compare_text.c \
	%D%/output/comparison_text.c %D%/output/comparison_text.h \
	%D%/output/correlation_json.c %D%/output/correlation_json.h \
	%D%/output/correlation_text.c \
	%D%/output/experiment_json.c %D%/output/experiment_json.h \
	%D%/output/experiment_text.c \
	%D%/output/json.c \
	%D%/output/judge_json.c %D%/output/judge_json.h \
	%D%/output/judge_text.c \
	%D%/output/output.h \
	%D%/output/plan_json.c \
	%D%/output/plan_text.c \
	%D%/output/program_text.c \
	%D%/output/progress.c \
	%D%/output/text.c %D%/output/text_table.c %D%/output/text_table.h \
	%D%/output/value.c %D%/output/value.h

EXTRA_DIST += %D%/cli/irqstorm.bash-completion
install-data-hook:
	$(MKDIR_P) '$(DESTDIR)$(bashcompdir)'
	$(INSTALL_DATA) $(srcdir)/%D%/cli/irqstorm.bash-completion '$(DESTDIR)$(bashcompdir)/irqstorm'
uninstall-hook:
	rm -f '$(DESTDIR)$(bashcompdir)/irqstorm'
