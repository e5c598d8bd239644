# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that run inside a guest with the module. Static, because the guest has no libraries; so without sanitizers.

check_PROGRAMS += %D%/eoi_abi %D%/eoi_tables %D%/eoi_perf %D%/eoi_windows %D%/eoi_storm
%C%_eoi_abi_SOURCES = %D%/eoi_abi.c %D%/tap.h
%C%_eoi_tables_SOURCES = %D%/eoi_tables.c %D%/tap.h
%C%_eoi_perf_SOURCES = %D%/eoi_perf.c %D%/tap.h
%C%_eoi_windows_SOURCES = %D%/eoi_windows.c
%C%_eoi_storm_SOURCES = %D%/eoi_storm.c
%C%_eoi_abi_CFLAGS = $(WARN_CFLAGS)
%C%_eoi_tables_CFLAGS = $(WARN_CFLAGS)
%C%_eoi_perf_CFLAGS = $(WARN_CFLAGS)
%C%_eoi_windows_CFLAGS = $(WARN_CFLAGS)
%C%_eoi_storm_CFLAGS = $(WARN_CFLAGS)
%C%_eoi_abi_LDFLAGS = -static
%C%_eoi_tables_LDFLAGS = -static
%C%_eoi_perf_LDFLAGS = -static
%C%_eoi_windows_LDFLAGS = -static
%C%_eoi_storm_LDFLAGS = -static

EXTRA_DIST += %D%/cycles.sh %D%/fast.awk %D%/path.sh %D%/windows.awk %D%/bench/Kbuild %D%/bench/eoi_bench.c
BUILT_TREES += %D%/bench/build
