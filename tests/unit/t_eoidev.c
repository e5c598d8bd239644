// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/err.h"
#include "guest/eoiblock.h"
#include "guest/eoidev.h"
#include "run/counting.h"
#include "irqstorm_eoi.h"

/* a plain file below a scratch root stands for the device: the mapping is the same, the ioctls are
 * not there */
static char root[] = "/tmp/irqstorm-eoidev-XXXXXX";
static char path[128];

static int set_up(void **state)
{
	char dev[64];

	(void)state;
	if (!mkdtemp(root))
		return -1;
	snprintf(dev, sizeof(dev), "%s/dev", root);
	snprintf(path, sizeof(path), "%s/dev/" IRQSTORM_EOI_DEV, root);
	return mkdir(dev, 0700);
}

static int tear_down(void **state)
{
	char dev[64];

	(void)state;
	unlink(path);
	snprintf(dev, sizeof(dev), "%s/dev", root);
	rmdir(dev);
	return rmdir(root);
}

static void write_device(const struct irqstorm_eoi_header *h, size_t size)
{
	static unsigned char page[8192];
	FILE *f = fopen(path, "w");

	memset(page, 0, sizeof(page));
	memcpy(page, h, sizeof(*h));
	for (unsigned int i = 0;
	     i < h->nr_records && h->header_size + (i + 1) * h->record_size <= sizeof(page); i++) {
		struct irqstorm_eoi_cpu cpu = { .fast = 100 + i,
						.msr = 200 + i,
						.mark_fast = 10 + i,
						.mark_msr = 20 + i,
						.nr_marks = 3 + i };

		memcpy(page + h->header_size + i * h->record_size, &cpu, sizeof(cpu));
	}
	assert_non_null(f);
	assert_int_equal(fwrite(page, 1, size, f), size);
	fclose(f);
}

static const struct irqstorm_eoi_header good = {
	.abi = IRQSTORM_EOI_ABI,
	.header_size = 128,
	.record_size = 64,
	.nr_records = 4,
	.flags = IRQSTORM_EOI_F_X2APIC,
	.mode = IRQSTORM_EOI_MODE_PV,
	.map_size = 4096,
};

static enum eoidev_state probe(const struct irqstorm_eoi_header *h, size_t size, const char *why)
{
	struct eoidev_info info;

	write_device(h, size);
	assert_int_equal(eoidev_probe(&info, root), 0);
	if (why)
		assert_non_null(strstr(info.why, why));
	return info.state;
}

static void reads(void **state)
{
	struct irqstorm_eoi_header grown = good;
	struct eoidev_info info;
	struct eoidev dev;
	struct eoi_count n;
	uint64_t marks;

	(void)state;
	grown.header_size = 192; /* a later module, of the same ABI */
	grown.record_size = 128;
	write_device(&grown, 4096);
	assert_int_equal(eoidev_probe(&info, root), 0);
	assert_int_equal(info.state, EOIDEV_READY);
	assert_true(info.x2apic);
	assert_int_equal(info.mode, IRQSTORM_EOI_MODE_PV);
	assert_int_equal(eoidev_open(&dev, root), 0);
	n = eoidev_live(&dev, 3);
	assert_int_equal(n.fast, 103);
	assert_int_equal(n.msr, 203);
	n = eoidev_marked(&dev, 2, &marks, NULL);
	assert_int_equal(n.fast, 12);
	assert_int_equal(marks, 5);
	n = eoidev_live(&dev, 4);
	assert_int_equal(n.fast + n.msr, 0);
	eoidev_close(&dev);
	eoidev_close(&dev);
}

static void refuses(void **state)
{
	struct irqstorm_eoi_header h = good;

	(void)state;
	h.abi = 2;
	assert_int_equal(probe(&h, 4096, "speaks ABI 2 and this irqstorm ABI 1"), EOIDEV_OTHER_ABI);
	h = good;
	h.record_size = 16;
	assert_int_equal(probe(&h, 4096, "broken header"), EOIDEV_OTHER_ABI);
	h = good;
	h.nr_records = 1000; /* more than map_size has room for */
	assert_int_equal(probe(&h, 4096, "broken header"), EOIDEV_OTHER_ABI);
	h = good;
	h.header_size = 8;
	h.nr_records = 0;
	assert_int_equal(probe(&h, 4096, "broken header"), EOIDEV_OTHER_ABI);
	assert_int_equal(probe(&good, 32, "broken header"), EOIDEV_OTHER_ABI);
	assert_int_equal(probe(&good, 1024, "broken header"), EOIDEV_OTHER_ABI);
}

static void absent(void **state)
{
	struct eoidev_info info;
	struct eoidev dev;

	(void)state;
	unlink(path);
	assert_int_equal(eoidev_probe(&info, root), 0);
	assert_int_equal(info.state, EOIDEV_ABSENT);
	assert_non_null(strstr(info.why, "not loaded"));
	err_clear();
	assert_true(eoidev_open(&dev, root) < 0);
	assert_non_null(strstr(err_sentence(), IRQSTORM_EOI_DEV));
	err_clear();
}

/* a header with blocks, records of one block each way, and in each block its own numbers */
static void blocks(void **state)
{
	uint64_t marks;
	struct irqstorm_eoi_header h = good;
	static unsigned char file[4096];
	struct irqstorm_eoi_source *s;
	struct irqstorm_eoi_block *b;
	uint64_t copy[128];
	struct eoidev dev;
	FILE *f;

	(void)state;
	h.header_size = 128;
	h.nr_records = 1;
	h.block_size = 512;
	h.live_offset = 64;
	h.marked_offset = 576;
	h.record_size = 1088;
	h.irqs_offset = 128;
	h.nr_irqs = 4;
	h.vectors_offset = 224;
	h.nr_vectors = 5;
	h.hist_offset = 344;
	h.nr_buckets = 8;
	memset(file, 0, sizeof(file));
	memcpy(file, &h, sizeof(h));
	b = (void *)(file + 128 + 576);
	b->unclaimed.msr = 3;
	b->no_eoi = 9;
	b->cycles_msr = 77;
	s = (void *)((char *)b + 128);
	s[3].fast = 33;
	((uint64_t *)(void *)((char *)b + 344))[8 + 2] = 5;
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(file, 1, sizeof(file), f), sizeof(file));
	fclose(f);
	assert_int_equal(eoidev_open(&dev, root), 0);
	eoidev_marked(&dev, 0, &marks, copy);
	assert_int_equal(eoiblock_unclaimed(copy).msr, 3);
	assert_int_equal(eoiblock_no_eoi(copy), 9);
	assert_int_equal(eoiblock_irq(&dev.layout, copy, 3).fast, 33);
	assert_int_equal(eoiblock_cycles(copy, true), 77);
	assert_int_equal(eoiblock_bucket(&dev.layout, copy, true, 2), 5);
	eoidev_live_block(&dev, 0, copy);
	assert_int_equal(eoiblock_unclaimed(copy).msr, 0);
	eoidev_marked(&dev, 7, &marks, copy); /* a CPU without a record */
	assert_int_equal(eoiblock_no_eoi(copy), 0);
	eoidev_close(&dev);
}

static void lying_blocks(void **state)
{
	struct irqstorm_eoi_header h = good;

	(void)state;
	h.header_size = 128;
	h.nr_records = 0;
	h.block_size = 64; /* smaller than a block */
	assert_int_equal(probe(&h, 4096, "broken header"), EOIDEV_OTHER_ABI);
	h.block_size = 128; /* larger than a record */
	assert_int_equal(probe(&h, 4096, "broken header"), EOIDEV_OTHER_ABI);
	h.record_size = 1024;
	h.nr_irqs = 0xffffffff; /* beyond the block, and beyond 32 bits */
	assert_int_equal(probe(&h, 4096, "broken header"), EOIDEV_OTHER_ABI);
	h.nr_irqs = 0;
	assert_int_equal(probe(&h, 4096, NULL), EOIDEV_READY);
}

/* the module's orders come here: local.mk wraps ioctl() */
static unsigned long ordered;
static unsigned int ordered_mode;
int __wrap_ioctl(int fd, unsigned long request, struct irqstorm_eoi_mode *arg);

int __wrap_ioctl(int fd, unsigned long request, struct irqstorm_eoi_mode *arg)
{
	assert_int_equal(fd, 4711);
	ordered = request;
	ordered_mode = arg->mode;
	return 0;
}

static void modes(void **state)
{
	static const struct {
		enum eoi_ask ask;
		unsigned int mode;
	} of[] = { { EOI_PV, IRQSTORM_EOI_MODE_PV },
		   { EOI_MSR, IRQSTORM_EOI_MODE_MSR },
		   { EOI_IGNORED, IRQSTORM_EOI_MODE_IGNORED } };
	struct eoidev dev = { .fd = 4711 };

	(void)state;
	assert_int_equal(counting_set_mode(&dev, EOI_AUTO), 0);
	assert_int_equal(counting_set_mode(&dev, EOI_NONE), 0);
	assert_int_equal(ordered, 0);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		assert_int_equal(counting_set_mode(&dev, of[i].ask), 0);
		assert_int_equal(ordered, IRQSTORM_EOI_SET_MODE);
		assert_int_equal(ordered_mode, of[i].mode);
	}
}

static const struct CMUnitTest tests[] = {
	TEST("records are read by the header's sizes, so a later module of the same ABI is read "
	     "right",
	     reads),
	TEST("another ABI is refused naming both numbers, and a header that lies is refused",
	     refuses),
	TEST("a block is read by the offsets of the header", blocks),
	TEST("blocks that do not fit are refused", lying_blocks),
	TEST("each mode is ordered by its own number, and none where none is asked for", modes),
	TEST("no module is a state with a sentence, and opening it an error", absent),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name(__FILE__, tests, set_up, tear_down);
}
