# SPDX-License-Identifier: GPL-2.0-only
# The bridge to kbuild. The module is built in a copy of its sources, so that the source tree never gets a .ko, and that
# copy is what DKMS gets.
#	make module [KDIR=DIR]		%D%/build/irqstorm_eoi.ko
#	make check-kmod KDIRS="DIR..."	each in a folder of its own, %D%/build-1, -2, ...; a warning is a failure. Also what
#					DKMS would build, against the first
#	make dkms-install [DESTDIR=DIR]	the same files and dkms.conf, to where DKMS looks for sources
#	make dkms-uninstall [DESTDIR=DIR]

KDIR = /lib/modules/$$(uname -r)/build
KDIRS = $(KDIR)

kmod_sources = \
	%D%/Kbuild \
	%D%/compat.h \
	%D%/eoi_account.c %D%/eoi_account.h \
	%D%/eoi_device.c \
	%D%/eoi_hook.c %D%/eoi_hook.h \
	%D%/eoi_pmu.c %D%/eoi_pmu.h \
	%D%/eoi_source.c %D%/eoi_source.h \
	%D%/pv_eoi.c %D%/pv_eoi.h \
	%D%/uapi/irqstorm_eoi.h

EXTRA_DIST += $(kmod_sources) %D%/build.sh %D%/dkms.conf.in %D%/version.h.in
CLEANFILES += %D%/version.h
BUILT_TREES += %D%/build %D%/build-[0-9]* %D%/build-dkms

# the sources, as they are seen from the build folder
kmod_build = set -- $(kmod_sources); \
	for f; do shift; set -- "$$@" "$(abs_top_srcdir)/$$f"; done; \
	set -- "$$@" $(abs_top_builddir)/%D%/version.h; \
	MAKE='$(MAKE)' $(SHELL) $(abs_top_srcdir)/%D%/build.sh

%D%/version.h: %D%/version.h.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && sed 's/@[V]ERSION@/$(PACKAGE_VERSION)/' $(srcdir)/%D%/version.h.in >$@

module: %D%/version.h
	+@$(kmod_build) $(abs_top_builddir)/%D%/build "$(KDIR)" "$$@"

check-kmod: %D%/version.h
	@command -v sparse >/dev/null || $(top_srcdir)/bootstrap --packages-only --with-vm
	+@n=0; for k in $(KDIRS); do \
		n=$$((n + 1)); \
		( STRICT=1; export STRICT; $(kmod_build) $(abs_top_builddir)/%D%/build-$$n "$$k" "$$@" ) || exit 1; \
		$(SHELL) $(top_srcdir)/tests/kmod/path.sh %D%/build-$$n/irqstorm_eoi.ko || exit 1; \
	done; \
	set -- $(KDIRS); \
	$(MAKE) DESTDIR='$(abs_top_builddir)/%D%/build-dkms' dkms-install >/dev/null && \
	$(MAKE) -C "$$1" M='$(abs_top_builddir)/%D%/build-dkms$(dkms_to)' CONFIG_DEBUG_INFO_BTF_MODULES= modules >/dev/null || exit 1; \
	echo "check-kmod: $$n kernels, and what DKMS gets; no warning"

dkms_to = /usr/src/irqstorm_eoi-$(PACKAGE_VERSION)
dkms_dir = $(DESTDIR)$(dkms_to)

# into a fresh folder, so that no file of another time is built too
dkms-install: %D%/version.h
	rm -rf '$(dkms_dir)'
	$(MKDIR_P) '$(dkms_dir)/uapi'
	cd $(srcdir) && $(INSTALL_DATA) $(filter-out %D%/uapi/%,$(kmod_sources)) '$(dkms_dir)'
	cd $(srcdir) && $(INSTALL_DATA) $(filter %D%/uapi/%,$(kmod_sources)) '$(dkms_dir)/uapi'
	$(INSTALL_DATA) %D%/version.h '$(dkms_dir)'
	sed 's/@[V]ERSION@/$(PACKAGE_VERSION)/' $(srcdir)/%D%/dkms.conf.in >'$(dkms_dir)/dkms.conf'
	@echo 'next: dkms install irqstorm_eoi/$(PACKAGE_VERSION)'

dkms-uninstall:
	rm -rf '$(dkms_dir)'

clean-kmod:
	rm -rf %D%/build %D%/build-[0-9]* %D%/build-dkms

.PHONY: module check-kmod dkms-install dkms-uninstall clean-kmod
