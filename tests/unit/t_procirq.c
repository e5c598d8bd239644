// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * t_procirq.c - /proc/interrupts as kernels write it, and as none should
 */
#include "recorded.h"

#include "base/err.h"
#include "guest/delta.h"
#include "guest/procirq.h"

static int parse(struct procirq *p, const char *text)
{
	err_clear();
	return procirq_parse(p, text, strlen(text));
}

static const struct procirq_row *row_of(const struct procirq *p, const char *label)
{
	const struct procirq_row *row = procirq_find(p, label);

	assert_non_null(row);
	return row;
}

static void columns_have_the_cpu_ids_of_the_first_line(void **state)
{
	struct procirq p = { 0 };

	(void)state;
	assert_int_equal(parse(&p,
			       "            CPU0       CPU2      CPU17 \n"
			       " 36:         10         20         30   PCI-MSI 49153-edge      "
			       "virtio0-req.0\n"
			       "LOC:          1          2          3   Local timer interrupts\n"),
			 0);
	assert_int_equal(p.nr_cpus, 3);
	assert_int_equal(procirq_count(&p, "36", 0), 10);
	assert_int_equal(procirq_count(&p, "36", 2), 20);
	assert_int_equal(procirq_count(&p, "36", 17), 30);
	assert_int_equal(procirq_count(&p, "36", 1), 0);
	assert_int_equal(procirq_count(&p, "36", 18), 0);
	assert_int_equal(procirq_count(&p, "37", 0), 0);
	assert_true(procirq_has_cpu(&p, 17));
	assert_false(procirq_has_cpu(&p, 1));
	assert_false(procirq_has_cpu(&p, UINT_MAX));
	assert_string_equal(procirq_text(&p, row_of(&p, "36")),
			    "PCI-MSI 49153-edge      virtio0-req.0");
	assert_string_equal(procirq_text(&p, row_of(&p, "LOC")), "Local timer interrupts");
	assert_null(procirq_find(&p, "3"));
	procirq_fini(&p);
}

static void err_and_mis_have_one_count_and_it_is_no_cpus(void **state)
{
	struct procirq p = { 0 };

	(void)state;
	assert_int_equal(parse(&p, "  CPU0 CPU1\nERR:          7\nMIS:          0\n"), 0);
	assert_int_equal(row_of(&p, "ERR")->nr_counts, 1);
	assert_int_equal(p.counts[row_of(&p, "ERR")->counts], 7);
	assert_string_equal(procirq_text(&p, row_of(&p, "ERR")), "");
	assert_int_equal(procirq_count(&p, "ERR", 0), 0);
	procirq_fini(&p);
}

static void a_line_of_other_architectures_is_taken(void **state)
{
	struct procirq p = { 0 };

	(void)state;
	assert_int_equal(parse(&p, "           CPU0       CPU1\n"
				   " 11:       1234       5678     GICv3  27 Level     arch_timer\n"
				   "IPI0:         1          2       Rescheduling interrupts\n"
				   "Err:          0\n"),
			 0);
	assert_string_equal(procirq_text(&p, row_of(&p, "11")), "GICv3  27 Level     arch_timer");
	assert_int_equal(procirq_count(&p, "IPI0", 1), 2);
	procirq_fini(&p);
}

static void a_file_without_a_newline_at_its_end_is_taken(void **state)
{
	struct procirq p = { 0 };

	(void)state;
	assert_int_equal(parse(&p, "CPU0\nLOC: 5 Local timer interrupts"), 0);
	assert_int_equal(procirq_count(&p, "LOC", 0), 5);
	procirq_fini(&p);
}

static void counts_are_64_bits_wide(void **state)
{
	struct procirq p = { 0 };

	(void)state;
	assert_int_equal(parse(&p, "CPU0 CPU1\nLOC: 4294967295 18446744073709551615 x\n"), 0);
	assert_true(procirq_count(&p, "LOC", 0) == UINT64_C(4294967295));
	assert_true(procirq_count(&p, "LOC", 1) == UINT64_MAX);
	assert_int_equal(parse(&p, "CPU0\nLOC: 18446744073709551616 x\n"), 0);
	assert_null(procirq_find(&p, "LOC"));
	procirq_fini(&p);
}

static void a_count_that_wrapped_at_32_bits_still_gives_the_difference(void **state)
{
	(void)state;
	assert_int_equal(delta_u32(100, 350), 250);
	assert_int_equal(delta_u32(7, 7), 0);
	assert_int_equal(delta_u32(4294967290, 10), 16);
	assert_int_equal(delta_u32(4294967295, 0), 1);
	assert_true(delta_u32(UINT64_C(5000000000), UINT64_C(6000000000)) == UINT64_C(1000000000));
	/* no 32-bit counter was there, or it was far from its end: it went back */
	assert_true(delta_u32(UINT64_C(5000000000), 1) == DELTA_UNKNOWN);
	assert_true(delta_u32(1000, 3) == DELTA_UNKNOWN);
	assert_true(delta_u32(3000000000, 2999999999) == DELTA_UNKNOWN);
	assert_true(delta_u64(5, 4) == DELTA_UNKNOWN);
	assert_true(delta_u64(DELTA_UNKNOWN, 4) == DELTA_UNKNOWN);
	assert_int_equal(delta_u64(4, 9), 5);
	assert_true(delta_sum(1, DELTA_UNKNOWN) == DELTA_UNKNOWN);
}

static void junk_is_refused_with_a_sentence(void **state)
{
	static const char *const junk[] = {
		"",
		"\n",
		"   \n",
		"hello\n",
		"CPU\n",
		"CPU-1\n",
		"CPUx CPU1\n",
		"CPU0x\n",
		"CPU0 CPU0\n",
		"CPU1 CPU0\n",
		"CPU0 1\n",
		"CPU65536\n",
		"CPU99999999999999999999\n",
		"36: 1 2 x\n",
		"\xff\xfe\x01\n",
	};
	struct procirq p = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(junk) / sizeof(*junk); i++) {
		if (parse(&p, junk[i]) != -EINVAL)
			fail_msg("taken: \"%s\"", junk[i]);
		assert_true(err_sentence()[0]);
		assert_int_equal(p.nr_cpus, 0);
		assert_int_equal(p.nr_rows, 0);
		assert_null(procirq_find(&p, "36"));
		assert_int_equal(procirq_count(&p, "36", 0), 0);
	}
	err_clear();
	assert_int_equal(procirq_parse(&p, "CPU0\nLOC: 1 \0x\n", 16), -EINVAL);
	assert_int_equal(parse(&p, "CPU0\nLOC: 1 x\n"), 0); /* and it can be read into again */
	procirq_fini(&p);
}

static void lines_of_another_form_are_skipped(void **state)
{
	static const char *const lines[] = {
		"\n",
		"36\n",
		": 1 x\n",
		"36 1: x\n",
		"label-without-an-end: 1 x\n",
		"36:\n",
		"36: x\n",
		"36: -1 x\n",
		"36: 1x y\n",
		"36: 0x10 y\n",
		"36: 99999999999999999999 x\n",
		"\xff: \x80\n",
	};
	struct procirq p = { 0 };
	char text[256];

	(void)state;
	err_clear();
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		snprintf(text, sizeof(text), "CPU0\n35: 4 x\n%sLOC: 5 y\n", lines[i]);
		if (parse(&p, text))
			fail_msg("refused: \"%s\": %s", lines[i], err_sentence());
		assert_int_equal(p.nr_rows, 2);
		assert_int_equal(procirq_count(&p, "35", 0), 4);
		assert_int_equal(procirq_count(&p, "LOC", 0), 5);
	}
	procirq_fini(&p);
}

static void a_line_with_another_number_of_cpus_asks_to_be_read_again(void **state)
{
	struct procirq p = { 0 };

	(void)state;
	assert_int_equal(parse(&p, "CPU0 CPU1 CPU2\n36: 1 2 x\n"), -EAGAIN);
	assert_int_equal(parse(&p, "CPU0 CPU1\n36: 1 x\n"), -EAGAIN);
	assert_int_equal(parse(&p, "CPU0 CPU1\n36: 1 2 3 x\n"), -EAGAIN);
	assert_int_equal(parse(&p, "CPU0 CPU1\n36: 1 2 3\n"), -EAGAIN);
	assert_string_equal(err_sentence(), "interrupts: line 2 (36) does not have 2 counts");
	procirq_fini(&p);
}

static void a_file_that_is_not_there_is_said_by_name(void **state)
{
	struct procirq p = { 0 };

	err_clear();
	assert_int_equal(procirq_read(&p, *state), -ENOENT);
	assert_non_null(strstr(err_sentence(), "/proc/interrupts: No such file or directory"));
	procirq_fini(&p);
}

static void an_empty_file_is_said_by_name(void **state)
{
	struct procirq p = { 0 };

	put(*state, "proc/interrupts", "");
	err_clear();
	assert_int_equal(procirq_read(&p, *state), -EINVAL);
	assert_non_null(strstr(err_sentence(), "/proc/interrupts: the file is empty"));
	procirq_fini(&p);
}

static void a_directory_in_its_place_is_an_error(void **state)
{
	struct procirq p = { 0 };

	put(*state, "proc/interrupts/x", "");
	err_clear();
	assert_int_equal(procirq_read(&p, *state), -EISDIR);
	assert_true(err_sentence()[0]);
	procirq_fini(&p);
}

static void a_line_that_stays_torn_is_skipped(void **state)
{
	struct procirq p = { 0 };

	put(*state, "proc/interrupts", "CPU0 CPU1\n36: 1 x\nLOC: 5 6 y\n");
	err_clear();
	assert_int_equal(procirq_read(&p, *state), 0);
	assert_string_equal(err_sentence(), "");
	assert_int_equal(p.nr_rows, 1);
	assert_int_equal(procirq_count(&p, "LOC", 1), 6);
	assert_int_equal(parse(&p, "CPU0 CPU1\n36: 1 x\n"), -EAGAIN); /* the next is strict again */
	procirq_fini(&p);
}

static void reading_again_allocates_nothing(void **state)
{
	struct procirq p = { 0 }, before;

	(void)state;
	assert_int_equal(procirq_read(&p, recorded("qemu-200")), 0);
	assert_int_equal(procirq_read(&p, recorded("qemu-200")), 0);
	before = p;
	assert_int_equal(procirq_read(&p, recorded("qemu-200")), 0);
	assert_ptr_equal(p.buffer, before.buffer);
	assert_ptr_equal(p.cpus, before.cpus);
	assert_ptr_equal(p.rows, before.rows);
	assert_ptr_equal(p.counts, before.counts);
	assert_int_equal(p.buffer_size, before.buffer_size);
	assert_int_equal(p.max_counts, before.max_counts);
	procirq_fini(&p);
}

static void two_hundred_cpus_with_ten_digit_counts_are_told_apart(void **state)
{
	struct procirq p = { 0 };
	size_t wide = 0;

	(void)state;
	assert_int_equal(procirq_read(&p, recorded("qemu-200")), 0);
	assert_int_equal(p.nr_cpus, 200);
	for (unsigned int cpu = 0; cpu < 200; cpu++) {
		assert_true(procirq_has_cpu(&p, cpu));
		assert_in_range(procirq_count(&p, "LOC", cpu), 1, UINT32_MAX);
		wide += procirq_count(&p, "LOC", cpu) > 1000000000;
	}
	assert_int_equal(wide, 200);
	assert_int_equal(procirq_count(&p, "LOC", 0), 4294005342);
	assert_int_equal(procirq_count(&p, "LOC", 100), 4294003054);
	assert_int_equal(procirq_count(&p, "LOC", 199), 4294001408);
	assert_int_equal(procirq_count(&p, "28", 49),
			 4294001000); /* virtio0-req.0: 1000 requests, all on one CPU */
	assert_int_equal(procirq_count(&p, "28", 48), 0);
	assert_int_equal(procirq_count(&p, "28", 50), 0);
	assert_false(procirq_has_cpu(&p, 200));
	assert_string_equal(procirq_text(&p, row_of(&p, "LOC")), "Local timer interrupts");
	procirq_fini(&p);
}

static void an_offline_cpu_has_no_column(void **state)
{
	struct procirq p = { 0 };

	(void)state;
	assert_int_equal(procirq_read(&p, recorded("qemu-2-cpu1-offline")), 0);
	assert_int_equal(p.nr_cpus, 1);
	assert_true(procirq_has_cpu(&p, 0));
	assert_false(procirq_has_cpu(&p, 1));
	assert_true(procirq_count(&p, "LOC", 0) > 0);
	assert_int_equal(procirq_count(&p, "LOC", 1), 0);
	procirq_fini(&p);
}

static void the_last_columns_of_a_guest_with_gaps_are_its_last_cpus(void **state)
{
	char text[1 << 14];
	struct procirq p = { 0 };
	size_t length = 0;
	unsigned int cpu;

	(void)state; /* all even CPUs of 400, each counted by its own number */
	for (cpu = 0; cpu < 400; cpu += 2)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "       CPU%u",
					   cpu);
	length += (size_t)snprintf(text + length, sizeof(text) - length, "\nLOC:");
	for (cpu = 0; cpu < 400; cpu += 2)
		length += (size_t)snprintf(text + length, sizeof(text) - length, " %10u",
					   4000000000u + cpu);
	snprintf(text + length, sizeof(text) - length, "   Local timer interrupts\n");
	assert_int_equal(parse(&p, text), 0);
	for (cpu = 0; cpu < 402; cpu++)
		assert_true(procirq_count(&p, "LOC", cpu) ==
			    (cpu % 2 || cpu >= 400 ? 0 : 4000000000u + cpu));
	procirq_fini(&p);
}

/* any prefix, and any byte changed: taken or refused, but nothing is touched that is not the file's
 * (run by ASan) */
static void a_damaged_file_is_taken_or_refused_and_no_more(void **state)
{
	struct procirq whole = { 0 }, p = { 0 };
	char path[PATH_MAX + 32], text[32768], damaged[sizeof(text)];
	uint32_t random = 1;
	size_t length;
	FILE *stream;
	int ret;

	(void)state;
	snprintf(path, sizeof(path), "%s/proc/interrupts", recorded("qemu-2"));
	stream = fopen(path, "r");
	assert_non_null(stream);
	length = fread(text, 1, sizeof(text), stream);
	fclose(stream);
	assert_int_equal(procirq_parse(&whole, text, length), 0);
	for (size_t cut = 0; cut < length; cut++) {
		err_clear();
		ret = procirq_parse(&p, text, cut);
		assert_true(ret <= 0 && (!ret || err_sentence()[0]));
		assert_true(p.nr_rows <= whole.nr_rows);
	}
	for (int i = 0; i < 20000; i++) {
		memcpy(damaged, text, length);
		for (int n = 0; n < 3; n++) {
			random = random * 1664525 + 1013904223;
			damaged[(random >> 8) % length] = " \n:C0x\0\xff"[random >> 29];
		}
		err_clear();
		ret = procirq_parse(&p, damaged, length);
		assert_true(ret <= 0 && (!ret || err_sentence()[0]));
	}
	err_clear();
	procirq_fini(&whole);
	procirq_fini(&p);
}

static void this_machines_own_file_is_read(void **state)
{
	struct procirq p = { 0 };

	(void)state;
	assert_int_equal(procirq_read(&p, "/"), 0);
	assert_true(p.nr_cpus > 0);
	procirq_fini(&p);
}

#define in_scratch(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_have_the_cpu_ids_of_the_first_line),
		cmocka_unit_test(err_and_mis_have_one_count_and_it_is_no_cpus),
		cmocka_unit_test(a_line_of_other_architectures_is_taken),
		cmocka_unit_test(a_file_without_a_newline_at_its_end_is_taken),
		cmocka_unit_test(counts_are_64_bits_wide),
		cmocka_unit_test(a_count_that_wrapped_at_32_bits_still_gives_the_difference),
		cmocka_unit_test(junk_is_refused_with_a_sentence),
		cmocka_unit_test(lines_of_another_form_are_skipped),
		cmocka_unit_test(a_line_with_another_number_of_cpus_asks_to_be_read_again),
		in_scratch(a_file_that_is_not_there_is_said_by_name),
		in_scratch(an_empty_file_is_said_by_name),
		in_scratch(a_directory_in_its_place_is_an_error),
		in_scratch(a_line_that_stays_torn_is_skipped),
		cmocka_unit_test(reading_again_allocates_nothing),
		cmocka_unit_test(two_hundred_cpus_with_ten_digit_counts_are_told_apart),
		cmocka_unit_test(an_offline_cpu_has_no_column),
		cmocka_unit_test(the_last_columns_of_a_guest_with_gaps_are_its_last_cpus),
		cmocka_unit_test(a_damaged_file_is_taken_or_refused_and_no_more),
		cmocka_unit_test(this_machines_own_file_is_read),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("procirq", tests, NULL, NULL);
}
