// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fields.c - the tables of a record's fields. Only tables.
 */
#include "record/fields.h"

/* a new member goes into its struct's table, or into the list of what is not saved here; then its
 * size is this */
#if UINTPTR_MAX == UINT64_MAX
_Static_assert(sizeof(struct record_machine) == 184, "record_machine: machine_fields[]");
_Static_assert(sizeof(struct record_workload) == 80, "record_workload: workload_fields[]");
_Static_assert(sizeof(struct record_row) == 120,
	       "record_row: record_row_fields[], record_block_row_fields[]");
_Static_assert(sizeof(struct record_cpu) == 80,
	       "record_cpu: record_cpu_fields[], record_block_cpu_fields[]");
_Static_assert(sizeof(struct record_interval) == 64, "record_interval: record_interval_fields[]");
_Static_assert(sizeof(struct record_source) == 104, "record_source: source_fields[]");
_Static_assert(sizeof(struct record_line) == 128, "record_line: line_fields[]");
_Static_assert(sizeof(struct record_program) == 40, "record_program: program_fields[]");
_Static_assert(sizeof(struct record_cell) == 32, "record_cell: cell_fields[]");
_Static_assert(sizeof(struct record_block) == 1136, "record_block: record_block_fields[]");
/* not saved: max_…, texts, no_memory */
_Static_assert(sizeof(struct record) == 1712, "record: record_fields[]");
#endif

static const char *const apic_words[] = { "x2apic", "xapic", NULL };
static const char *const mode_words[] = { "pv", "msr", "ignored", NULL };
static const char *const word_words[] = { "kernel", "own", NULL };
static const char *const placement_words[] = {
	"own", "shared", "elsewhere", "poll", "unknown", NULL
};
static const char *const irq_kind_words[] = {
	"MSI-X", "MSI", "INTx", "virtio-mmio", "unknown", NULL
};
static const char *const counter_words[] = { "LOC", "RES", "CAL", NULL };

/* tables: a row a line */
/* clang-format off */
/* the offset of a member of T, which is of that type, or else the size of an array is negative */
#define AT(member, type) \
	(offsetof(T, member) + 0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((T *)0)->member), type) ? 1 : -1]))
#define FIELD(member, k, type, ...)	{ .key = #member, .kind = k, .offset = AT(member, type), __VA_ARGS__ }
#define NUMBER(member, ...)	FIELD(member, FIELD_NUMBER, uint64_t, __VA_ARGS__)
#define COUNT(member)		FIELD(member, FIELD_COUNT, uint64_t, )
#define MAYBE(member)		FIELD(member, FIELD_MAYBE, uint64_t, )
#define UINT(member, ...)	FIELD(member, FIELD_UINT, unsigned int, __VA_ARGS__)
#define INT(member, ...)	FIELD(member, FIELD_INT, int, __VA_ARGS__)
#define ID(member, ...)		FIELD(member, FIELD_ID, int, __VA_ARGS__)
#define TRISTATE(member, ...)	FIELD(member, FIELD_TRISTATE, int, __VA_ARGS__)
#define BOOL(member, ...)	FIELD(member, FIELD_BOOL, bool, __VA_ARGS__)
#define REAL(member, ...)	FIELD(member, FIELD_REAL, double, __VA_ARGS__)
#define TEXT(member, ...)	FIELD(member, FIELD_TEXT, const char *, __VA_ARGS__)
#define CHARS(member, ...) \
	{ .key = #member, .kind = FIELD_CHARS, .offset = offsetof(T, member), .size = sizeof(((T *)0)->member), __VA_ARGS__ }
#define WORD(member, w, ...)	FIELD(member, FIELD_WORD, const char *, .words = w, __VA_ARGS__)
#define BUCKETS(member, n)	FIELD(member, FIELD_BUCKETS, uint64_t[n], .size = n)
#define STRUCT(member, type, f, ...)	FIELD(member, FIELD_STRUCT, type, .fields = f, __VA_ARGS__)
#define POINTER(member, type, f, ...) \
	FIELD(member, FIELD_POINTER, type *, .size = sizeof(type), .fields = f, __VA_ARGS__)
#define LIST(member, type, f, ...) \
	FIELD(member, FIELD_LIST, type *, .size = sizeof(type), .nr_offset = AT(nr_ ## member, size_t), .fields = f, __VA_ARGS__)
#define BLOCK_LIST(member, type, f) \
	FIELD(member, FIELD_LIST, type *, .size = sizeof(type), .fields = f, .as_in_record = true, \
	      .nr_offset = offsetof(struct record, nr_ ## member), .like_offset = offsetof(struct record, member))
#define IN_KEY	.in_key = true
#define OR_NULL	.or_null = true
#define END	{ .key = NULL }

#define T struct record_machine
static const struct field machine_fields[] = {
	TEXT(host, IN_KEY, OR_NULL), TEXT(cpu_model, IN_KEY, OR_NULL), CHARS(kernel, IN_KEY), CHARS(hypervisor, IN_KEY),
	TRISTATE(pv_eoi_offered, IN_KEY), WORD(apic_mode, apic_words, IN_KEY, OR_NULL), TEXT(cpus_online, IN_KEY), END
};

#undef T
#define T struct record_workload
static const struct field workload_fields[] = {
	TEXT(name, IN_KEY), TEXT(spec, IN_KEY), TEXT(path, IN_KEY, OR_NULL), TEXT(device, IN_KEY, OR_NULL),
	TEXT(bdf, IN_KEY, OR_NULL), TEXT(peer, IN_KEY, OR_NULL), NUMBER(rate_mhz, IN_KEY), TEXT(cpus, IN_KEY),
	UINT(depth, IN_KEY), UINT(batch, IN_KEY), BOOL(has_vectors, IN_KEY), END
};

/* the settings stand beside the plan's own members, as one struct */
#define SET(member, k, type, ...)	{ .key = #member, .kind = k, .offset = AT(set.member, type), __VA_ARGS__ },
#define SET_NUMBER(member)	SET(member, FIELD_NUMBER, uint64_t, IN_KEY)
#define SET_SAME(member)	SET(member, FIELD_SAME, uint64_t, )
#define SET_UINT(member)	SET(member, FIELD_UINT, unsigned int, IN_KEY)
#define SET_REAL(member)	SET(member, FIELD_REAL, double, IN_KEY)
#define SET_BOOL(member)	SET(member, FIELD_BOOL, bool, IN_KEY)
#define SET_ENUM(type, member, names)	SET(member, FIELD_ENUM, type, .words = names, IN_KEY)

#undef T
#define T struct record_plan
static const struct field plan_fields[] = {
	SETTINGS(SET_NUMBER, SET_SAME, SET_UINT, SET_REAL, SET_BOOL, SET_ENUM)
	TEXT(cpus, IN_KEY), TEXT(no_eoi_why, IN_KEY, OR_NULL), END
};

#undef T
#define T struct hist
static const struct field hist_fields[] = {
	COUNT(count), FIELD(min, FIELD_LEAST, uint64_t, ), FIELD(max, FIELD_MOST, uint64_t, ), BUCKETS(buckets, HIST_BUCKETS), END
};

#undef T
#define T struct record_row
#define ROW_COUNTS \
	WORD(placement, placement_words, OR_NULL), ID(irq_cpu, ), MAYBE(events_due), COUNT(events), \
	COUNT(late), COUNT(skipped), COUNT(coalesced), COUNT(lost), MAYBE(interrupts)
const struct field record_row_fields[] = {
	UINT(cpu, IN_KEY), UINT(workload, IN_KEY), WORD(irq_kind, irq_kind_words, IN_KEY, OR_NULL), ID(queue, IN_KEY),
	ID(irq, IN_KEY), WORD(counter, counter_words, IN_KEY, OR_NULL), ROW_COUNTS,
	POINTER(latency, struct hist, hist_fields, ), POINTER(delay, struct hist, hist_fields, ), END
};
const struct field record_block_row_fields[] = { UINT(cpu, ), UINT(workload, ), ROW_COUNTS, END };

#undef T
#define T struct record_cpu
#define CPU_COUNTS \
	COUNT(fast), COUNT(msr), FIELD(mark_begin, FIELD_MARK, uint64_t, ), FIELD(mark_end, FIELD_MARK, uint64_t, ), \
	MAYBE(timer), MAYBE(reschedule), MAYBE(call), MAYBE(steal_ns), COUNT(soak_loops)
const struct field record_cpu_fields[] = { UINT(cpu, IN_KEY), BOOL(has_eoi, IN_KEY), CPU_COUNTS, END };
const struct field record_block_cpu_fields[] = { UINT(cpu, ), BOOL(has_eoi, ), CPU_COUNTS, END };

#undef T
#define T struct record_interval
const struct field record_interval_fields[] = {
	UINT(block, ), NUMBER(t_ns, ), UINT(cpu, ), BOOL(has_eoi, ), COUNT(events), MAYBE(interrupts), COUNT(fast), COUNT(msr),
	COUNT(latency_sum_ns), END
};

#undef T
#define T struct record_source
static const struct field source_fields[] = {
	UINT(cpu, ), ID(irq, ), BOOL(storm, ), CHARS(name, ), COUNT(fast), COUNT(msr), COUNT(level), END
};

#undef T
#define T struct record_line
static const struct field line_fields[] = { UINT(cpu, ), CHARS(label, ), CHARS(name, ), COUNT(count), END };

#undef T
#define T struct record_program
static const struct field program_fields[] = {
	FIELD(argv, FIELD_TEXTS, const char **, IN_KEY), INT(status, IN_KEY), INT(signal, IN_KEY), BOOL(timed_out, IN_KEY),
	COUNT(user_ns), COUNT(system_ns), END
};

#undef T
#define T struct record_cycles
static const struct field path_fields[] = { COUNT(count), COUNT(sum), BUCKETS(buckets, RECORD_BUCKETS), END };
static const struct field cycles_fields[] = {
	{ .key = "fast", .kind = FIELD_STRUCT, .offset = 0, .fields = path_fields },
	{ .key = "msr", .kind = FIELD_STRUCT, .offset = sizeof(struct record_cycles), .fields = path_fields }, END
};

#undef T
#define T struct record_warmup
static const struct field warmup_fields[] = { COUNT(elapsed_ns), COUNT(events), END };

#undef T
#define T struct record_cell
static const struct field cell_fields[] = {
	UINT(arm, IN_KEY), WORD(eoi, mode_words, IN_KEY, OR_NULL), BOOL(idle, IN_KEY), BOOL(has_rate, IN_KEY),
	NUMBER(rate_mhz, IN_KEY), END
};

#undef T
#define T struct record_block
const struct field record_block_fields[] = {
	UINT(cell, ), UINT(repeat, ), NUMBER(rate_mhz, ), NUMBER(t_ns, ), COUNT(elapsed_ns), MAYBE(interrupts_elsewhere),
	COUNT(user_ns), COUNT(system_ns), STRUCT(cycles, struct record_cycles[2], cycles_fields, ),
	BLOCK_LIST(rows, struct record_row, record_block_row_fields),
	BLOCK_LIST(cpus, struct record_cpu, record_block_cpu_fields), POINTER(latency, struct hist, hist_fields, OR_NULL), END
};

#undef T
#define T struct record
/* a block's lists are as long as the record's, which are loaded first */
const struct field record_fields[] = {
	STRUCT(machine, struct record_machine, machine_fields, IN_KEY), STRUCT(plan, struct record_plan, plan_fields, IN_KEY),
	LIST(workloads, struct record_workload, workload_fields, IN_KEY), LIST(cells, struct record_cell, cell_fields, IN_KEY),
	STRUCT(program, struct record_program, program_fields, IN_KEY), WORD(eoi_mode, mode_words, IN_KEY, OR_NULL),
	WORD(pv_eoi_word, word_words, IN_KEY, OR_NULL), BOOL(pv_eoi_usable, IN_KEY), FIELD(tsc_khz, FIELD_UINT, uint32_t, IN_KEY),
	FIELD(calib_msr_cycles, FIELD_CALIBRATION, uint64_t, ), FIELD(calib_base_cycles, FIELD_CALIBRATION, uint64_t, ),
	TEXT(failed, IN_KEY, OR_NULL), BOOL(interrupted, ), STRUCT(warmup, struct record_warmup, warmup_fields, ),
	COUNT(elapsed_ns), MAYBE(interrupts_elsewhere), BOOL(has_sources, IN_KEY), COUNT(no_eoi),
	STRUCT(cycles, struct record_cycles[2], cycles_fields, ),
	LIST(rows, struct record_row, record_row_fields, IN_KEY), LIST(cpus, struct record_cpu, record_cpu_fields, IN_KEY),
	LIST(sources, struct record_source, source_fields, ), LIST(lines, struct record_line, line_fields, ),
	FIELD(notes, FIELD_TEXTS, const char **, ), LIST(blocks, struct record_block, record_block_fields, ),
	LIST(intervals, struct record_interval, record_interval_fields, ), END
};
