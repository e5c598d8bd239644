// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * t_machine.c - what each recorded guest is, what hwloc locations mean there, and files that say
 * something else
 */
#include "recorded.h"

#include <sched.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "guest/machine.h"

#define DEBIAN "6.1.0-56-cloud-amd64"
#define TCG "QEMU TCG"

struct expected {
	const char *name, *kernel, *hypervisor;
	enum tristate pv_eoi;
	enum apic_mode apic;
	bool pci_caps;
	const char *possible, *online, *allowed;
};

static const struct expected guests[] = {
	{ "qemu-1", DEBIAN, TCG, NO, APIC_XAPIC, true, "0", "0", "0" },
	{ "qemu-2", DEBIAN, TCG, NO, APIC_XAPIC, true, "0-1", "0-1", "0-1" },
	{ "qemu-4", DEBIAN, TCG, NO, APIC_XAPIC, true, "0-3", "0-3", "0-3" },
	{ "qemu-4-2q", DEBIAN, TCG, NO, APIC_XAPIC, true, "0-3", "0-3", "0-3" },
	{ "qemu-2-shared", DEBIAN, TCG, NO, APIC_XAPIC, true, "0-1", "0-1", "0-1" },
	{ "qemu-2-intx", DEBIAN, TCG, NO, APIC_XAPIC, true, "0-1", "0-1", "0-1" },
	{ "qemu-2-nvme", DEBIAN, TCG, NO, APIC_XAPIC, true, "0-1", "0-1", "0-1" },
	{ "qemu-2-poll", DEBIAN, TCG, NO, APIC_XAPIC, true, "0-1", "0-1", "0-1" },
	{ "qemu-2-cpu1-offline", DEBIAN, TCG, NO, APIC_XAPIC, true, "0-1", "0", "0" },
	{ "qemu-2-cpuset", DEBIAN, TCG, NO, APIC_XAPIC, true, "0-1", "0-1", "0" },
	{ "qemu-200", DEBIAN, TCG, NO, APIC_XAPIC, true, "0-199", "0-199", "0-199" },
	{ "microvm-2", DEBIAN, TCG, NO, APIC_XAPIC, true, "0-1", "0-1", "0-1" },
	{ "kvm-2", DEBIAN, "KVM", YES, APIC_UNKNOWN, true, "0-1", "0-1", "0-1" },
	{ "firecracker-2", "6.18.44", "KVM", YES, APIC_UNKNOWN, true, "0-1", "0-1", "0-1" },
	{ "firecracker-2-user", "6.18.44", "KVM", YES, APIC_UNKNOWN, false, "0-1", "0-1", "0-1" },
};

static void assert_cpus(hwloc_const_bitmap_t set, const char *list)
{
	char buf[256];

	assert_string_equal(cpulist_format(set, buf, sizeof(buf)), list);
}

static void is_what_was_recorded(void **state)
{
	const struct expected *e = *state;
	struct machine m;

	assert_int_equal(machine_read(&m, recorded(e->name)), 0);
	assert_string_equal(m.kernel, e->kernel);
	assert_string_equal(m.hypervisor, e->hypervisor);
	assert_int_equal(m.pv_eoi_offered, e->pv_eoi);
	assert_int_equal(m.apic_mode, e->apic);
	assert_int_equal(m.pci_caps, e->pci_caps);
	assert_false(m.live);
	assert_false(m.io_uring_disabled);
	assert_cpus(m.possible, e->possible);
	assert_cpus(m.online, e->online);
	assert_cpus(m.allowed, e->allowed);
	assert_cpus(m.usable, e->allowed);
	machine_fini(&m);
}

static void locations_are_sets_of_cpus(void **state)
{
	static const struct {
		const char *location, *cpus;
	} good[] = {
		{ "core:0", "0" },	{ "core:1-2", "1-2" },	  { "core:0,2-3", "0,2-3" },
		{ "pu:3", "3" },	{ "package:0", "0-3" },	  { "numa:0", "0-3" },
		{ "machine:0", "0-3" }, { "core:0,pu:3", "0,3" }, { "Core:3", "3" },
	};
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	struct machine m;

	(void)state;
	assert_int_equal(machine_read(&m, recorded("qemu-4")), 0);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		hwloc_bitmap_zero(set);
		if (machine_location(&m, good[i].location, set))
			fail_msg("%s", err_sentence());
		assert_cpus(set, good[i].cpus);
	}
	hwloc_bitmap_only(set, 2);
	assert_int_equal(machine_location(&m, "core:0", set), 0);
	assert_cpus(set, "0,2"); /* it adds */
	hwloc_bitmap_free(set);
	machine_fini(&m);
}

static void a_location_that_is_not_there_is_refused_by_name(void **state)
{
	static const char *const bad[] = {
		"",
		":",
		":0",
		"core",
		"core:",
		"core:x",
		"core:0x",
		"core:-1",
		"core:1-0",
		"core:0-",
		"core:0,",
		"core:,0",
		"core: 0",
		"0",
		"0-1",
		"blah:0",
		"core:0,blah:1",
		"core:4",
		"core:0-4",
		"package:1",
		"numa:1",
		"core:99999999999999999999",
		"core:0-4294967296",
		"core:4294967296",
		"cache:0",
		"pci:0",
		"l4cache:0",
		"a-type-with-a-name-that-no-buffer-was-made-for:0",
	};
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	struct machine m;

	(void)state;
	assert_int_equal(machine_read(&m, recorded("qemu-4")), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		err_clear();
		if (machine_location(&m, bad[i], set) != -EINVAL)
			fail_msg("taken: %s", bad[i]);
		if (strncmp(err_sentence(), bad[i], strlen(bad[i])))
			fail_msg("%s: said \"%s\"", bad[i], err_sentence());
		assert_int_equal(err_class(), ERR_USAGE);
		assert_true(hwloc_bitmap_iszero(set));
	}
	err_clear();
	hwloc_bitmap_free(set);
	machine_fini(&m);
}

static void a_location_has_no_cpu_that_is_offline_or_outside_the_cpuset(void **state)
{
	static const char *const names[] = { "qemu-2-cpu1-offline", "qemu-2-cpuset" };
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	struct machine m;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		hwloc_bitmap_zero(set);
		assert_int_equal(machine_read(&m, recorded(names[i])), 0);
		assert_int_equal(machine_location(&m, "package:0", set), 0);
		assert_cpus(set, "0");
		machine_fini(&m);
	}
	hwloc_bitmap_free(set);
}

static void a_directory_without_cpus_is_refused_by_name(void **state)
{
	struct machine m;

	err_clear();
	assert_int_equal(machine_read(&m, *state), -ENOENT);
	assert_non_null(strstr(err_sentence(),
			       "/sys/devices/system/cpu/possible: No such file or directory"));
	err_clear();
	put_cpus(*state, "0-x\n");
	assert_int_equal(machine_read(&m, *state), -EINVAL);
	assert_non_null(
		strstr(err_sentence(), "/sys/devices/system/cpu/possible: Invalid argument"));
	machine_fini(&m); /* of what a failed read left */
	err_clear();
}

static void nothing_but_cpus_is_a_machine_of_which_little_is_known(void **state)
{
	struct machine m;

	put_cpus(*state, "0-1\n");
	assert_int_equal(machine_read(&m, *state), 0);
	assert_string_equal(m.kernel, "unknown");
	assert_string_equal(m.hypervisor, "unknown");
	assert_int_equal(m.pv_eoi_offered, UNKNOWN);
	assert_int_equal(m.apic_mode, APIC_UNKNOWN);
	assert_null(apic_mode_name(m.apic_mode));
	assert_false(m.pci_caps);
	assert_false(m.io_uring_disabled);
	assert_cpus(m.online, "0-1");
	machine_fini(&m);
}

/* "KVMKVMKVM\0\0\0" is ebx 4b4d564b, ecx 564b4d56, edx 4d; "Microsoft Hv" 7263694d 666f736f
 * 76482074 */
static void the_hypervisor_is_who_signs_in_cpuid(void **state)
{
	static const struct {
		const char *leaves, *hypervisor;
		enum tristate pv_eoi;
	} is[] = {
		{ "1 0 0 0 0 0\n", "none", NO },
		{ "# a comment\n1 0 0 0 80000000 0\n40000000 0 40000001 4b4d564b 564b4d56 "
		  "4d\n40000001 0 40 0 0 0\n",
		  "KVM", YES },
		{ "1 0 0 0 80000000 0\n40000000 0 40000001 4b4d564b 564b4d56 4d\n40000001 0 "
		  "1007ebb 0 0 0\n",
		  "KVM", NO },
		{ "1 0 0 0 80000000 0\n40000000 0 40000001 4b4d564b 564b4d56 4d\n", "KVM", NO },
		{ "1 0 0 0 80000000 0\n40000000 0 40000005 7263694d 666f736f 76482074\n40000001 0 "
		  "40 0 0 0\n",
		  "Hyper-V", NO },
		/* KVM with Hyper-V's face in front */
		{ "1 0 0 0 80000000 0\n40000000 0 40000005 7263694d 666f736f 76482074\n40000001 0 "
		  "31237648 0 0 0\n"
		  "40000100 0 40000101 4b4d564b 564b4d56 4d\n40000101 0 1007efb 0 0 0\n",
		  "KVM", YES },
		{ "1 0 0 0 80000000 0\n40000000 0 0 566e6558 65584d4d 4d4d566e\n", "Xen", NO },
		{ "1 0 0 0 80000000 0\n40000000 0 0 61774d56 4d566572 65726177\n", "VMware", NO },
		{ "1 0 0 0 80000000 0\n40000000 0 0 54474354 43544743 47435447\n", TCG, NO },
		{ "1 0 0 0 80000000 0\n40000000 0 0 01020304 7f80ff0a 41414141\n",
		  "????"
		  "????"
		  "AAAA",
		  NO },
		{ "1 0 0 0 80000000 0\n", "unknown", NO },
	};
	struct machine m;

	put_cpus(*state, "0\n");
	for (size_t i = 0; i < sizeof(is) / sizeof(*is); i++) {
		put(*state, "cpuid", is[i].leaves);
		assert_int_equal(machine_read(&m, *state), 0);
		assert_string_equal(m.hypervisor, is[i].hypervisor);
		assert_int_equal(m.pv_eoi_offered, is[i].pv_eoi);
		machine_fini(&m);
	}
}

static void leaves_that_are_none_are_refused(void **state)
{
	static const char *const junk[] = {
		"x\n",
		"1\n",
		"1 0 0 0 0\n",
		"1 0 0 0 0 0 0\n",
		"1 0 0 0 0 x\n",
		"1 0 0 0 0 0x\n",
		"123456789 0 0 0 0 0\n",
	};
	struct machine m;

	put_cpus(*state, "0\n");
	for (size_t i = 0; i < sizeof(junk) / sizeof(*junk); i++) {
		put(*state, "cpuid", junk[i]);
		err_clear();
		if (machine_read(&m, *state) != -EINVAL)
			fail_msg("taken: %s", junk[i]);
		assert_true(err_sentence()[0]);
	}
	err_clear();
}

static void the_apic_mode_is_the_msrs_and_else_by_the_flag(void **state)
{
	unsigned char msr[0x1b + 8] = {
		[0x1b] = 0x00, 0x0d, 0xe0, 0xfe
	}; /* 0xfee00d00: on, x2APIC, boot CPU */
	struct machine m;

	put_cpus(*state, "0\n");
	put(*state, "proc/cpuinfo",
	    "processor\t: 0\nflags\t\t: fpu apic x2apic2\n\nprocessor\t: 1\n");
	assert_int_equal(machine_read(&m, *state), 0);
	assert_int_equal(m.apic_mode, APIC_XAPIC);
	machine_fini(&m);
	put(*state, "proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu x2apic apic\n");
	assert_int_equal(machine_read(&m, *state), 0);
	assert_int_equal(m.apic_mode, APIC_UNKNOWN);
	machine_fini(&m);
	put_bytes(*state, "dev/cpu/0/msr", msr, sizeof(msr));
	assert_int_equal(machine_read(&m, *state), 0);
	assert_int_equal(m.apic_mode, APIC_X2APIC);
	assert_string_equal(apic_mode_name(m.apic_mode), "x2apic");
	machine_fini(&m);
	msr[0x1c] = 0x09;
	put_bytes(*state, "dev/cpu/0/msr", msr, sizeof(msr));
	assert_int_equal(machine_read(&m, *state), 0);
	assert_int_equal(m.apic_mode, APIC_XAPIC);
	assert_string_equal(apic_mode_name(m.apic_mode), "xapic");
	machine_fini(&m);
	put_bytes(*state, "dev/cpu/0/msr", msr, sizeof(msr) - 1); /* half a register is none */
	assert_int_equal(machine_read(&m, *state), 0);
	assert_int_equal(m.apic_mode, APIC_UNKNOWN);
	machine_fini(&m);
}

static void host_and_cpu_model_are_there_or_unknown(void **state)
{
	struct machine m;

	put_cpus(*state, "0\n");
	assert_int_equal(machine_read(&m, *state), 0);
	assert_string_equal(m.host, "");
	assert_string_equal(m.cpu_model, "");
	machine_fini(&m);
	put(*state, "proc/sys/kernel/hostname", "guest-7\n");
	put(*state, "proc/cpuinfo",
	    "processor\t: 0\nmodel\t\t: 6\nmodel name\t: A CPU @ 2.00GHz\n\nmodel name\t: "
	    "another\n");
	assert_int_equal(machine_read(&m, *state), 0);
	assert_string_equal(m.host, "guest-7");
	assert_string_equal(m.cpu_model, "A CPU @ 2.00GHz");
	machine_fini(&m);
}

static void io_uring_is_off_for_all_by_2_and_for_users_by_1(void **state)
{
	static const struct {
		const char *disabled, *capabilities;
		bool off;
	} is[] = {
		{ "0\n", "CapEff:\t0000000000000000\n", false },
		{ "1\n", "CapEff:\t0000000000000000\n", true },
		{ "2\n", "CapEff:\t0000000000000000\n", true },
		{ "1\n", "CapEff:\t0000000000200000\n", false },
		{ "2\n", "CapEff:\t0000000000200000\n", true },
		{ "junk\n", "junk\n", false },
	};
	struct machine m;

	put_cpus(*state, "0\n");
	for (size_t i = 0; i < sizeof(is) / sizeof(*is); i++) {
		put(*state, "proc/sys/kernel/io_uring_disabled", is[i].disabled);
		put(*state, "proc/self/status", is[i].capabilities);
		assert_int_equal(machine_read(&m, *state), 0);
		assert_int_equal(m.io_uring_disabled, is[i].off);
		machine_fini(&m);
	}
}

static void a_capability_of_a_user_namespace_is_none(void **state)
{
	const unsigned char config[256] = { 0 };
	struct machine m;

	put_cpus(*state, "0\n");
	put(*state, "proc/sys/kernel/io_uring_disabled", "1\n");
	put(*state, "proc/self/status", "Name:\tx\nCapEff:\t000001ffffffffff\n");
	put_bytes(*state, "sys/bus/pci/devices/0000:00:01.0/config", config,
		  64); /* all that the kernel shows it */
	assert_int_equal(machine_read(&m, *state), 0);
	assert_false(m.pci_caps);
	assert_true(m.io_uring_disabled);
	machine_fini(&m);
	put_bytes(*state, "sys/bus/pci/devices/0000:00:01.0/config", config, 256);
	assert_int_equal(machine_read(&m, *state), 0);
	assert_true(m.pci_caps);
	assert_false(m.io_uring_disabled);
	machine_fini(&m);
}

static void the_environment_is_left_as_it_was(void **state)
{
	struct machine m;

	(void)state;
	unsetenv("HWLOC_FSROOT");
	assert_int_equal(machine_read(&m, recorded("qemu-1")), 0);
	machine_fini(&m);
	assert_null(getenv("HWLOC_FSROOT"));
	setenv("HWLOC_FSROOT", "/nowhere", 1);
	assert_int_equal(machine_read(&m, recorded("qemu-1")), 0);
	machine_fini(&m);
	assert_string_equal(getenv("HWLOC_FSROOT"), "/nowhere");
	unsetenv("HWLOC_FSROOT");
}

static void another_machine_in_the_environment_is_not_this_one(void **state)
{
	struct machine m;

	(void)state;
	err_clear();
	setenv("HWLOC_FSROOT", recorded("qemu-4"), 1);
	assert_int_equal(machine_read(&m, "/"), -EINVAL);
	assert_non_null(strstr(err_sentence(), "HWLOC_"));
	unsetenv("HWLOC_FSROOT");
	err_clear();
}

static void this_machine_is_live_and_its_affinity_mask_counts(void **state)
{
	hwloc_bitmap_t one = hwloc_bitmap_alloc();
	cpu_set_t before, only;
	struct machine m;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	assert_int_equal(machine_read(&m, "/"), 0);
	assert_true(m.live);
	assert_true(hwloc_bitmap_isincluded(m.usable, m.allowed));
	assert_true(hwloc_bitmap_isincluded(m.allowed, m.online));
	assert_true(hwloc_bitmap_isincluded(m.online, m.possible));
	hwloc_bitmap_only(one, (unsigned int)hwloc_bitmap_last(m.usable));
	machine_fini(&m);

	CPU_ZERO(&only);
	CPU_SET((size_t)hwloc_bitmap_first(one), &only);
	assert_int_equal(sched_setaffinity(0, sizeof(only), &only), 0);
	assert_int_equal(machine_read(&m, "/"), 0);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	assert_true(hwloc_bitmap_isequal(m.usable, one));
	machine_fini(&m);
	hwloc_bitmap_free(one);
}

#define NR_GUESTS (sizeof(guests) / sizeof(*guests))
#define in_scratch(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

int main(void)
{
	static char names[NR_GUESTS][64];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(locations_are_sets_of_cpus),
		cmocka_unit_test(a_location_that_is_not_there_is_refused_by_name),
		cmocka_unit_test(a_location_has_no_cpu_that_is_offline_or_outside_the_cpuset),
		in_scratch(a_directory_without_cpus_is_refused_by_name),
		in_scratch(nothing_but_cpus_is_a_machine_of_which_little_is_known),
		in_scratch(the_hypervisor_is_who_signs_in_cpuid),
		in_scratch(leaves_that_are_none_are_refused),
		in_scratch(the_apic_mode_is_the_msrs_and_else_by_the_flag),
		in_scratch(host_and_cpu_model_are_there_or_unknown),
		in_scratch(io_uring_is_off_for_all_by_2_and_for_users_by_1),
		in_scratch(a_capability_of_a_user_namespace_is_none),
		cmocka_unit_test(the_environment_is_left_as_it_was),
		cmocka_unit_test(another_machine_in_the_environment_is_not_this_one),
		cmocka_unit_test(this_machine_is_live_and_its_affinity_mask_counts),
	};
	struct CMUnitTest tests[NR_GUESTS + sizeof(others) / sizeof(*others)];

	for (size_t i = 0; i < NR_GUESTS; i++) {
		snprintf(names[i], sizeof(names[i]), "%s_is_what_was_recorded", guests[i].name);
		tests[i] = (struct CMUnitTest){ names[i], is_what_was_recorded, NULL, NULL,
						(void *)&guests[i] };
	}
	memcpy(tests + NR_GUESTS, others, sizeof(others));
	setvbuf(stdout, NULL, _IOLBF, 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
