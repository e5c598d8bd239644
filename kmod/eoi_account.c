// SPDX-License-Identifier: GPL-2.0-only
/*
 * eoi_account.c - the counters, in the layout of the ABI
 *
 * Knows: the records that user space maps, and who may write them.
 * Must not know: how an EOI is made, what a mark means to the host, files and ioctls.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "eoi_account.h"

DEFINE_PER_CPU(struct irqstorm_eoi_cpu *, eoi_account_record);

static struct irqstorm_eoi_header *header;

int eoi_account_init(u32 flags, u32 mode)
{
	const size_t header_size = sizeof(struct irqstorm_eoi_header);
	const size_t record_size = sizeof(struct irqstorm_eoi_cpu);
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

void eoi_account_mark(void)
{
	struct irqstorm_eoi_cpu *record;

	lockdep_assert_irqs_disabled();
	record = __this_cpu_read(eoi_account_record);
	WRITE_ONCE(record->mark_fast, record->fast);
	WRITE_ONCE(record->mark_msr, record->msr);
	WRITE_ONCE(record->nr_marks, record->nr_marks + 1);
}

void eoi_account_set_mode(u32 mode)
{
	if (header->mode == mode)
		return;
	WRITE_ONCE(header->mode, mode);
	WRITE_ONCE(header->nr_mode_changes, header->nr_mode_changes + 1);
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
