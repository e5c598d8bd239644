// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fuzz_record.c - whatever a file holds, loading it ends in a record that can be used or in one
 * sentence
 *
 * With -DLIBFUZZER it is a target of libFuzzer. Else it changes valid documents itself, the same
 * way for the same seed:
 *	fuzz_record [ROUNDS [SEED]]	TAP
 *	fuzz_record -w DIR		writes the valid documents there, to begin with
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <unistd.h>
#include "analyze/compare.h"
#include "analyze/findings.h"
#include "base/err.h"
#include "output/output.h"
#include "../unit/random_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long nr_used;

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "%s; its sentence: %s\n", what, err_sentence());
	abort();
}

static bool is_one_sentence(const char *s)
{
	for (; *s; s++)
		if (iscntrl((unsigned char)*s))
			return false;
	return true;
}

/* what is done with a record that was taken: every form of output, on a stream that leads nowhere
 */
static void use(const struct record *rec)
{
	static FILE *nowhere;
	struct findings f;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	require(!analyze_record(&f, rec), "a loaded record cannot be analyzed");
	require(!output_text(nowhere, &f), "a loaded record cannot be shown as text");
	require(!output_json(nowhere, &f), "a loaded record cannot be shown as JSON");
	findings_fini(&f);
}

/* with itself, in both forms, or with one sentence why not */
static void compare(const struct record *rec, const struct record *other)
{
	static FILE *nowhere;
	struct compare c;
	int ret = compare_find(&c, &rec, 1, &other, 1, 0.01);

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (!ret) {
		require(!output_compare_text(nowhere, &c, 0.01),
			"a comparison cannot be shown as text");
		require(!output_compare_json(nowhere, &c, 0.01),
			"a comparison cannot be shown as JSON");
	} else {
		require(err_sentence()[0] && is_one_sentence(err_sentence()),
			"a refusal to compare is not one sentence");
	}
	compare_fini(&c);
	err_clear();
}

static void reload(struct store *store)
{
	struct store again;
	size_t length = 0, again_length = 0;
	char *text = document_of(store, &length), *again_text;

	require(text, "a loaded record cannot be saved");
	require(!load_text(&again, text, length), "a saved record cannot be loaded");
	again_text = document_of(&again, &again_length);
	require(again_text && length == again_length && !memcmp(text, again_text, length),
		"a record changes as it is saved");
	free(text);
	free(again_text);
	compare(store->records, again.records);
	/* twice the same run is refused, and so are sums of 2^63; nothing else may be */
	if (!store_add(store, &again) && !store_sort(store)) {
		text = document_of(store, &length);
		require(text, "merged records cannot be saved");
		free(text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct store store;

	err_clear();
	if (load_text(&store, (const char *)data, size)) {
		require(err_sentence()[0] && is_one_sentence(err_sentence()),
			"a refusal is not one sentence");
		require(err_class() == ERR_FAILED, "a refusal is of another kind");
	} else {
		require(store.nr, "nothing was loaded");
		nr_used++;
		for (size_t i = 0; i < store.nr; i++)
			use(&store.records[i]);
		reload(&store);
	}
	store_fini(&store);
	return 0;
}

#ifndef LIBFUZZER
#define NR_SEEDS 8

static char *seeds[NR_SEEDS];
static size_t lengths[NR_SEEDS];

static void make_seeds(void)
{
	for (uint64_t i = 0; i < NR_SEEDS; i++) {
		struct record recs[2];
		struct store store = { recs, 1 + i % 2 };

		for (size_t r = 0; r < store.nr; r++)
			random_record(&recs[r], i, 2 * i + r);
		seeds[i] = document_of(&store, &lengths[i]);
		for (size_t r = 0; r < store.nr; r++)
			record_fini(&recs[r]);
	}
}

static int write_seeds(const char *dir)
{
	for (int i = 0; i < NR_SEEDS; i++) {
		char path[4096];
		FILE *out;

		snprintf(path, sizeof(path), "%s/%d.json", dir, i);
		out = fopen(path, "w");
		if (!out || fwrite(seeds[i], 1, lengths[i], out) != lengths[i] || fclose(out)) {
			perror(path);
			return 1;
		}
	}
	return 0;
}

/* where a value begins: behind a colon, a comma or a bracket */
static size_t find_value(const char *text, size_t length, uint64_t *s)
{
	size_t at = draw(s) % length;

	while (at < length - 1 && !strchr(":,[", text[at]))
		at++;
	return at + 1 < length ? at + 1 : at;
}

static size_t end_of_value(const char *text, size_t length, size_t at)
{
	if (at < length && text[at] == '"') {
		for (at++; at < length && text[at] != '"'; at++)
			at += text[at] == '\\';
		return at < length ? at + 1 : length;
	}
	while (at < length && !strchr(",]}\n", text[at]))
		at++;
	return at;
}

/* one change; text has room for twice its length and 64 more */
static size_t change(char *text, size_t length, uint64_t *s)
{
	static const char *const values[] = {
		"0",
		"1",
		"-1",
		"2",
		"63",
		"64",
		"3775",
		"3776",
		"2147483647",
		"2147483648",
		"4294967295",
		"9223372036854775807",
		"9223372036854775808",
		"1e999",
		"1.5",
		"NaN",
		"null",
		"true",
		"false",
		"\"\"",
		"\"pv\"",
		"\"unknown\"",
		"[]",
		"{}",
		"[[]]",
		"{\"hex\":\"ff\"}",
		"[0,0]",
		"\"\\u0000\"",
		"\"\xff\"",
	};
	size_t at = find_value(text, length, s), end = end_of_value(text, length, at), n;
	const char *value = values[draw_below(s, sizeof(values) / sizeof(values[0]))];

	switch (draw_below(s, 8)) {
	case 0: /* a bit */
		text[draw(s) % length] ^= (char)(1 << draw_below(s, 8));
		return length;
	case 1: /* cut off */
		return 1 + draw(s) % length;
	case 2: /* something left out */
		n = 1 + draw(s) % (length - at < 200 ? length - at : 200);
		memmove(text + at, text + at + n, length - at - n);
		return length - n;
	case 3: /* something twice */
		n = end - at;
		memmove(text + end, text + at, length - at);
		return length + n;
	default: /* another value */
		n = strlen(value);
		memmove(text + at + n, text + end, length - end);
		memcpy(text + at, value, n);
		return length - (end - at) + n;
	}
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 600;
	uint64_t s = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

	make_seeds();
	if (argc > 2 && !strcmp(argv[1], "-w"))
		return write_seeds(argv[2]);
	for (int i = 0; i < NR_SEEDS; i++)
		LLVMFuzzerTestOneInput((const uint8_t *)seeds[i], lengths[i]);
	require(nr_used == NR_SEEDS, "a valid document is refused");
	for (unsigned long i = 0; i < rounds; i++) {
		unsigned int from = draw_below(&s, NR_SEEDS);
		size_t length = lengths[from];
		char *text = malloc(8 * length + 256);

		memcpy(text, seeds[from], length);
		for (unsigned int n = draw_below(&s, 3) ? 1 : 3; n; n--)
			length = change(text, length, &s);
		LLVMFuzzerTestOneInput((const uint8_t *)text, length);
		free(text);
	}
	for (int i = 0; i < NR_SEEDS; i++)
		free(seeds[i]);
	printf("# %lu of them could be used\n", nr_used - NR_SEEDS);
	printf("%s 1 - %lu changed documents were refused in one sentence, or could be "
	       "used\n1..1\n",
	       nr_used > NR_SEEDS && nr_used < rounds ? "ok" : "not ok", rounds);
	return 0;
}
#endif
