/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * irqstorm_eoi.h - what the module irqstorm_eoi and user space say to each other
 *
 * This is the only file that both sides see, and this comment is its manual.
 *
 * /dev/irqstorm_eoi
 *   open(O_RDONLY)            anyone the file's mode lets in; gives the mapping and
 * IRQSTORM_EOI_GET_INFO open(O_RDWR)              CAP_SYS_ADMIN; gives IRQSTORM_EOI_SET_MODE,
 * _SET_TIMING and _MARK too mmap(PROT_READ, offset 0) struct irqstorm_eoi_header, then from byte
 * header_size on one struct irqstorm_eoi_cpu every record_size bytes, record i being possible CPU
 * i. Length: map_size. A writable mapping, and mprotect(PROT_WRITE), give EACCES. read, write not
 * there (EINVAL) An open file or a mapping pins the module.
 *
 * What is counted, and when
 *   Every EOI that this CPU's local APIC driver makes, from the moment the callback was taken over:
 *     fast  the PV-EOI bit was set, the guest cleared it (one BTR) and wrote no register: no exit
 *     msr   the bit was clear (or there is no bit), so the EOI register was written: a WRMSR to
 * 0x80b in x2APIC mode, a store to the APIC page in xAPIC mode (see IRQSTORM_EOI_F_X2APIC). It is a
 * "real EOI", which exits to the host unless the host runs with APICv or AVIC. In the host's words
 * (tracepoints of kvm.ko): fast = kvm_pv_eoi, msr = kvm_eoi - kvm_pv_eoi, exactly; except that a
 *   host with APICv or AVIC sees no EOI that its processor makes.
 *
 * Whose EOIs they were
 *   A record holds two blocks of block_size bytes: the live one at live_offset of the record, and
 * at marked_offset its copy as of the last mark. A block is struct irqstorm_eoi_block, and at
 * offsets from the block's begin: irqs_offset     struct irqstorm_eoi_source, nr_irqs of them: by
 * Linux IRQ number; higher ones are in other_irq vectors_offset  struct irqstorm_eoi_source,
 * nr_vectors of them: what has no IRQ number, IRQSTORM_EOI_V_* hist_offset     __u64, nr_buckets of
 * them for fast, then as many for msr: see Cost An EOI is given to the handler that is entered
 * after it (edge-triggered, MSI, IPI, timer), or, where the interrupt is level-triggered, to the
 * handler that was entered before it. In a marked block every EOI is somebody's: mark_fast = the
 * sum of all .fast: irqs, vectors, other_irq and unclaimed; and likewise mark_msr, exactly. The
 * live block says the same up to the CPU's last handler entry. unclaimed  no handler entry was
 * seen: an interrupt without a tracepoint (async page fault, thermal, ...), one that came while its
 * handler ran on another CPU, a spurious one no_eoi     a handler was entered without an EOI of its
 * own: again for one that came meanwhile, or behind a PIC level is how many of the source's EOIs
 * were of a level-triggered interrupt: the host never grants these the fast path. Without
 * IRQSTORM_EOI_F_SOURCES (module parameter irqs=0) nothing is given to anybody: nr_irqs is 0, and
 *   vectors, other_irq, unclaimed and no_eoi stay 0.
 *
 * Why an EOI was not fast, as far as a guest can tell; the first that holds
 *   not offered  IRQSTORM_EOI_F_OFFERED and IRQSTORM_EOI_F_HYPERV are clear
 *   off          mode is IRQSTORM_EOI_MODE_MSR
 *   ignored      mode is IRQSTORM_EOI_MODE_IGNORED
 *   level        it is counted in level
 *   APICv-like   mode is IRQSTORM_EOI_MODE_PV, fast stands still, and a register write is cheap:
 * calib_msr_cycles is hardly more than calib_base_cycles (an exit costs about a thousand); such a
 * host never grants else         another interrupt was pending, or an exit came between injection
 * and EOI: a guest cannot see which; or the word was not registered for a moment: from the
 * preparation of a suspend to the resume, and at shutdown
 *
 * Cost
 *   While IRQSTORM_EOI_F_TIMING is set, the TSC cycles that each EOI takes are counted in a
 * histogram of its path: bucket i has those of 2^i cycles and more but less than 2^(i+1); bucket 0
 * also 0 cycles, the last bucket all that is longer. Their sum is in cycles_fast and cycles_msr.
 * Reading the TSC is in it: calib_base_cycles, about. Between two marks with timing on all the
 * while, the buckets' sums are fast and msr. calib_msr_cycles is the median of a few dozen EOI
 * register writes with nothing in service, made with interrupts off when the module was loaded;
 * calib_base_cycles the same without the write; both 0: not made (calibrate=0).
 *
 * Races a reader has to know
 *   A record is written by its own CPU only, with interrupts off, by plain 64-bit stores; so each
 * field read with one aligned 64-bit load is a true value, but two fields read one after the other
 * may have an EOI between them. A marked block is many stores. Read nr_marks, then mark_* and what
 * is wanted of the block, then nr_marks_begun: if that is the nr_marks of before, all of it is of
 * one mark; otherwise read again. Monotonic; they never go back while the module is loaded; an
 * offline CPU's counters stand still. The host learns of a fast EOI at the CPU's next exit only.
 * Windows that are to agree with the host's tracepoints to the last EOI must therefore begin and
 * end at an exit that both sides can see: a mark.
 *
 * Marks
 *   A mark is a write of MSR_KVM_PV_EOI_EN (0x4b564d04) on a CPU, and just before it, with
 * interrupts off, the copy of the CPU's fast, msr and live block to mark_fast, mark_msr and the
 * marked block; nr_marks counts them. The host sees it as a kvm_msr tracepoint with ecx 0x4b564d04
 * on that vCPU, so the n-th mark here is the n-th such write by the module there. Marks are made by
 * loading (mark 1 on each online CPU), IRQSTORM_EOI_SET_MODE, closing the file whose mode it was if
 * that changes the mode, a CPU coming online or going offline, a suspend and the resume from it,
 * shutdown, and IRQSTORM_EOI_MARK, which writes the value that is already there, on all online
 * CPUs. Where the host does not offer PV-EOI a mark is the copy alone, and the host sees nothing.
 *   The ioctls return after the last CPU has made its mark; mark_* stand still until the next mark.
 *
 * Modes
 *   IRQSTORM_EOI_MODE_PV   the word is registered with the host, which may grant the fast path
 *   IRQSTORM_EOI_MODE_MSR  the enable bit in the MSR is clear: the host never grants, every EOI is
 * a register write IRQSTORM_EOI_MODE_IGNORED  the word is registered, the host may grant, and the
 * guest does not look: every EOI is a register write, at whose exit the host takes the bit back.
 * What granting alone costs. The mode set through an open file is that file's: when the file is
 * closed (also by a SIGKILL) the mode of before is put back. One file at a time: EBUSY for the
 * second. A file is closed when its last descriptor and its last mapping are gone. A guest that the
 * kernel runs as one of Hyper-V's (IRQSTORM_EOI_F_HYPERV) is in mode pv always, and as none of the
 *   module's words is registered, IRQSTORM_EOI_F_OFFERED is clear and a mark is the copy alone.
 *
 * Growth: fields take the place of reserved ones, where 0 means not known, or are added at the end
 * of a struct, and then header_size, record_size or an offset grows; a reader uses these and not
 * its own sizeof. IRQSTORM_EOI_GET_INFO carries its caller's sizeof: the module fills as much, and
 * what it does not know with 0. Whatever changes the meaning of what is there bumps
 * IRQSTORM_EOI_ABI, and either side refuses the other's number.
 */
#ifndef IRQSTORM_EOI_UAPI_H
#define IRQSTORM_EOI_UAPI_H

#include <linux/types.h>
#include <linux/ioctl.h>

#define IRQSTORM_EOI_ABI 1
#define IRQSTORM_EOI_DEV "irqstorm_eoi" /* below /dev */

/* irqstorm_eoi_header.flags */
#define IRQSTORM_EOI_F_X2APIC                                                                      \
	(1U << 0) /* the register path is WRMSR 0x80b; clear: the xAPIC page (mmio) */
#define IRQSTORM_EOI_F_KERNEL_WORD                                                                 \
	(1U << 1) /* the PV-EOI word is the kernel's own; clear: the module's */
#define IRQSTORM_EOI_F_OFFERED                                                                     \
	(1U << 2) /* the host offers PV-EOI; clear: counting only, modes give EOPNOTSUPP */
#define IRQSTORM_EOI_F_SOURCES (1U << 3) /* EOIs are given to irqs and vectors */
#define IRQSTORM_EOI_F_TIMING (1U << 4)	 /* EOIs are timed now */
#define IRQSTORM_EOI_F_HYPERV                                                                      \
	(1U << 5) /* the bit is that of Hyper-V's VP assist page, the register HV_X64_MSR_EOI */

/* irqstorm_eoi_header.mode, irqstorm_eoi_mode.mode */
#define IRQSTORM_EOI_MODE_PV 1U
#define IRQSTORM_EOI_MODE_MSR 2U
#define IRQSTORM_EOI_MODE_IGNORED 3U

/* interrupts without an IRQ number, as places in a block's vectors; the names are those of the
 * kernel's tracepoints */
#define IRQSTORM_EOI_V_LOCAL_TIMER 0
#define IRQSTORM_EOI_V_RESCHEDULE 1
#define IRQSTORM_EOI_V_CALL_FUNCTION 2
#define IRQSTORM_EOI_V_CALL_FUNCTION_SINGLE 3
#define IRQSTORM_EOI_V_IRQ_WORK 4
#define IRQSTORM_EOI_NR_V 5

struct irqstorm_eoi_header {
	__u32 abi;	       /* IRQSTORM_EOI_ABI */
	__u32 header_size;     /* bytes before record 0; a multiple of 64 */
	__u32 record_size;     /* bytes from one record to the next; a multiple of 64 */
	__u32 nr_records;      /* highest possible CPU number + 1 */
	__u32 flags;	       /* IRQSTORM_EOI_F_* */
	__u32 mode;	       /* IRQSTORM_EOI_MODE_*, as it is now */
	__u64 map_size;	       /* bytes to map; a multiple of the page size */
	__u64 nr_mode_changes; /* since loading */
	__u64 reserved[3];     /* 0 */
	/* from here on there only if header_size says so */
	__u32 block_size;    /* bytes of a block; a multiple of 64 */
	__u32 live_offset;   /* of the live block, from the begin of a record */
	__u32 marked_offset; /* of its copy as of the last mark */
	__u32 nr_irqs;	     /* irqs 0 to nr_irqs - 1 have a place of their own */
	__u32 irqs_offset;   /* these three from the begin of a block */
	__u32 nr_vectors;
	__u32 vectors_offset;
	__u32 nr_buckets; /* of one histogram */
	__u32 hist_offset;
	__u32 tsc_khz;		 /* cycles per millisecond; 0: not known */
	__u64 calib_msr_cycles;	 /* of an EOI by the register, nothing in service; 0: not made */
	__u64 calib_base_cycles; /* of the measuring itself */
	__u64 nr_timing_changes; /* since loading; the same at both ends of a window: timing was on,
				    or off, all the while */
};

struct irqstorm_eoi_cpu {
	__u64 fast;	      /* EOIs by the PV-EOI bit */
	__u64 msr;	      /* EOIs by the register */
	__u64 mark_fast;      /* fast at the last mark */
	__u64 mark_msr;	      /* msr at the last mark */
	__u64 nr_marks;	      /* marks on this CPU since loading */
	__u64 history;	      /* the last 64 EOIs, bit 0 the latest; 1: by the register */
	__u64 nr_marks_begun; /* nr_marks + 1 while a mark is being made; both the same: mark_* and
				 the marked block are whole */
	__u64 reserved;	      /* 0 */
};

struct irqstorm_eoi_source {
	__u64 fast; /* of this source, as in struct irqstorm_eoi_cpu */
	__u64 msr;
	__u64 level; /* of fast + msr: how many were of a level-triggered interrupt */
};

struct irqstorm_eoi_block {
	struct irqstorm_eoi_source unclaimed; /* nobody's */
	struct irqstorm_eoi_source other_irq; /* of IRQ nr_irqs and higher */
	__u64 no_eoi;			      /* handlers entered without an EOI of their own */
	__u64 cycles_fast;		      /* the sum of all that are in the histogram */
	__u64 cycles_msr;
	__u64 reserved[7]; /* 0 */
};

struct irqstorm_eoi_mode {
	__u32 mode;	/* IRQSTORM_EOI_MODE_* */
	__u32 reserved; /* 0, or EINVAL */
};

struct irqstorm_eoi_timing {
	__u32 on;	/* 0 or 1 */
	__u32 reserved; /* 0, or EINVAL */
};

#define IRQSTORM_EOI_IOC 0xE0

/* the header by value, for readers that want no mapping; errors: EFAULT */
#define IRQSTORM_EOI_GET_INFO _IOR(IRQSTORM_EOI_IOC, 1, struct irqstorm_eoi_header)
/*
 * set the mode on all CPUs at once, now and for CPUs that come online, until this file is closed; a
 * mark. errors: EPERM (file not open for writing), EINVAL (unknown mode, reserved not 0), EBUSY
 * (another file holds a mode), EOPNOTSUPP (the host does not offer PV-EOI), EFAULT
 */
#define IRQSTORM_EOI_SET_MODE _IOW(IRQSTORM_EOI_IOC, 2, struct irqstorm_eoi_mode)
/* make a mark on all online CPUs; errors: EPERM (file not open for writing) */
#define IRQSTORM_EOI_MARK _IO(IRQSTORM_EOI_IOC, 3)
/*
 * time EOIs, until this file says no or is closed; EOIs are timed as long as any file wants it. No
 * mark: make one next. errors: EPERM (file not open for writing), EINVAL (on neither 0 nor 1,
 * reserved not 0), EFAULT
 */
#define IRQSTORM_EOI_SET_TIMING _IOW(IRQSTORM_EOI_IOC, 4, struct irqstorm_eoi_timing)

/* both worlds check the layout: C11 in user space, and the kernel is gnu11 */
_Static_assert(sizeof(struct irqstorm_eoi_header) == 128, "irqstorm_eoi_header is 128 bytes");
_Static_assert(__builtin_offsetof(struct irqstorm_eoi_header, mode) == 20, "mode at 20");
_Static_assert(__builtin_offsetof(struct irqstorm_eoi_header, map_size) == 24, "map_size at 24");
_Static_assert(sizeof(struct irqstorm_eoi_cpu) == 64, "irqstorm_eoi_cpu is 64 bytes");
_Static_assert(__builtin_offsetof(struct irqstorm_eoi_cpu, nr_marks) == 32, "nr_marks at 32");
_Static_assert(__builtin_offsetof(struct irqstorm_eoi_header, block_size) == 64,
	       "block_size at 64");
_Static_assert(__builtin_offsetof(struct irqstorm_eoi_header, calib_msr_cycles) == 104,
	       "calib_msr_cycles at 104");
_Static_assert(sizeof(struct irqstorm_eoi_source) == 24, "irqstorm_eoi_source is 24 bytes");
_Static_assert(sizeof(struct irqstorm_eoi_block) == 128, "irqstorm_eoi_block is 128 bytes");
_Static_assert(__builtin_offsetof(struct irqstorm_eoi_block, no_eoi) == 48, "no_eoi at 48");
_Static_assert(sizeof(struct irqstorm_eoi_mode) == 8, "irqstorm_eoi_mode is 8 bytes");
_Static_assert(sizeof(struct irqstorm_eoi_timing) == 8, "irqstorm_eoi_timing is 8 bytes");

#endif /* IRQSTORM_EOI_UAPI_H */
