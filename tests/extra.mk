# SPDX-License-Identifier: GPL-2.0-or-later
# What make check leaves out because it needs tools (./bootstrap --with-ci) or minutes. Virtual machines: tests/vm/local.mk.
#	make check-valgrind		unit tests and some of the command line under memcheck; a leak or a bad access is a failure
#	make check-static		shellcheck, cppcheck, clang-format and gcc -fanalyzer
#	make check-loaded [ROUNDS=5]	make check on a busy machine, ROUNDS times beside two busy loops on each CPU and ROUNDS
#					times on one CPU that it shares with four
#	make coverage			lines and branches that make check reaches; after ./configure --enable-coverage

check-valgrind: all $(check_PROGRAMS) $(check_DATA)
	@command -v valgrind >/dev/null || { echo "check-valgrind: no valgrind here (./bootstrap --with-ci)" >&2; exit 1; }
	+@$(MAKE) check TESTS="$(longest_test) $(unit_tests) %D%/cli/null_run.sh %D%/cli/bad_input.sh %D%/cli/program.sh" \
		LOG_COMPILER="$(abs_top_srcdir)/%D%/valgrind.sh" \
		AM_TESTS_ENVIRONMENT="$(AM_TESTS_ENVIRONMENT) IRQSTORM_RUNNER='$(abs_top_srcdir)/%D%/valgrind.sh'; export IRQSTORM_RUNNER;"

check-static:
	@$(top_srcdir)/%D%/check-static.sh %D%/analyzer $(DEFS) $(AM_CPPFLAGS) $(LIBS_NEEDED_CFLAGS)

ROUNDS = 5
check-loaded: all $(check_PROGRAMS) $(check_DATA)
	+@MAKE='$(MAKE)' $(top_srcdir)/%D%/loaded.sh %D%/loaded '$(ROUNDS)'

coverage: all $(check_PROGRAMS) $(check_DATA)
	+@MAKE='$(MAKE)' $(top_srcdir)/%D%/coverage.sh '$(COVERAGE_CFLAGS)'

EXTRA_DIST += %D%/check-static.sh %D%/coverage.sh %D%/loaded.sh %D%/valgrind.sh
BUILT_TREES += %D%/analyzer %D%/loaded
.PHONY: check-valgrind check-static check-loaded coverage
