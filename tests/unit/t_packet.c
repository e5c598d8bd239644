// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <string.h>
#include "workload.h"

#define KEY 0x0123456789abcdefu
#define HEAD 8 /* ICMP's */

/* what a router or host would say of it: 0xffff is right */
static unsigned int sum_of(const unsigned char *bytes, size_t size)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += i % 2 ? bytes[i] : (unsigned int)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void a_reply_is_known(void **state)
{
	char packet[2048] = { 0 };

	(void)state;
	assert_int_equal(wl_packet_write(packet, 64, false, KEY, 4711), 64);
	assert_int_equal(wl_packet_number(packet, 64, false, false, KEY), 4711);
	assert_int_equal(wl_packet_write(packet, 16, true, KEY, 4712), HEAD + 16);
	assert_int_equal(wl_packet_number(packet, HEAD + 16, true, false, KEY), 4712);
}

static void a_reply_with_its_ip_head_is_known(void **state)
{
	char packet[2048] = { 0 };

	(void)state;
	for (unsigned int words = 5; words <= 15; words++) { /* with options, up to the longest */
		size_t ip = 4 * words;
		size_t size = ip + wl_packet_write(packet + ip, 64, true, KEY, words);

		packet[0] = (char)(0x40 | words);
		assert_int_equal(wl_packet_number(packet, size, true, true, KEY), words);
	}
}

static void what_is_not_ours_is_not_taken(void **state)
{
	char packet[2048] = { 0 };

	(void)state;
	wl_packet_write(packet, 64, true, KEY, 4711);
	assert_true(wl_packet_number(packet, HEAD + 64, true, false, KEY + 1) == WL_NO_PACKET);
	for (size_t size = 0; size < HEAD + 16; size++)
		assert_true(wl_packet_number(packet, size, true, false, KEY) == WL_NO_PACKET);
	assert_int_equal(wl_packet_number(packet, HEAD + 16, true, false, KEY), 4711);
	packet[0] = 0x4f; /* an IP head that is longer than the packet */
	assert_true(wl_packet_number(packet, 40, true, true, KEY) == WL_NO_PACKET);
	assert_true(wl_packet_number(packet, 0, true, true, KEY) == WL_NO_PACKET);
}

static void checksums_are_right(void **state)
{
	unsigned char packet[2048];

	(void)state;
	for (size_t size = 16; size <= 1472; size += 7) { /* even and odd */
		memset(packet, 0, sizeof(packet));
		memset(packet + HEAD, 0xa5, size);
		assert_int_equal(wl_packet_write((char *)packet, size, true, KEY,
						 size << 32 | 0xfffe),
				 HEAD + size);
		assert_int_equal(packet[0], 8); /* echo request */
		assert_int_equal(sum_of(packet, HEAD + size), 0xffff);
	}
}

static const struct CMUnitTest tests[] = {
	TEST("a reply is known by its key and number", a_reply_is_known),
	TEST("a reply with its IP head is known, however long the head",
	     a_reply_with_its_ip_head_is_known),
	TEST("another's reply, a short one and a torn one are not taken for ours",
	     what_is_not_ours_is_not_taken),
	TEST("ICMP checksums are right for even and odd sizes", checksums_are_right),
};

UNIT_MAIN(tests)
