/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * irqstorm_eoi.h - what the module irqstorm_eoi and user space say to each other
 *
 * This is the only file that both sides see, and this comment is its manual.
 *
 * /dev/irqstorm_eoi
 *   open(O_RDONLY)            anyone the file's mode lets in; gives the mapping and IRQSTORM_EOI_GET_INFO
 *   open(O_RDWR)              CAP_SYS_ADMIN; gives IRQSTORM_EOI_SET_MODE and IRQSTORM_EOI_MARK too
 *   mmap(PROT_READ, offset 0) struct irqstorm_eoi_header, then from byte header_size on one
 *                             struct irqstorm_eoi_cpu every record_size bytes, record i being possible CPU i.
 *                             Length: map_size. A writable mapping, and mprotect(PROT_WRITE), give EACCES.
 *   read, write               not there (EINVAL)
 *   An open file or a mapping pins the module.
 *
 * What is counted, and when
 *   Every EOI that this CPU's local APIC driver makes, from the moment the callback was taken over:
 *     fast  the PV-EOI bit was set, the guest cleared it (one BTR) and wrote no register: no exit
 *     msr   the bit was clear (or there is no bit), so the EOI register was written: a WRMSR to 0x80b in x2APIC
 *           mode, a store to the APIC page in xAPIC mode (see IRQSTORM_EOI_F_X2APIC). It is a "real EOI",
 *           which exits to the host unless the host runs with APICv or AVIC.
 *   In the host's words (tracepoints of kvm.ko): fast = kvm_pv_eoi, msr = kvm_eoi - kvm_pv_eoi, exactly.
 *
 * Races a reader has to know
 *   A record is written by its own CPU only, with interrupts off, by plain 64-bit stores; so each field read with
 *   one aligned 64-bit load is a true value, but two fields read one after the other may have an EOI between them.
 *   Monotonic; they never go back while the module is loaded; an offline CPU's counters stand still.
 *   The host learns of a fast EOI at the CPU's next exit only. Windows that are to agree with the host's
 *   tracepoints to the last EOI must therefore begin and end at an exit that both sides can see: a mark.
 *
 * Marks
 *   A mark is a write of MSR_KVM_PV_EOI_EN (0x4b564d04) on a CPU, and just before it, with interrupts off, the copy
 *   of the CPU's fast and msr to mark_fast and mark_msr; nr_marks counts them. The host sees it as a kvm_msr
 *   tracepoint with ecx 0x4b564d04 on that vCPU, so the n-th mark here is the n-th such write by the module there.
 *   Marks are made by loading (mark 1 on each online CPU), IRQSTORM_EOI_SET_MODE, closing the file whose mode it
 *   was if that changes the mode, a CPU coming online or going offline, a suspend and the resume from it, shutdown, and
 *   IRQSTORM_EOI_MARK, which writes the value that is already there, on all online CPUs. Where the host does not offer
 *   PV-EOI a mark is the copy alone, and the host sees nothing.
 *   The ioctls return after the last CPU has made its mark; mark_* stand still until the next mark.
 *
 * Modes
 *   IRQSTORM_EOI_MODE_PV   the word is registered with the host, which may grant the fast path
 *   IRQSTORM_EOI_MODE_MSR  the enable bit in the MSR is clear: the host never grants, every EOI is a register write
 *   The mode set through an open file is that file's: when the file is closed (also by a SIGKILL) the mode of before
 *   is put back. One file at a time: EBUSY for the second. A file is closed when its last descriptor and its last
 *   mapping are gone.
 *
 * Growth: fields are only ever added at the end of either struct, and then header_size and record_size grow; a reader
 * uses these two and not its own sizeof. Whatever changes the meaning of what is there bumps IRQSTORM_EOI_ABI,
 * and either side refuses the other's number.
 */
#ifndef IRQSTORM_EOI_UAPI_H
#define IRQSTORM_EOI_UAPI_H

#include <linux/types.h>
#include <linux/ioctl.h>

#define IRQSTORM_EOI_ABI	1
#define IRQSTORM_EOI_DEV	"irqstorm_eoi"	/* below /dev */

/* irqstorm_eoi_header.flags */
#define IRQSTORM_EOI_F_X2APIC		(1U << 0) /* the register path is WRMSR 0x80b; clear: the xAPIC page (mmio) */
#define IRQSTORM_EOI_F_KERNEL_WORD	(1U << 1) /* the PV-EOI word is the kernel's own; clear: the module's */

/* irqstorm_eoi_header.mode, irqstorm_eoi_mode.mode */
#define IRQSTORM_EOI_MODE_PV		1U
#define IRQSTORM_EOI_MODE_MSR		2U

struct irqstorm_eoi_header {
	__u32 abi;		/* IRQSTORM_EOI_ABI */
	__u32 header_size;	/* bytes before record 0; a multiple of 64 */
	__u32 record_size;	/* bytes from one record to the next; a multiple of 64 */
	__u32 nr_records;	/* highest possible CPU number + 1 */
	__u32 flags;		/* IRQSTORM_EOI_F_* */
	__u32 mode;		/* IRQSTORM_EOI_MODE_*, as it is now */
	__u64 map_size;		/* bytes to map; a multiple of the page size */
	__u64 nr_mode_changes;	/* since loading */
	__u64 reserved[3];	/* 0 */
};

struct irqstorm_eoi_cpu {
	__u64 fast;		/* EOIs by the PV-EOI bit */
	__u64 msr;		/* EOIs by the register */
	__u64 mark_fast;	/* fast at the last mark */
	__u64 mark_msr;		/* msr at the last mark */
	__u64 nr_marks;		/* marks on this CPU since loading */
	__u64 reserved[3];	/* 0 */
};

struct irqstorm_eoi_mode {
	__u32 mode;		/* IRQSTORM_EOI_MODE_* */
	__u32 reserved;		/* 0, or EINVAL */
};

#define IRQSTORM_EOI_IOC	0xE0

/* the header by value, for readers that want no mapping; errors: EFAULT */
#define IRQSTORM_EOI_GET_INFO	_IOR(IRQSTORM_EOI_IOC, 1, struct irqstorm_eoi_header)
/*
 * set the mode on all CPUs at once, now and for CPUs that come online, until this file is closed; a mark.
 * errors: EPERM (file not open for writing), EINVAL (unknown mode, reserved not 0), EBUSY (another file holds a mode),
 * EOPNOTSUPP (the host does not offer PV-EOI), EFAULT
 */
#define IRQSTORM_EOI_SET_MODE	_IOW(IRQSTORM_EOI_IOC, 2, struct irqstorm_eoi_mode)
/* make a mark on all online CPUs; errors: EPERM (file not open for writing) */
#define IRQSTORM_EOI_MARK	_IO(IRQSTORM_EOI_IOC, 3)

/* both worlds check the layout: C11 in user space, and the kernel is gnu11 */
_Static_assert(sizeof(struct irqstorm_eoi_header) == 64, "irqstorm_eoi_header is 64 bytes");
_Static_assert(__builtin_offsetof(struct irqstorm_eoi_header, mode) == 20, "mode at 20");
_Static_assert(__builtin_offsetof(struct irqstorm_eoi_header, map_size) == 24, "map_size at 24");
_Static_assert(sizeof(struct irqstorm_eoi_cpu) == 64, "irqstorm_eoi_cpu is 64 bytes");
_Static_assert(__builtin_offsetof(struct irqstorm_eoi_cpu, nr_marks) == 32, "nr_marks at 32");
_Static_assert(sizeof(struct irqstorm_eoi_mode) == 8, "irqstorm_eoi_mode is 8 bytes");

#endif /* IRQSTORM_EOI_UAPI_H */
