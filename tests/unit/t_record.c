// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include <errno.h>
#include <math.h>
#include "base/err.h"
#include "guest/irqmap.h"
#include "output/output.h"
#include "plan/plan.h"
#include "random_record.h"
#include "record/fields.h"

/* one record, as a document of its own */
static char *one(uint64_t key, uint64_t sample, size_t *length)
{
	struct record rec;
	struct store store = { &rec, 1 };
	char *text;

	random_record(&rec, key, sample);
	text = document_of(&store, length);
	assert_non_null(text);
	record_fini(&rec);
	return text;
}

static void assert_loaded(struct store *store, const char *text, size_t length)
{
	err_clear();
	if (load_text(store, text, length))
		fail_msg("%s", err_sentence());
}

static void assert_same(const char *a, size_t length_a, const char *b, size_t length_b)
{
	assert_int_equal(length_a, length_b);
	assert_memory_equal(a, b, length_a);
}

static void round_trip(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		size_t length, again_length;
		struct record rec;
		struct store store = { &rec, 1 }, loaded;
		char *text, *again;

		random_record(&rec, i, i);
		text = document_of(&store, &length);
		assert_loaded(&loaded, text, length);
		assert_int_equal(loaded.nr, 1);
		assert_int_equal(fields_compare(record_fields, &rec, &rec, loaded.records,
						loaded.records, false),
				 0);
		again = document_of(&loaded, &again_length);
		assert_same(text, length, again, again_length);
		free(text);
		free(again);
		store_fini(&loaded);
		record_fini(&rec);
	}
}

static char *shown(const struct record *rec, bool json, size_t *length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);
	struct findings f;

	assert_int_equal(analyze_record(&f, rec), 0);
	assert_int_equal(json ? output_json(out, &f) : output_text(out, &f), 0);
	findings_fini(&f);
	fclose(out);
	return text;
}

static void show(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 40; i++) {
		size_t length, lengths[2];
		struct record rec;
		struct store store = { &rec, 1 }, loaded;
		char *text;

		random_record(&rec, i, i);
		text = document_of(&store, &length);
		assert_loaded(&loaded, text, length);
		for (int json = 0; json < 2; json++) {
			char *a = shown(&rec, json, &lengths[0]),
			     *b = shown(loaded.records, json, &lengths[1]);

			assert_same(a, lengths[0], b, lengths[1]);
			free(a);
			free(b);
		}
		free(text);
		store_fini(&loaded);
		record_fini(&rec);
	}
}

struct text {
	char *s;
	size_t length;
};

/* what merging files gives, in this order; of a single one: it alone, merged */
static struct text merged(const struct text *texts, const int *order, size_t nr)
{
	struct store all = { 0 }, next;
	struct text out;

	for (size_t i = 0; i < nr; i++) {
		assert_loaded(&next, texts[order[i]].s, texts[order[i]].length);
		assert_int_equal(store_add(&all, &next), 0);
	}
	if (store_sort(&all))
		fail_msg("%s", err_sentence());
	out.s = document_of(&all, &out.length);
	assert_non_null(out.s);
	store_fini(&all);
	return out;
}

static void associative(void **state)
{
	static const int ab[] = { 0, 1 }, bc[] = { 1, 2 }, with_c[] = { 3, 2 }, with_a[] = { 0, 4 },
			 cba[] = { 2, 1, 0 }, alone[] = { 5 };
	static const struct {
		const int *order;
		size_t nr;
	} makes[] = {
		{ ab, 2 }, { bc, 2 }, { with_c, 2 }, { with_a, 2 }, { cba, 3 }, { alone, 1 },
	};

	(void)state;
	for (uint64_t round = 0; round < 40; round++) {
		struct text t[9];
		uint64_t s = round;

		/* few kinds of run, so that they meet */
		for (uint64_t i = 0; i < 3; i++)
			t[i].s = one(round / 20 + 100 * draw_below(&s, 2), 3 * round + i,
				     &t[i].length);
		for (size_t i = 0; i < 6; i++)
			t[3 + i] = merged(t, makes[i].order, makes[i].nr);
		for (size_t i = 6; i < 9; i++)
			assert_same(t[5].s, t[5].length, t[i].s, t[i].length);
		for (size_t i = 0; i < 9; i++)
			free(t[i].s);
	}
}

static void adds(void **state)
{
	static const int both[] = { 0, 1 };
	struct text t[3];
	struct store a, b, sum;

	(void)state;
	for (uint64_t key = 0; key < 30; key++) {
		for (uint64_t i = 0; i < 2; i++)
			t[i].s = one(key, 1000 + 2 * key + i, &t[i].length);
		t[2] = merged(t, both, 2);
		assert_loaded(&a, t[0].s, t[0].length);
		assert_loaded(&b, t[1].s, t[1].length);
		assert_loaded(&sum, t[2].s, t[2].length);
		assert_int_equal(sum.nr, 1);
		assert_int_equal(sum.records->nr_blocks,
				 a.records->nr_blocks + b.records->nr_blocks);
		assert_int_equal(sum.records->nr_intervals,
				 a.records->nr_intervals + b.records->nr_intervals);
		assert_int_equal(record_nr_runs(sum.records), 2);
		for (size_t i = 0; i < sum.records->nr_rows; i++) {
			hist_merge(a.records->rows[i].latency, b.records->rows[i].latency);
			assert_memory_equal(a.records->rows[i].latency,
					    sum.records->rows[i].latency, sizeof(struct hist));
			assert_int_equal(sum.records->rows[i].events,
					 a.records->rows[i].events + b.records->rows[i].events);
		}
		/* a repeat has a block of every cell, and none of another run */
		for (size_t i = 0; i < sum.records->nr_blocks; i++)
			assert_int_equal(sum.records->blocks[i].repeat, i / sum.records->nr_cells);
		store_fini(&a);
		store_fini(&b);
		store_fini(&sum);
		for (size_t i = 0; i < 3; i++)
			free(t[i].s);
	}
}

static void twice(void **state)
{
	struct store all = { 0 }, next;
	size_t length;
	char *text = one(1, 1, &length);

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_loaded(&next, text, length);
		assert_int_equal(store_add(&all, &next), 0);
	}
	assert_int_equal(store_sort(&all), -EINVAL);
	assert_non_null(strstr(err_sentence(), "the same run is there twice"));
	assert_int_equal(err_class(), ERR_USAGE);
	store_fini(&all);
	free(text);
}

static void too_much(void **state)
{
	struct store all = { 0 };
	size_t length;
	char *text;

	(void)state;
	for (uint64_t i = 0; i < 2; i++) {
		struct store next = { calloc(1, sizeof(struct record)), 1 };

		random_record(next.records, 1, i);
		next.records->warmup.events = 1ull << 62;
		err_clear();
		assert_int_equal(store_add(&all, &next), i ? -ERANGE : 0);
	}
	assert_string_equal(err_sentence(),
			    "too much to be added: the sum of \"events\" is 2^63 or more");
	err_clear();
	all.records->warmup.events = 1ull << 63;
	text = document_of(&all, &length);
	assert_null(text);
	assert_string_equal(err_sentence(), "cannot save a record with \"events\" of 2^63 or more");
	all.records->warmup.events--;
	text = document_of(&all, &length);
	assert_non_null(text);
	free(text);
	store_fini(&all);
}

/* a small record, whose text is known: one row, two CPUs, two cells, one block of each */
static char *small(size_t *length)
{
	const struct record_cell cells[] = { { .eoi = "pv" }, { .arm = 1, .eoi = "msr" } };
	const struct record_interval interval = { .t_ns = 5, .cpu = 3 },
				     other = { .t_ns = 5, .cpu = 4 };
	const struct record_line line = { .cpu = 3, .label = "LOC", .count = 4 };
	struct record rec, part;
	struct store store = { &rec, 1 };
	char *text;

	assert_int_equal(record_init(&rec, 1, 1, 2), 0);
	assert_int_equal(record_set_cells(&rec, cells, 2), 0);
	rec.workloads[0] = (struct record_workload){
		.name = "null", .spec = "null", .cpus = "3", .depth = 1, .batch = 1
	};
	rec.rows[0].cpu = rec.cpus[0].cpu = 3;
	rec.cpus[1].cpu = 4;
	rec.rows[0].placement = "own";
	rec.machine.cpus_online = rec.plan.cpus = "3";
	rec.plan.set.margin = 0.25;
	assert_int_equal(record_init_part(&part, &rec), 0);
	for (unsigned int i = 0; i < 2; i++) {
		record_clear(&part);
		part.elapsed_ns = 10;
		part.rows[0].events = 2;
		hist_record(part.rows[0].latency, 1000);
		hist_record(part.rows[0].latency, 7);
		part.cpus[0].timer = 8;
		assert_int_equal(record_add_interval(&part, &interval), 0);
		assert_int_equal(record_add_interval(&part, &other), 0);
		assert_int_equal(record_add_line(&part, &line), 0);
		assert_int_equal(record_fold(&rec, &part,
					     &(struct record_block){ .cell = i, .t_ns = 20 * i }),
				 0);
	}
	record_fini(&part);
	text = document_of(&store, length);
	record_fini(&rec);
	return text;
}

struct refusal {
	const char *from, *to, *sentence;
};

static const struct refusal refusals[] = {
	{ "irqstorm-record/1", "irqstorm-record/2",
	  "this is of schema irqstorm-record/2, and this irqstorm reads irqstorm-record/1: use a "
	  "newer irqstorm" },
	{ "irqstorm-record/1", "irqstorm/1",
	  "this is a result of --json (irqstorm/1), not a record of --save" },
	{ "irqstorm-record/1", "a\\u001b[2Jb",
	  "this is no record of irqstorm: its schema is a?[2Jb" },
	{ "\"schema\":\"irqstorm-record/1\"", "\"schema\":1",
	  "this is no record of irqstorm: it does not say its schema" },
	{ "{\"schema\"", "[{\"schema\"",
	  "this is no JSON: line 43: ']' expected near end of file" },
	{ "\"version\":\"0", "\"schema\":\"0",
	  "this is no JSON: line 2: duplicate object key near '\"schema\"'" },
	{ "]}\n", "]} 1", "this is no JSON: line 42: end of file expected near '1'" },
	{ "\"records\":[\n", "\"records\":[],\"x\":[\n", "there is no record in it" },
	{ "\"records\":[\n", "\"records\":[0,\n", "records[0] is no object" },
	{ "\"machine\":", "\"machinery\":", "records[0].machine is missing" },
	{ "\"machine\":{", "\"machine\":[],\"x\":{", "records[0].machine is no object" },
	{ "\"kernel\":\"",
	  "\"kernel\":\"0123456789012345678901234567890123456789012345678901234567890123456789"
	  "0123456789012345678901234567890123456789012345678901234567890123456789",
	  "records[0].machine.kernel is too long" },
	{ "\"host\":null", "\"host\":7", "records[0].machine.host is no text" },
	{ "\"host\":null", "\"host\":{\"hex\":\"0\"}", "records[0].machine.host is no text" },
	{ "\"host\":null", "\"host\":{\"hex\":\"00\"}", "records[0].machine.host is no text" },
	{ "\"host\":null", "\"host\":{\"hex\":\"fg\"}", "records[0].machine.host is no text" },
	{ "\"cpus_online\":\"3\"", "\"cpus_online\":null",
	  "records[0].machine.cpus_online is no text" },
	{ "\"pv_eoi_offered\":false", "\"pv_eoi_offered\":0",
	  "records[0].machine.pv_eoi_offered is none of true, false and null" },
	{ "\"pace\":\"sleep\"", "\"pace\":\"walk\"",
	  "records[0].plan.pace is no word that belongs there" },
	{ "\"pace\":\"sleep\"", "\"pace\":null",
	  "records[0].plan.pace is no word that belongs there" },
	{ "\"margin\":0.25", "\"margin\":1e999",
	  "this is no JSON: line 5: real number overflow near '1e999'" },
	{ "\"margin\":0.25", "\"margin\":NaN",
	  "this is no JSON: line 5: invalid token near 'NaN'" },
	{ "\"margin\":0.25", "\"margin\":-Infinity",
	  "this is no JSON: line 5: invalid token near '-'" },
	{ "\"margin\":0.25", "\"margin\":-0.25",
	  "records[0].plan.margin is no number that is not negative" },
	{ "\"seed\":0", "\"seed\":-1", "records[0].plan.seed is no count (0 to 2^63 - 1)" },
	{ "\"seed\":0", "\"seed\":1.0", "records[0].plan.seed is no count (0 to 2^63 - 1)" },
	{ "\"seed\":0", "\"seed\":9223372036854775808",
	  "this is no JSON: line 5: too big integer near '9223372036854775808'" },
	{ "\"has_vectors\":false", "\"has_vectors\":0",
	  "records[0].workloads[0].has_vectors is neither true nor false" },
	{ "\"depth\":1", "\"depth\":4294967297",
	  "records[0].workloads[0].depth is no number (0 to 2^31 - 1)" },
	{ "\"depth\":1", "\"depth\":0", "records[0].workloads[0]: nothing can be in flight" },
	{ "\"argv\":[]", "\"argv\":[1]", "records[0].program.argv[0] is no text" },
	{ "\"argv\":[]", "\"argv\":{}", "records[0].program.argv is no list" },
	{ "\"workload\":0", "\"workload\":1", "records[0].rows[0]: there is no such workload" },
	{ "\"rows\":[\n{\"cpu\":3", "\"rows\":[\n{\"cpu\":2",
	  "records[0].rows[0]: its CPU is none of those that were measured" },
	{ "\"events\":4", "\"events\":5", "records[0]: the blocks do not add up to \"events\"" },
	{ "\"timer\":16", "\"timer\":15", "records[0]: the blocks do not add up to \"timer\"" },
	{ "\"latency\":{\"count\":4,", "\"latency\":{\"count\":3,",
	  "records[0].rows[0]: the buckets of a histogram do not add up to its count" },
	{ "\"min\":7,", "\"min\":8,",
	  "records[0].rows[0]: least or most are not in the first and last bucket of a histogram" },
	{ "\"min\":7,", "\"min\":null,",
	  "records[0].rows[0]: least or most are not in the first and last bucket of a histogram" },
	{ "\"max\":1000,", "\"max\":1016,",
	  "records[0].rows[0]: least or most are not in the first and last bucket of a histogram" },
	{ "\"min\":null,\"max\":0", "\"min\":0,\"max\":0",
	  "records[0].rows[0]: an empty histogram has a least or a most" },
	{ "[[7,2],", "[[7,2],[7,2],",
	  "records[0].rows[0].latency.buckets is no list of ascending buckets and their counts" },
	{ "[[7,2],", "[[7,0],",
	  "records[0].rows[0].latency.buckets is no list of ascending buckets and their counts" },
	{ "[[7,2],", "[[7],",
	  "records[0].rows[0].latency.buckets is no list of ascending buckets and their counts" },
	{ "[[7,2],", "[[7,2],[3776,1],",
	  "records[0].rows[0].latency.buckets is no list of ascending buckets and their counts" },
	{ "\"lines\":[\n{\"cpu\":3", "\"lines\":[\n{\"cpu\":5",
	  "records[0].lines[0]: its CPU is none of those that were measured" },
	{ "\"rows\":[{\"cpu\":3", "\"rows\":[{\"cpu\":4",
	  "records[0].blocks[0]: its rows or CPUs are not the record's" },
	{ "\"cpus\":[{\"cpu\":3", "\"cpus\":[{\"cpu\":4",
	  "records[0].blocks[0]: its rows or CPUs are not the record's" },
	{ "\"cell\":1", "\"cell\":2", "records[0].blocks[1]: there is no such cell" },
	{ "\"arm\":1", "\"arm\":0", "records[0].cells[1]: it is the same as one before it" },
	{ "\"arm\":1", "\"arm\":2", "records[0].cells[1]: there are not so many arms" },
	{ "\"t_ns\":0", "\"t_ns\":1",
	  "records[0].blocks[0]: it begins before the block before it" },
	{ "\"cell\":0", "\"cell\":0,\"rows\":[],\"x\":0",
	  "this is no JSON: line 36: duplicate object key near '\"rows\"'" },
	{ "\"rows\":[{", "\"rows\":[],\"x\":[{",
	  "records[0].blocks[0].rows is not as long as the record's" },
	{ "{\"block\":1,", "{\"block\":2,",
	  "records[0].intervals[2]: it is of no block that can stand there" },
	{ "\"t_ns\":5,\"cpu\":4", "\"t_ns\":6,\"cpu\":4",
	  "records[0].intervals[1]: not every CPU has an interval that ends then" },
	{ ",\n{\"block\":1,\"t_ns\":5,\"cpu\":4,\"has_eoi\":false,\"events\":0,\"interrupts\":0,"
	  "\"fast\":0,\"msr\":0,\"latency_sum_ns\":0}",
	  "", "records[0].intervals[3]: not every CPU has an interval that ends then" },
	{ "{\"block\":1,",
	  "{\"block\":0,\"t_ns\":4,\"cpu\":3,\"has_eoi\":true,\"events\":0,\"interrupts\":0,"
	  "\"fast\":0,\"msr\":0,"
	  "\"latency_sum_ns\":0},{\"block\":1,",
	  "records[0].intervals[2]: it ends before the one before it" },
	{ "{\"cpu\":4,\"has_eoi\"", "{\"cpu\":3,\"has_eoi\"",
	  "records[0].cpus[1]: CPUs do not ascend" },
	{ "\"pv_eoi_usable\":false", "\"pv_eoi_usable\":null",
	  "records[0].pv_eoi_usable is neither true nor false" },
	{ "\"cycles\":{\"fast\":{\"count\":0", "\"cycles\":{\"fast\":{\"count\":1",
	  "records[0]: the buckets of cycles do not add up to their count" },
	{ "\"interrupts_elsewhere\":0", "\"interrupts_elsewhere\":1",
	  "records[0]: the blocks do not add up to its time or interrupts" },
	{ "\"t_ns\":5,\"cpu\":3", "\"t_ns\":5,\"cpu\":2",
	  "records[0].intervals[0]: it is of another CPU" },
	{ "\"idle\":false", "\"idle\":true",
	  "records[0]: the blocks do not add up to its time or interrupts" },
	{ NULL, NULL, NULL },
};

/* text with the first from replaced */
static char *replaced(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	char *out = NULL;

	if (!at)
		fail_msg("%s is not there:\n%s", from, text);
	if (asprintf(&out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)) < 0)
		fail();
	return out;
}

static void refused(void **state)
{
	size_t length;
	char *text = small(&length);
	int nr_wrong = 0;

	(void)state;
	for (const struct refusal *r = refusals; r->sentence; r++) {
		char *changed = replaced(text, r->from, r->to);
		struct store store;

		err_clear();
		if (!load_text(&store, changed, strlen(changed)))
			fail_msg("taken: %s", r->to);
		store_fini(&store);
		if (strcmp(err_sentence(), r->sentence))
			printf("# %s: said \"%s\", not \"%s\", %d\n", r->to, err_sentence(),
			       r->sentence, ++nr_wrong);
		assert_int_equal(err_class(), ERR_FAILED);
		free(changed);
	}
	assert_int_equal(nr_wrong, 0);
	free(text);
}

static void cut_off(void **state)
{
	size_t length;
	char *text = small(&length);

	(void)state;
	for (size_t n = 0; n < length - 1; n++) { /* the last byte is a newline */
		char *cut = strndup(text, n);
		struct store store;

		err_clear();
		if (!load_text(&store, cut, n))
			fail_msg("taken: %zu of %zu bytes", n, length);
		assert_non_null(strstr(err_sentence(), "this is no JSON: "));
		assert_null(strchr(err_sentence(), '\n'));
		store_fini(&store);
		free(cut);
	}
	free(text);
}

static void later(void **state)
{
	size_t length, again_length;
	char *text = small(&length),
	     *more = replaced(text, "\"plan\":{", "\"plan\":{\"colour\":[\"red\"],"), *again;
	struct store store;

	(void)state;
	assert_loaded(&store, more, strlen(more));
	again = document_of(&store, &again_length);
	assert_same(text, length, again, again_length);
	store_fini(&store);
	free(text);
	free(more);
	free(again);
}

static void deep(void **state)
{
	enum { DEPTH = 100000 };
	char *text = malloc(DEPTH + 1);
	struct store store;

	(void)state;
	memset(text, '[', DEPTH);
	text[DEPTH] = '\0';
	err_clear();
	assert_int_equal(load_text(&store, text, DEPTH), -EINVAL);
	assert_non_null(strstr(err_sentence(), "maximum parsing depth reached"));
	free(text);
}

static const char *const *words_of(const struct field *f, const char *key)
{
	while (f->key && strcmp(f->key, key))
		f++;
	return f->words;
}

static void assert_word(const char *const *words, const char *word)
{
	for (; word && *words; words++)
		if (!strcmp(*words, word))
			return;
	if (word)
		fail_msg("a record with \"%s\" cannot be loaded", word);
}

static void words(void **state)
{
	(void)state;
	for (enum placement p = PLACE_NO_DEVICE; p <= PLACE_UNKNOWN; p++)
		assert_word(words_of(record_row_fields, "placement"), placement_name(p));
	for (enum irq_kind k = IRQ_MSIX; k <= IRQ_KIND_UNKNOWN; k++)
		assert_word(words_of(record_row_fields, "irq_kind"), irq_kind_name(k));
	for (enum wl_counter c = WL_COUNTER_VECTORS; c <= WL_COUNTER_CAL; c++)
		assert_word(words_of(record_row_fields, "counter"), plan_counter_name(c));
	for (size_t i = 0; pace_names[i]; i++)
		assert_word(words_of(record_fields[1].fields, "pace"), pace_names[i]);
	for (size_t i = 0; eoi_ask_names[i]; i++)
		assert_word(words_of(record_fields[1].fields, "eoi"), eoi_ask_names[i]);
}

static const struct CMUnitTest tests[] = {
	TEST("what was saved, loaded and saved again is the same to the byte, and so are the "
	     "records",
	     round_trip),
	TEST("a loaded record looks as the run's own did, as text and as JSON", show),
	TEST("merging is associative, commutative and repeatable, to the byte", associative),
	TEST("merged histograms, counts, blocks and intervals are exact sums, and repeats stay "
	     "apart",
	     adds),
	TEST("the same run twice is refused", twice),
	TEST("sums and counts of 2^63 and more are refused, one less is not", too_much),
	TEST("whatever is wrong in a document is refused in one sentence, with its place", refused),
	TEST("a document that is cut off anywhere is refused", cut_off),
	TEST("keys that a later version may add are skipped", later),
	TEST("deep nesting is refused", deep),
	TEST("every word that a run may write can be loaded", words),
};

UNIT_MAIN(tests)
