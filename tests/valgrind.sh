#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a program so that what memcheck finds fails it: the status is then 99.
exec valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect \
  --fair-sched=yes "$@"
