/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unit.h - cmocka and what it needs before it, and how every unit test's main ends
 */
#ifndef IRQSTORM_UNIT_H
#define IRQSTORM_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

/* a test's name is a sentence; its function's, the sentence's short form */
#define TEST(sentence, function)                                                                   \
	{                                                                                          \
		sentence, function, NULL, NULL, NULL                                               \
	}

#define UNIT_MAIN(tests)                                                                           \
	int main(void)                                                                             \
	{                                                                                          \
		cmocka_set_message_output(CM_OUTPUT_TAP);                                          \
		return cmocka_run_group_tests_name(__FILE__, tests, NULL, NULL);                   \
	}

#endif
