/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * irqstorm_eoi.h - the ABI between the module irqstorm_eoi and user space
 *
 * The only file that both sides include; this comment is its manual.
 *
 * /dev/irqstorm_eoi
 *   open(O_RDONLY)   allowed by the file's mode; gives the mapping and IRQSTORM_EOI_GET_INFO
 *   open(O_RDWR)     requires CAP_SYS_ADMIN; adds IRQSTORM_EOI_SET_MODE, _SET_TIMING and _MARK
 *   mmap(PROT_READ)  at offset 0, up to map_size bytes: struct irqstorm_eoi_header, then from byte
 *                    header_size on a struct irqstorm_eoi_cpu every record_size bytes. Record i
 *                    belongs to possible CPU i. PROT_WRITE and PROT_EXEC give EACCES, also in
 *                    mprotect(2). (PROT_EXEC gives EPERM if /dev is mounted noexec.)
 *   read, write      EINVAL
 *   An open file or a mapping pins the module.
 *
 * Counters
 *   Every EOI that the CPU's local APIC driver makes after the module was loaded:
 *     fast  fast path: the PV-EOI bit was set; one BTR cleared it, and no register was written
 *     msr   MSR path: the bit was clear or there is none, so the EOI register was written: by
 *           WRMSR 0x80b in x2APIC mode, by a store to the APIC page in xAPIC mode (see
 *           IRQSTORM_EOI_F_X2APIC). The write exits unless the host uses APICv or AVIC.
 *   In terms of kvm.ko's tracepoints, exactly: fast = kvm_pv_eoi, msr = kvm_eoi - kvm_pv_eoi. With
 *   APICv or AVIC the host does not see the EOIs that its processor handles.
 *
 * Sources
 *   A source is what an EOI is attributed to: an IRQ or a system vector. A record holds two blocks
 *   of block_size bytes: the live one at live_offset, and at marked_offset its copy as of the last
 *   sync mark. A block is a struct irqstorm_eoi_block, and at these offsets from its start:
 *     irqs_offset     struct irqstorm_eoi_source[nr_irqs], by Linux IRQ number; higher numbers are
 *                     counted in other_irq
 *     vectors_offset  struct irqstorm_eoi_source[nr_vectors], by IRQSTORM_EOI_V_*
 *     hist_offset     __u64[nr_buckets] for fast, then as many for msr: see Cost
 *   An EOI is attributed to the handler entered after it (edge-triggered, MSI, IPI, timer), or, for
 *   a level-triggered interrupt, to the handler entered before it.
 *     unclaimed  no handler was entered: a vector without a tracepoint (async page fault, thermal,
 *                ...), an interrupt that arrived while its handler ran on another CPU, a spurious
 *                one
 *     no_eoi     a handler was entered without an EOI of its own: it handles an interrupt that
 *                arrived while it ran, or one of a PIC
 *     level      the part of fast + msr that was level-triggered; the host never grants those the
 *                fast path
 *   In a marked block mark_fast is exactly the sum of fast over irqs, vectors, other_irq and
 *   unclaimed; likewise mark_msr. In the live block that holds up to the last handler entry.
 *   Without IRQSTORM_EOI_F_SOURCES (module parameter irqs=0) nothing is attributed: nr_irqs is 0,
 *   and vectors, other_irq, unclaimed and no_eoi stay 0.
 *
 * Why an EOI took the MSR path, as far as a guest can tell (the first that applies)
 *   not offered  IRQSTORM_EOI_F_OFFERED and IRQSTORM_EOI_F_HYPERV are clear
 *   off          mode is IRQSTORM_EOI_MODE_MSR
 *   ignored      mode is IRQSTORM_EOI_MODE_IGNORED
 *   level        it is counted in level
 *   APICv-like   mode is IRQSTORM_EOI_MODE_PV, fast does not grow, and a register write is cheap:
 *                calib_msr_cycles hardly exceeds calib_base_cycles, where an exit costs about 1000
 *                more. Such a host never grants the fast path.
 *   other        another interrupt was pending, or an exit came between injection and EOI; a guest
 *                cannot tell which. Or no PV-EOI area was registered: in a suspend or shutdown.
 *
 * Cost
 *   While IRQSTORM_EOI_F_TIMING is set, the TSC cycles of each EOI are counted in a histogram of
 *   its path. Bucket i counts 2^i <= cycles < 2^(i+1); bucket 0 includes 0 cycles, the last bucket
 *   all longer ones. cycles_fast and cycles_msr are the sums. They include reading the TSC, which
 *   takes about calib_base_cycles. Between two sync marks with timing on throughout, the buckets
 *   add up to fast and msr.
 *   calib_msr_cycles is the median of a few dozen EOI register writes with no interrupt in service
 *   and interrupts off, measured when the module was loaded; calib_base_cycles is the same without
 *   the write. Both are 0 with calibrate=0.
 *
 * Reading without races
 *   Only its own CPU writes a record, with interrupts off and by plain 64-bit stores. An aligned
 *   64-bit load of one field is a true value; between the loads of two fields an EOI may happen.
 *   A marked block is written by many stores. Read nr_marks, then mark_* and the block, then
 *   nr_marks_begun: if it equals nr_marks, all of it is of one sync mark; otherwise read again.
 *   Counters never decrease while the module is loaded. An offline CPU's counters stand still.
 *   The host learns of a fast EOI at the vCPU's next full exit. Windows that must agree with the
 *   host's tracepoints to the last EOI therefore begin and end at an exit that both sides see: a
 *   sync mark.
 *
 * Sync marks
 *   A sync mark is a write of MSR_KVM_PV_EOI_EN (0x4b564d04) on a CPU. Just before it, with
 *   interrupts off, the CPU copies fast, msr and the live block to mark_fast, mark_msr and the
 *   marked block; nr_marks counts them. The host traces the write as kvm_msr with ecx 0x4b564d04
 *   on that vCPU, so the n-th sync mark is the module's n-th such write.
 *   Sync marks are made by loading the module (the first, on each online CPU),
 *   IRQSTORM_EOI_SET_MODE, closing the file that set the mode if the mode changes, a CPU coming
 *   online or going offline, suspend and resume, shutdown, and IRQSTORM_EOI_MARK, which writes the
 *   current value on all online CPUs. If the host does not offer PV-EOI, a sync mark is the copy
 *   alone.
 *   The ioctls return after the last CPU has made its sync mark; mark_* stand still until the next.
 *
 * Modes
 *   IRQSTORM_EOI_MODE_PV       the PV-EOI area is registered; the host may grant the fast path
 *   IRQSTORM_EOI_MODE_MSR      the enable bit in the MSR is clear: the host never grants, and every
 *                              EOI takes the MSR path
 *   IRQSTORM_EOI_MODE_IGNORED  the area is registered and the host may grant, but the guest does
 *                              not look: every EOI takes the MSR path. Its register write is a full
 *                              exit, where the host clears the bit. The cost of granting alone.
 *   A mode belongs to the file that set it: closing that file, also by a SIGKILL, restores mode pv.
 *   A second file gets EBUSY. A file is closed when its last descriptor and its last mapping are
 *   gone.
 *   In a guest that uses Hyper-V enlightenments (IRQSTORM_EOI_F_HYPERV) the mode is always pv. No
 *   PV-EOI area is registered: IRQSTORM_EOI_F_OFFERED is clear and a sync mark is the copy alone.
 *
 * Growth
 *   A new field replaces a reserved one, where 0 means unknown, or is added to the end of a struct:
 *   then header_size, record_size or an offset grows, and readers use these instead of their own
 *   sizeof. IRQSTORM_EOI_GET_INFO carries the caller's sizeof; the module fills that many bytes,
 *   with 0 for what it does not know. A change of meaning increments IRQSTORM_EOI_ABI, and each
 *   side refuses a number that is not its own.
 */
#ifndef IRQSTORM_EOI_UAPI_H
#define IRQSTORM_EOI_UAPI_H

#include <linux/types.h>
#include <linux/ioctl.h>

#define IRQSTORM_EOI_ABI 1
#define IRQSTORM_EOI_DEV "irqstorm_eoi" /* below /dev */

/*
 * irqstorm_eoi_header.flags
 *   X2APIC       the register is written by WRMSR 0x80b; clear: through the xAPIC page (mmio)
 *   KERNEL_WORD  the PV-EOI area is the kernel's own; clear: the module's
 *   OFFERED      the host offers PV-EOI; clear: counting only, setting a mode gives EOPNOTSUPP
 *   SOURCES      EOIs are attributed to IRQs and vectors
 *   TIMING       EOIs are being timed
 *   HYPERV       the bit is in Hyper-V's VP assist page, the register is HV_X64_MSR_EOI
 */
#define IRQSTORM_EOI_F_X2APIC (1U << 0)
#define IRQSTORM_EOI_F_KERNEL_WORD (1U << 1)
#define IRQSTORM_EOI_F_OFFERED (1U << 2)
#define IRQSTORM_EOI_F_SOURCES (1U << 3)
#define IRQSTORM_EOI_F_TIMING (1U << 4)
#define IRQSTORM_EOI_F_HYPERV (1U << 5)

/* irqstorm_eoi_header.mode, irqstorm_eoi_mode.mode */
#define IRQSTORM_EOI_MODE_PV 1U
#define IRQSTORM_EOI_MODE_MSR 2U
#define IRQSTORM_EOI_MODE_IGNORED 3U

/* system vectors, as indices into a block's vectors; named like the kernel's tracepoints */
#define IRQSTORM_EOI_V_LOCAL_TIMER 0
#define IRQSTORM_EOI_V_RESCHEDULE 1
#define IRQSTORM_EOI_V_CALL_FUNCTION 2
#define IRQSTORM_EOI_V_CALL_FUNCTION_SINGLE 3
#define IRQSTORM_EOI_V_IRQ_WORK 4
#define IRQSTORM_EOI_NR_V 5

struct irqstorm_eoi_header {
	__u32 abi;	       /* IRQSTORM_EOI_ABI */
	__u32 header_size;     /* offset of record 0; a multiple of 64 */
	__u32 record_size;     /* distance between records; a multiple of 64 */
	__u32 nr_records;      /* highest possible CPU number + 1 */
	__u32 flags;	       /* IRQSTORM_EOI_F_* */
	__u32 mode;	       /* IRQSTORM_EOI_MODE_*, the current one */
	__u64 map_size;	       /* bytes to map; a multiple of the page size */
	__u64 nr_mode_changes; /* since the module was loaded */
	__u64 reserved[3];     /* 0 */
	/* the following exist only if header_size covers them */
	__u32 block_size;    /* a multiple of 64 */
	__u32 live_offset;   /* of the live block in a record */
	__u32 marked_offset; /* of the marked block in a record */
	__u32 nr_irqs;	     /* IRQs 0 to nr_irqs - 1 have counters of their own */
	__u32 irqs_offset;   /* in a block, as are the other two below */
	__u32 nr_vectors;
	__u32 vectors_offset;
	__u32 nr_buckets; /* of each histogram */
	__u32 hist_offset;
	__u32 tsc_khz;		 /* TSC cycles per millisecond; 0: unknown */
	__u64 calib_msr_cycles;	 /* of an EOI register write; 0: not measured */
	__u64 calib_base_cycles; /* of the measurement itself */
	__u64 nr_timing_changes; /* unchanged over a window: timing was on, or off, throughout */
};

struct irqstorm_eoi_cpu {
	__u64 fast;	      /* EOIs on the fast path */
	__u64 msr;	      /* EOIs on the MSR path */
	__u64 mark_fast;      /* fast at the last sync mark */
	__u64 mark_msr;	      /* msr at the last sync mark */
	__u64 nr_marks;	      /* sync marks on this CPU since the module was loaded */
	__u64 history;	      /* the last 64 EOIs, the latest in bit 0; 1: MSR path */
	__u64 nr_marks_begun; /* nr_marks + 1 while a sync mark is being made */
	__u64 reserved;	      /* 0 */
};

struct irqstorm_eoi_source {
	__u64 fast;
	__u64 msr;
	__u64 level; /* the part of fast + msr that was level-triggered */
};

struct irqstorm_eoi_block {
	struct irqstorm_eoi_source unclaimed; /* attributed to no source */
	struct irqstorm_eoi_source other_irq; /* IRQ nr_irqs and higher */
	__u64 no_eoi;			      /* handlers entered without an EOI of their own */
	__u64 cycles_fast;		      /* of all EOIs in the histogram */
	__u64 cycles_msr;
	__u64 reserved[7]; /* 0 */
};

struct irqstorm_eoi_mode {
	__u32 mode;	/* IRQSTORM_EOI_MODE_* */
	__u32 reserved; /* must be 0 */
};

struct irqstorm_eoi_timing {
	__u32 on;	/* 0 or 1 */
	__u32 reserved; /* must be 0 */
};

#define IRQSTORM_EOI_IOC 0xE0

/* the header by value, for readers without a mapping; errors: EFAULT */
#define IRQSTORM_EOI_GET_INFO _IOR(IRQSTORM_EOI_IOC, 1, struct irqstorm_eoi_header)
/*
 * Sets the mode on all CPUs, also on those that come online later, until this file is closed; makes
 * a sync mark. Errors: EPERM (file not open for writing), EINVAL (unknown mode, reserved not 0),
 * EBUSY (another file has set a mode), EOPNOTSUPP (the host does not offer PV-EOI), EFAULT.
 */
#define IRQSTORM_EOI_SET_MODE _IOW(IRQSTORM_EOI_IOC, 2, struct irqstorm_eoi_mode)
/* makes a sync mark on all online CPUs; errors: EPERM (file not open for writing) */
#define IRQSTORM_EOI_MARK _IO(IRQSTORM_EOI_IOC, 3)
/*
 * Times EOIs until every file that has turned it on turns it off or is closed. Makes no sync mark:
 * make one next. Errors: EPERM (file not open for writing), EINVAL (on neither 0 nor 1, reserved
 * not 0), EFAULT.
 */
#define IRQSTORM_EOI_SET_TIMING _IOW(IRQSTORM_EOI_IOC, 4, struct irqstorm_eoi_timing)

/* checked on both sides */
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
