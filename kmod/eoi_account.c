// SPDX-License-Identifier: GPL-2.0-only
/*
 * eoi_account.c - the counters, in the layout of the ABI, and whose each EOI was
 *
 * Knows: the records that user space maps, and who may write them; in which order EOIs and handlers
 * come. Must not know: how an EOI is made, what a mark means to the host, tracepoints, files and
 * ioctls.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/kprobes.h>
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <asm/tsc.h>

#include "compat.h"
#include "eoi_account.h"

#define NR_BUCKETS 32

DEFINE_PER_CPU(struct irqstorm_eoi_cpu *, eoi_account_record);
DEFINE_STATIC_KEY_FALSE(eoi_account_timing);

static struct irqstorm_eoi_header *header;

/* the two blocks of a record, as the header tells it to readers */
struct block {
	struct irqstorm_eoi_block sums;
	struct irqstorm_eoi_source vectors[IRQSTORM_EOI_NR_V];
	u64 hist[2][NR_BUCKETS]; /* fast, msr */
	struct irqstorm_eoi_source irqs[];
};

#define LIVE_OFFSET sizeof(struct irqstorm_eoi_cpu)

/* what has been given to somebody, or to nobody; the rest is what came since */
struct given {
	u64 fast;
	u64 msr;
	struct irqstorm_eoi_source *owed; /* level-triggered: the first that comes is its */
};

static DEFINE_PER_CPU(struct given, given);

int eoi_account_init(u32 flags, u32 mode, unsigned int nr_irqs)
{
	const size_t header_size = sizeof(struct irqstorm_eoi_header);
	const size_t block_size = ALIGN(struct_size_t(struct block, irqs, nr_irqs), 64);
	const size_t record_size = LIVE_OFFSET + 2 * block_size;
	const size_t map_size = PAGE_ALIGN(header_size + nr_cpu_ids * record_size);
	int cpu;

	header = vmalloc_user(map_size);
	if (!header)
		return -ENOMEM;

	header->abi = IRQSTORM_EOI_ABI;
	header->header_size = header_size;
	header->record_size = record_size;
	header->nr_records = nr_cpu_ids;
	header->flags = flags;
	header->mode = mode;
	header->map_size = map_size;
	header->block_size = block_size;
	header->live_offset = LIVE_OFFSET;
	header->marked_offset = LIVE_OFFSET + block_size;
	header->nr_irqs = nr_irqs;
	header->irqs_offset = offsetof(struct block, irqs);
	header->nr_vectors = IRQSTORM_EOI_NR_V;
	header->vectors_offset = offsetof(struct block, vectors);
	header->nr_buckets = NR_BUCKETS;
	header->hist_offset = offsetof(struct block, hist);
	header->tsc_khz = tsc_khz;

	for_each_possible_cpu(cpu)
		per_cpu(eoi_account_record, cpu) = (void *)header + header_size + cpu * record_size;
	return 0;
}

/* a mapping holds its file, a file holds the module: nobody looks any more */
void eoi_account_fini(void)
{
	vfree(header);
	header = NULL;
}

static struct block *live(void)
{
	return (void *)__this_cpu_read(eoi_account_record) + LIVE_OFFSET;
}

struct irqstorm_eoi_source *eoi_account_irq(unsigned int irq)
{
	return irq < header->nr_irqs ? &live()->irqs[irq] : &live()->sums.other_irq;
}

struct irqstorm_eoi_source *eoi_account_vector(unsigned int vector)
{
	return &live()->vectors[vector];
}

/*
 * Gives away what came since the last time: the first to a level-triggered interrupt that waits for
 * it, the last to `last`, and all between the two to nobody. From the EOI of an interrupt to its
 * handler's entry, or from the entry to the EOI of a level-triggered one, interrupts are off: no
 * other one's can come in between.
 */
static bool give(struct irqstorm_eoi_source *last)
{
	const struct irqstorm_eoi_cpu *record = __this_cpu_read(eoi_account_record);
	struct irqstorm_eoi_source *unclaimed = &live()->sums.unclaimed;
	struct given *g = this_cpu_ptr(&given);
	u64 fast = record->fast - g->fast;
	u64 msr = record->msr - g->msr;
	u64 nr = fast + msr;
	bool was_msr;

	if (!nr)
		return false;
	g->fast = record->fast;
	g->msr = record->msr;
	/* longer ago than the history goes: not while any timer ticks; nobody's, rather than
	 * guessed */
	if (g->owed && nr <= 64) {
		was_msr = record->history >> (nr - 1) & 1;
		fast -= !was_msr;
		msr -= was_msr;
		nr--;
		g->owed->fast += !was_msr;
		g->owed->msr += was_msr;
		g->owed->level++;
	}
	g->owed = NULL;
	if (last && nr) {
		was_msr = record->history & 1;
		fast -= !was_msr;
		msr -= was_msr;
		last->fast += !was_msr;
		last->msr += was_msr;
	}
	unclaimed->fast += fast;
	unclaimed->msr += msr;
	return nr;
}

void eoi_account_entry(struct irqstorm_eoi_source *source)
{
	live()->sums.no_eoi += !give(source);
}

void eoi_account_entry_level(struct irqstorm_eoi_source *source)
{
	give(NULL);
	live()->sums.no_eoi += !!__this_cpu_read(given.owed);
	__this_cpu_write(given.owed, source);
}

void eoi_account_entry_other(void)
{
	give(NULL);
	live()->sums.no_eoi++;
}

notrace void eoi_account_cycles(bool fast, u64 cycles)
{
	struct block *block = live();

	block->hist[!fast][min(cycles ? ilog2(cycles) : 0, NR_BUCKETS - 1)]++;
	if (fast)
		block->sums.cycles_fast += cycles;
	else
		block->sums.cycles_msr += cycles;
}
NOKPROBE_SYMBOL(eoi_account_cycles);

void eoi_account_mark(void)
{
	struct irqstorm_eoi_cpu *record;
	const u64 *from;
	unsigned int i;
	u64 *to;

	lockdep_assert_irqs_disabled();
	record = __this_cpu_read(eoi_account_record);
	from = (const u64 *)live();
	to = (void *)record + header->marked_offset;
	if (header->flags & IRQSTORM_EOI_F_SOURCES)
		give(NULL);
	WRITE_ONCE(record->nr_marks_begun, record->nr_marks + 1);
	smp_wmb(); /* a reader who sees any of the copy sees that it was begun */
	WRITE_ONCE(record->mark_fast, record->fast);
	WRITE_ONCE(record->mark_msr, record->msr);
	for (i = 0; i < header->block_size / sizeof(*to); i++)
		WRITE_ONCE(to[i], from[i]);
	smp_wmb();
	WRITE_ONCE(record->nr_marks, record->nr_marks + 1);
}

void eoi_account_set_mode(u32 mode)
{
	if (header->mode == mode)
		return;
	WRITE_ONCE(header->mode, mode);
	WRITE_ONCE(header->nr_mode_changes, header->nr_mode_changes + 1);
}

/* back when every CPU does it that way; the flag is set only while all do */
void eoi_account_set_timing(bool on)
{
	WRITE_ONCE(header->nr_timing_changes, header->nr_timing_changes + 1);
	if (on) {
		static_branch_enable(&eoi_account_timing);
		WRITE_ONCE(header->flags, header->flags | IRQSTORM_EOI_F_TIMING);
	} else {
		WRITE_ONCE(header->flags, header->flags & ~IRQSTORM_EOI_F_TIMING);
		static_branch_disable(&eoi_account_timing);
	}
}

void eoi_account_set_calibration(u64 msr_cycles, u64 base_cycles)
{
	header->calib_msr_cycles = msr_cycles;
	header->calib_base_cycles = base_cycles;
}

const struct irqstorm_eoi_header *eoi_account_header(void)
{
	return header;
}

int eoi_account_mmap(struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	if (vma->vm_pgoff || vma->vm_end - vma->vm_start > header->map_size)
		return -EINVAL;

	/* or mprotect() would do what mmap() may not; also for a private mapping */
	vm_flags_clear(vma, VM_MAYWRITE);
	return remap_vmalloc_range(vma, header, 0);
}
