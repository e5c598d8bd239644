# SPDX-License-Identifier: GPL-2.0-or-later
# What reads files that others wrote, against files that nobody would write. Some hundred in make check; and
#	make check-fuzz		FUZZ_SECONDS (60) of them under sanitizers, and as long by libFuzzer where there is clang

check_PROGRAMS += %D%/fuzz_record
TESTS += %D%/fuzz_record
%C%_fuzz_record_SOURCES = %D%/fuzz_record.c tests/unit/random_record.h
%C%_fuzz_record_LDADD = libirqstorm.a $(LIBS_NEEDED_LIBS) -lm
BUILT_TREES += %D%/build

FUZZ_SECONDS = 60
fuzz_flags = -g -O1 -pthread $(DEFS) $(AM_CPPFLAGS) $(LIBS_NEEDED_CFLAGS) -fno-sanitize-recover=all
fuzz_sources = $(addprefix $(top_srcdir)/,$(filter %.c,$(libirqstorm_a_SOURCES))) $(top_srcdir)/%D%/fuzz_record.c

check-fuzz: %D%/fuzz_record$(EXEEXT)
	@rm -rf %D%/build && mkdir -p %D%/build/corpus && %D%/fuzz_record$(EXEEXT) -w %D%/build/corpus && \
	$(CC) $(fuzz_flags) -fsanitize=address,undefined -o %D%/build/changes $(fuzz_sources) $(LIBS_NEEDED_LIBS) -lm && \
	seed=1 && end=$$(($$(date +%s) + $(FUZZ_SECONDS))) && \
	while [ $$(date +%s) -lt $$end ]; do seed=$$((seed + 1)); %D%/build/changes 2000 $$seed >/dev/null || exit 1; done && \
	echo "check-fuzz: $$((seed - 1)) seeds, 2000 changed documents each" && \
	if command -v clang >/dev/null; then \
		clang $(fuzz_flags) -DLIBFUZZER -fsanitize=fuzzer,address,undefined -o %D%/build/fuzz $(fuzz_sources) \
			$(LIBS_NEEDED_LIBS) -lm && cd %D%/build && \
		./fuzz -max_total_time=$(FUZZ_SECONDS) -max_len=200000 -timeout=20 -print_final_stats=1 -verbosity=0 corpus; \
	fi
.PHONY: check-fuzz
