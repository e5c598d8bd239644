// SPDX-License-Identifier: GPL-2.0-only
/*
 * eoi_account.c - the counters, in the layout of the ABI, and which source each EOI belongs to
 *
 * Knows: the records that user space maps, who writes them, and in which order EOIs and handler
 * entries come.
 * Must not know: how an EOI is made, what a sync mark means to the host, tracepoints, files, ioctls.
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

#define NR_HIST_BUCKETS 32

DEFINE_PER_CPU(struct irqstorm_eoi_cpu *, eoi_account_record);
DEFINE_STATIC_KEY_FALSE(eoi_account_timing);

static struct irqstorm_eoi_header *header;

/* a record holds two: the live one, and its copy as of the last sync mark */
struct eoi_block {
	struct irqstorm_eoi_block sums;
	struct irqstorm_eoi_source vectors[IRQSTORM_EOI_NR_V];
	u64 hist[2][NR_HIST_BUCKETS]; /* fast, msr */
	struct irqstorm_eoi_source irqs[];
};

#define LIVE_OFFSET sizeof(struct irqstorm_eoi_cpu)

/* the EOIs that have been attributed, out of those counted */
struct eoi_attributed {
	u64 fast;
	u64 msr;
	/* the level-triggered source whose handler was entered; the next EOI is its */
	struct irqstorm_eoi_source *pending_level;
};

static DEFINE_PER_CPU(struct eoi_attributed, attributed);

int eoi_account_init(u32 flags, u32 mode, unsigned int nr_irqs)
{
	const size_t header_size = sizeof(struct irqstorm_eoi_header);
	const size_t block_size = ALIGN(struct_size_t(struct eoi_block, irqs, nr_irqs), 64);
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
	header->irqs_offset = offsetof(struct eoi_block, irqs);
	header->nr_vectors = IRQSTORM_EOI_NR_V;
	header->vectors_offset = offsetof(struct eoi_block, vectors);
	header->nr_buckets = NR_HIST_BUCKETS;
	header->hist_offset = offsetof(struct eoi_block, hist);
	header->tsc_khz = tsc_khz;

	for_each_possible_cpu(cpu)
		per_cpu(eoi_account_record, cpu) = (void *)header + header_size + cpu * record_size;
	return 0;
}

void eoi_account_fini(void)
{
	vfree(header);
	header = NULL;
}

static struct eoi_block *live_block(void)
{
	return (void *)__this_cpu_read(eoi_account_record) + LIVE_OFFSET;
}

struct irqstorm_eoi_source *eoi_account_irq(unsigned int irq)
{
	struct eoi_block *live = live_block();

	return irq < header->nr_irqs ? &live->irqs[irq] : &live->sums.other_irq;
}

struct irqstorm_eoi_source *eoi_account_vector(unsigned int index)
{
	return &live_block()->vectors[index];
}

/*
 * Attributes the EOIs since the last call: the first to the pending level-triggered source, the
 * last to @last, those in between to unclaimed. Interrupts are off from an EOI to its handler's
 * entry, or from a level-triggered entry to its EOI, so no foreign EOI comes in between.
 */
static bool attribute_eois(struct irqstorm_eoi_source *last)
{
	const struct irqstorm_eoi_cpu *record = __this_cpu_read(eoi_account_record);
	struct irqstorm_eoi_source *unclaimed = &live_block()->sums.unclaimed;
	struct eoi_attributed *done = this_cpu_ptr(&attributed);
	u64 fast = record->fast - done->fast;
	u64 msr = record->msr - done->msr;
	u64 nr = fast + msr;
	bool was_msr;

	if (!nr)
		return false;
	done->fast = record->fast;
	done->msr = record->msr;
	/* older than the history, which a ticking timer prevents: unclaimed, not guessed */
	if (done->pending_level && nr <= 64) {
		was_msr = record->history >> (nr - 1) & 1;
		fast -= !was_msr;
		msr -= was_msr;
		nr--;
		done->pending_level->fast += !was_msr;
		done->pending_level->msr += was_msr;
		done->pending_level->level++;
	}
	done->pending_level = NULL;
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
	live_block()->sums.no_eoi += !attribute_eois(source);
}

void eoi_account_entry_level(struct irqstorm_eoi_source *source)
{
	attribute_eois(NULL);
	live_block()->sums.no_eoi += !!__this_cpu_read(attributed.pending_level);
	__this_cpu_write(attributed.pending_level, source);
}

void eoi_account_entry_no_eoi(void)
{
	attribute_eois(NULL);
	live_block()->sums.no_eoi++;
}

notrace void eoi_account_cycles(bool fast, u64 cycles)
{
	struct eoi_block *live = live_block();

	live->hist[!fast][min(cycles ? ilog2(cycles) : 0, NR_HIST_BUCKETS - 1)]++;
	if (fast)
		live->sums.cycles_fast += cycles;
	else
		live->sums.cycles_msr += cycles;
}
NOKPROBE_SYMBOL(eoi_account_cycles);

void eoi_account_mark(void)
{
	struct irqstorm_eoi_cpu *record;
	const u64 *live;
	unsigned int i;
	u64 *marked;

	lockdep_assert_irqs_disabled();
	record = __this_cpu_read(eoi_account_record);
	live = (const u64 *)live_block();
	marked = (void *)record + header->marked_offset;
	if (header->flags & IRQSTORM_EOI_F_SOURCES)
		attribute_eois(NULL);
	WRITE_ONCE(record->nr_marks_begun, record->nr_marks + 1);
	smp_wmb(); /* a reader that sees any of the copy sees that it has begun */
	WRITE_ONCE(record->mark_fast, record->fast);
	WRITE_ONCE(record->mark_msr, record->msr);
	for (i = 0; i < header->block_size / sizeof(*marked); i++)
		WRITE_ONCE(marked[i], live[i]);
	smp_wmb(); /* a reader that sees the new nr_marks sees all of the copy */
	WRITE_ONCE(record->nr_marks, record->nr_marks + 1);
}

void eoi_account_set_mode(u32 mode)
{
	if (header->mode == mode)
		return;
	WRITE_ONCE(header->mode, mode);
	WRITE_ONCE(header->nr_mode_changes, header->nr_mode_changes + 1);
}

/* the flag is set only while every CPU times its EOIs */
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
	if (vma->vm_flags & (VM_WRITE | VM_EXEC))
		return -EACCES;
	if (vma->vm_pgoff || vma->vm_end - vma->vm_start > header->map_size)
		return -EINVAL;

	/* mprotect() must not allow what mmap() refuses, nor for a private mapping */
	vm_flags_clear(vma, VM_MAYWRITE | VM_MAYEXEC);
	return remap_vmalloc_range(vma, header, 0);
}
