/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * random_record.h - records as a run leaves them, with everything in them drawn: what is asked for
 * from one seed, what was measured from another
 */
#ifndef IRQSTORM_RANDOM_RECORD_H
#define IRQSTORM_RANDOM_RECORD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "record/store.h"

/* splitmix64 */
static inline uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

static inline unsigned int draw_below(uint64_t *state, unsigned int n)
{
	return (unsigned int)(draw(state) % n);
}

/* of every size, up to 2^40 */
static inline uint64_t draw_count(uint64_t *state)
{
	return draw(state) >> (24 + draw_below(state, 41) % 40);
}

static inline const char *draw_word(uint64_t *state, const char *const *words)
{
	size_t nr = 0;

	while (words[nr])
		nr++;
	nr = draw_below(state, (unsigned int)nr + 1);
	return words[nr]; /* NULL too */
}

static inline void draw_key(struct record *rec, uint64_t key)
{
	static const char *const modes[] = { "pv", "msr", "ignored", NULL }, *const apics[] = {
		"x2apic", "xapic", NULL
	};
	static const char *const hosts[] = { "guest-1", "g\xc3\xa4st", "\xff\x01?", NULL };
	static const char *const args[] = { "sh", "-c", "true; # \"\\\n\xc3", "", NULL };
	uint64_t s = key;
	unsigned int nr_workloads = draw_below(&s, 3), nr_cpus = 1 + draw_below(&s, 3),
		     nr_cells = 1 + draw_below(&s, 3);
	struct record_cell cells[3] = { { 0 } };

	if (record_init(rec, nr_workloads, nr_workloads * nr_cpus, nr_cpus))
		abort();
	snprintf(rec->machine.kernel, sizeof(rec->machine.kernel), "6.%u", draw_below(&s, 2));
	snprintf(rec->machine.hypervisor, sizeof(rec->machine.hypervisor), "KVM");
	rec->machine.host = draw_word(&s, hosts);
	rec->machine.cpu_model = draw_word(&s, hosts);
	rec->machine.apic_mode = draw_word(&s, apics);
	rec->machine.pv_eoi_offered = (int)draw_below(&s, 3) - 1;
	rec->machine.cpus_online = rec->plan.cpus = "0-7";
	rec->plan.set.pace = draw_below(&s, 2) ? PACE_SLEEP : PACE_SPIN;
	rec->plan.set.rate_mhz = draw_count(&s);
	rec->plan.set.until = (double)draw_below(&s, 100) / 7;
	rec->plan.set.margin = 0.01;
	rec->plan.set.experiment = nr_cells > 1;
	rec->plan.set.arrivals = ARRIVALS_BURST;
	rec->plan.set.burst = draw_below(&s, 9);
	rec->eoi_mode = draw_word(&s, modes);
	rec->plan.no_eoi_why = rec->eoi_mode ? NULL : "no module";
	rec->has_sources = rec->eoi_mode != NULL;
	for (unsigned int i = 0; i < nr_workloads; i++)
		rec->workloads[i] = (struct record_workload){ .name = i ? "null" : "virtio-blk",
							      .spec = "as asked",
							      .cpus = "0-7",
							      .path = draw_word(&s, hosts),
							      .depth = 1 + i,
							      .batch = 1,
							      .has_vectors = !i,
							      .rate_mhz = draw_count(&s) };
	for (unsigned int i = 0; i < nr_cpus; i++)
		rec->cpus[i].cpu = 2 * i;
	for (unsigned int i = 0; i < rec->nr_rows; i++) {
		struct record_row *row = &rec->rows[i];

		row->workload = i / nr_cpus;
		row->cpu = rec->cpus[i % nr_cpus].cpu;
		row->queue = row->irq = (int)i - 1;
		row->irq_cpu = -1;
		row->irq_kind = row->workload ? NULL : "MSI-X";
		row->events_due = UINT64_MAX;
	}
	if (!nr_workloads && record_set_program(rec, args))
		abort();
	for (unsigned int i = 0; i < nr_cells; i++)
		cells[i] = (struct record_cell){ .arm = i,
						 .eoi = draw_word(&s, modes),
						 .idle = i == 2,
						 .has_rate = i == 1,
						 .rate_mhz = draw_count(&s) };
	if (record_set_cells(rec, cells, nr_cells))
		abort();
}

static inline void draw_hist(struct hist *h, uint64_t *s)
{
	for (unsigned int n = draw_below(s, 20); n; n--)
		hist_record(h, draw_count(s));
}

static inline void draw_rows_and_cpus(struct record *part, uint64_t *s, bool has_eoi)
{
	static const char *const places[] = { "own", "elsewhere", NULL };

	for (size_t i = 0; i < part->nr_rows; i++) {
		struct record_row *row = &part->rows[i];

		row->placement = draw_word(s, places);
		row->irq_cpu = (int)draw_below(s, 3) - 1;
		row->events_due = draw_below(s, 3) ? draw_count(s) : UINT64_MAX;
		row->events = draw_count(s);
		row->late = draw_count(s);
		row->skipped = draw_count(s);
		row->coalesced = draw_count(s);
		row->lost = draw_count(s);
		row->interrupts = draw_count(s);
		draw_hist(row->latency, s);
		draw_hist(row->delay, s);
	}
	for (size_t i = 0; i < part->nr_cpus; i++)
		part->cpus[i] = (struct record_cpu){ .cpu = part->cpus[i].cpu,
						     .has_eoi = has_eoi,
						     .fast = has_eoi ? draw_count(s) : 0,
						     .msr = has_eoi ? draw_count(s) : 0,
						     .mark_begin = draw_count(s),
						     .mark_end = draw_count(s),
						     .timer = draw_count(s),
						     .reschedule = draw_count(s),
						     .call = draw_count(s),
						     .steal_ns = draw_count(s),
						     .soak_loops = draw_count(s) };
}

static inline void draw_lists(struct record *part, uint64_t *s, bool has_eoi)
{
	static const char *const names[] = { "virtio0-req.0", "local_timer", "\xe4" };
	int ret = 0;

	for (unsigned int t = draw_below(s, 4); t; t--) {
		uint64_t t_ns = part->nr_intervals ? part->intervals[part->nr_intervals - 1].t_ns +
							     draw_count(s)
						   : 1;

		for (size_t c = 0; c < part->nr_cpus; c++)
			ret |= record_add_interval(part, &(struct record_interval){
								 .t_ns = t_ns,
								 .cpu = part->cpus[c].cpu,
								 .has_eoi = has_eoi,
								 .events = draw_count(s),
								 .interrupts = draw_count(s),
								 .latency_sum_ns = draw_count(s) });
	}
	for (unsigned int n = draw_below(s, 4); n; n--) {
		struct record_source source = { .cpu = part->cpus[0].cpu,
						.irq = (int)draw_below(s, 3) - 1,
						.msr = draw_count(s),
						.storm = draw_below(s, 2) };
		struct record_line line = { .cpu = part->cpus[0].cpu, .count = draw_count(s) };

		strcpy(source.name, names[draw_below(s, 3)]);
		strcpy(line.name, names[draw_below(s, 3)]);
		snprintf(line.label, sizeof(line.label), "%u", draw_below(s, 12));
		ret |= record_add_source(part, &source) | record_add_line(part, &line);
		ret |= record_add_note(part, names[draw_below(s, 3)]);
	}
	for (unsigned int n = draw_below(s, 9); n; n--) {
		struct record_cycles *c = &part->cycles[draw_below(s, 2)];
		uint64_t count = draw_count(s);

		c->count += count;
		c->sum += draw_count(s);
		c->buckets[draw_below(s, RECORD_BUCKETS)] += count;
	}
	if (ret)
		abort();
}

/* record_fini frees it */
static inline void random_record(struct record *rec, uint64_t key, uint64_t sample)
{
	struct record part;
	uint64_t s = sample * 977 + 13, t_ns = 0;
	unsigned int nr_repeats;

	draw_key(rec, key);
	rec->plan.set.seed = draw_below(&s, 3);
	rec->calib_msr_cycles = draw_below(&s, 3);
	rec->interrupted = draw_below(&s, 4) == 0;
	rec->warmup = (struct record_warmup){ draw_count(&s), draw_count(&s) };
	if (record_init_part(&part, rec))
		abort();
	nr_repeats = 1 + draw_below(&s, 3);
	for (unsigned int r = 0; r < nr_repeats; r++) {
		unsigned int first = draw_below(&s, (unsigned int)rec->nr_cells);

		for (unsigned int i = 0; i < rec->nr_cells; i++) {
			struct record_block meta = { .cell = (first + i) %
							     (unsigned int)rec->nr_cells,
						     .repeat = r,
						     .t_ns = t_ns };

			record_clear(&part);
			part.elapsed_ns = draw_count(&s);
			part.interrupts_elsewhere = draw_count(&s);
			part.no_eoi = draw_count(&s);
			part.has_sources = rec->has_sources;
			part.program.user_ns = draw_count(&s);
			rec->program.user_ns += part.program.user_ns;
			draw_rows_and_cpus(&part, &s, rec->eoi_mode != NULL);
			draw_lists(&part, &s, rec->eoi_mode != NULL);
			if (record_fold(rec, &part, &meta))
				abort();
			t_ns += 1 + draw_count(&s);
		}
	}
	record_fini(&part);
}

/* the document of such records, to be freed; NULL where it could not be saved */
static inline char *document_of(const struct store *store, size_t *length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);
	int ret = store_save(out, store->records, store->nr);

	fclose(out);
	if (!ret)
		return text;
	free(text);
	return NULL;
}

static inline int load_text(struct store *store, const char *text, size_t length)
{
	FILE *in = fmemopen((void *)(uintptr_t)text, length ? length : 1, "r");
	int ret = store_load(store, in);

	fclose(in);
	return ret;
}

#endif
