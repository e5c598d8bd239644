# SPDX-License-Identifier: GPL-2.0-only
# The bridge to kbuild. The module is built in a copy of its sources, so that the source tree never gets a .ko, and that
# copy is what DKMS gets.
#	make module [KDIR=DIR]		%D%/build/irqstorm_eoi.ko
#	make check-kmod KDIRS="DIR..."	each in a folder of its own, %D%/build-1, -2, ...; a warning is a failure

KDIR = /lib/modules/$$(uname -r)/build
KDIRS = $(KDIR)

kmod_sources = \
	%D%/Kbuild \
	%D%/compat.h \
	%D%/eoi_account.c %D%/eoi_account.h \
	%D%/eoi_device.c \
	%D%/eoi_hook.c %D%/eoi_hook.h \
	%D%/eoi_source.c %D%/eoi_source.h \
	%D%/pmu.c %D%/pmu.h \
	%D%/pv_word.c %D%/pv_word.h \
	%D%/uapi/irqstorm_eoi.h

EXTRA_DIST += $(kmod_sources) %D%/build.sh %D%/dkms.conf.in
BUILT_TREES += %D%/build %D%/build-[0-9]*

# the sources, as they are seen from the build folder
kmod_build = set -- $(kmod_sources); \
	for f; do shift; set -- "$$@" "$(abs_top_srcdir)/$$f"; done; \
	MAKE='$(MAKE)' $(SHELL) $(abs_top_srcdir)/%D%/build.sh

module:
	+@$(kmod_build) $(abs_top_builddir)/%D%/build "$(KDIR)" "$$@"

check-kmod:
	+@n=0; for k in $(KDIRS); do \
		n=$$((n + 1)); \
		( STRICT=1; export STRICT; $(kmod_build) $(abs_top_builddir)/%D%/build-$$n "$$k" "$$@" ) || exit 1; \
	done; \
	echo "check-kmod: $$n kernels, no warning"

clean-kmod:
	rm -rf %D%/build %D%/build-[0-9]*

.PHONY: module check-kmod clean-kmod
