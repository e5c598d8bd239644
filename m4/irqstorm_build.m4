# SPDX-License-Identifier: GPL-2.0-or-later

# IRQSTORM_WARNINGS: the warnings this code is written under, fatal with --enable-werror
AC_DEFUN([IRQSTORM_WARNINGS], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [warnings are errors])])
  WARN_CFLAGS="-std=gnu11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wvla dnl
-Wformat=2 -Wformat-truncation=0 -Wformat-nonliteral -Wpointer-arith -Wwrite-strings -Wundef"
  AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  AC_SUBST([WARN_CFLAGS])
])

# IRQSTORM_SANITIZE: --enable-sanitize=address,undefined (or thread)
AC_DEFUN([IRQSTORM_SANITIZE], [
  AC_ARG_ENABLE([sanitize], [AS_HELP_STRING([--enable-sanitize=LIST], [build with -fsanitize=LIST])])
  AS_IF([test "x${enable_sanitize:-no}" != xno],
        [SAN_CFLAGS="-fsanitize=$enable_sanitize -fno-sanitize-recover=all -fno-omit-frame-pointer"])
  AC_SUBST([SAN_CFLAGS])
])

# IRQSTORM_COVERAGE: --enable-coverage; before AC_PROG_CC, because lines are those of the source only without optimisation
AC_DEFUN([IRQSTORM_COVERAGE], [
  AC_BEFORE([$0], [AC_PROG_CC])
  AC_ARG_ENABLE([coverage], [AS_HELP_STRING([--enable-coverage], [build for make coverage])])
  AS_IF([test "x${enable_coverage:-no}" != xno],
        [COVERAGE_CFLAGS="--coverage -fprofile-update=atomic"
         : ${CFLAGS="-O0 -g"}])
  AC_SUBST([COVERAGE_CFLAGS])
])

# IRQSTORM_OPTIONAL(VAR, MODULE, WHAT): HAVE_VAR for automake, irqstorm_have_VAR for the summary
AC_DEFUN([IRQSTORM_OPTIONAL], [
  PKG_CHECK_MODULES([$1], [$2], [irqstorm_have_$1=yes], [irqstorm_have_$1="no: $2 not found"])
  AM_CONDITIONAL([HAVE_$1], [test "x$irqstorm_have_$1" = xyes])
])
