// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * config.c - reads a workload's own options by the table it brings, and the two that each takes:
 * rate= and cpus=. Looks at no machine.
 */
#include "plan/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/choice.h"
#include "base/err.h"
#include "base/nearest.h"
#include "base/units.h"

static int find_key(const struct workload *wl, const char *name)
{
	for (int i = 0; wl->keys && wl->keys[i].name; i++)
		if (!strcmp(wl->keys[i].name, name))
			return i;
	return -1;
}

static int parse_choice(const struct workload *wl, const struct wl_key *key, struct wl_value *value,
			const char *text)
{
	const int i = choice_parse(wl->name, key->name, text, wl->choices);

	if (i >= 0)
		value->number = (uint64_t)i;
	return i < 0 ? i : 0;
}

static int parse_value(const struct workload *wl, const struct wl_key *key, struct wl_value *value,
		       const char *text)
{
	int ret = 0;

	value->text = text;
	if (key->kind == WL_TEXT)
		return *text ? 0 : err_usage("%s: %s= needs a value", wl->name, key->name);
	if (key->kind == WL_CHOICE)
		return parse_choice(wl, key, value, text);
	ret = key->kind == WL_SIZE ? units_parse_size(text, &value->number)
				   : units_parse_u64(text, &value->number);
	if (ret == -EINVAL)
		return err_usage("%s: %s=%s is no %s", wl->name, key->name, text,
				 key->kind == WL_SIZE ? "size (512, 4k, 1M)" : "number");
	if (ret || value->number < key->min || value->number > key->max)
		return err_usage("%s: %s=%s is out of range (%llu to %llu)", wl->name, key->name,
				 text, (unsigned long long)key->min, (unsigned long long)key->max);
	/* direct I/O takes whole sectors; every size that a workload has so far is one of I/O */
	if (key->kind == WL_SIZE && value->number % 512)
		return err_usage("%s: %s=%s is no multiple of 512", wl->name, key->name, text);
	return 0;
}

static int add_cpus_text(struct plan_workload *pw, const char *text)
{
	const char **texts = realloc(pw->cpus_texts, (pw->nr_cpus_texts + 1) * sizeof(*texts));

	if (!texts)
		return err_nomem();
	pw->cpus_texts = texts;
	texts[pw->nr_cpus_texts++] = text;
	return 0;
}

static int set_rate(struct plan_workload *pw, const char *text)
{
	int ret = units_parse_rate(text, &pw->rate_mhz);

	if (pw->has_rate)
		return err_usage("%s: rate= is given twice", pw->workload->name);
	pw->has_rate = true;
	if (ret == -ERANGE)
		return err_usage("%s: rate=%s is out of range: 0.001 to 1G", pw->workload->name,
				 text);
	return ret ? err_usage("%s: rate=%s is no rate (500, 20k, 1.5M, max)", pw->workload->name,
			       text)
		   : 0;
}

const struct wl_key config_common_keys[] = {
	{ "rate", "events per second on each of its vCPUs (default --rate)", WL_TEXT, 0, 0, 0 },
	{ "cpus", "its vCPUs, as for --cpus (default those of --cpus); may be repeated", WL_TEXT, 0,
	  0, 0 },
	{ 0 }
};

static bool is_common(const char *name)
{
	return !strcmp(name, "rate") || !strcmp(name, "cpus");
}

static int unknown_key(const struct workload *wl, const char *name)
{
	struct nearest near;

	nearest_begin(&near, name, strlen(name));
	for (const struct wl_key *key = wl->keys; key && key->name; key++)
		nearest_try(&near, key->name);
	for (const struct wl_key *key = config_common_keys; key->name; key++)
		nearest_try(&near, key->name);
	return err_usage("%s: unknown option '%s'%s", wl->name, name,
			 nearest_hint(&near, "",
				      wl->keys && wl->keys[0].name ? "see --list-workloads"
								   : "expected rate= or cpus="));
}

static int parse_pair(struct plan_workload *pw, char *pair)
{
	const struct workload *wl = pw->workload;
	char *equals = strchr(pair, '=');
	int i;

	if (equals)
		*equals = '\0';
	if (equals && is_common(pair))
		return *pair == 'r' ? set_rate(pw, equals + 1) : add_cpus_text(pw, equals + 1);
	i = find_key(wl, pair);
	if (i < 0 && !equals && is_common(pair))
		return err_usage("%s: %s needs a value: %s=…", wl->name, pair, pair);
	if (i < 0)
		return unknown_key(wl, pair);
	if (wl->keys[i].kind == WL_FLAG && equals)
		return err_usage("%s: %s takes no value", wl->name, pair);
	if (!equals && wl->keys[i].kind == WL_FLAG) {
		pw->values[i].text = pair;
		pw->values[i].number = 1;
		return 0;
	}
	if (!equals)
		return err_usage("%s: %s needs a value: %s=…", wl->name, pair, pair);
	if (pw->values[i].text)
		return err_usage("%s: %s= is given twice", wl->name, pair);
	return parse_value(wl, &wl->keys[i], &pw->values[i], equals + 1);
}

static int unknown_workload(const char *name)
{
	struct nearest near;

	nearest_begin(&near, name, strlen(name));
	for (size_t i = 0; wl_registry[i]; i++)
		nearest_try(&near, wl_registry[i]->name);
	return err_usage("unknown workload '%s'%s", name,
			 nearest_hint(&near, "", "see --list-workloads"));
}

int config_parse(struct plan_workload *pw, const char *spec)
{
	char *rest, *word;
	int ret = 0;

	pw->spec = spec;
	pw->text = strdup(spec);
	if (!pw->text)
		return err_nomem();
	rest = pw->text;
	word = strsep(&rest, ",");
	pw->workload = wl_find(word);
	if (!pw->workload)
		return unknown_workload(word);
	for (int i = 0; pw->workload->keys && pw->workload->keys[i].name; i++)
		pw->values[i].number = pw->workload->keys[i].fallback;
	while (!ret && (word = strsep(&rest, ",")))
		ret = parse_pair(pw, word);
	return ret;
}

const struct wl_value *config_given(const struct plan_workload *pw, const char *key)
{
	int i = find_key(pw->workload, key);

	return i < 0 || !pw->values[i].text ? NULL : &pw->values[i];
}

const char *config_text(const struct plan_workload *pw, const char *key)
{
	int i = find_key(pw->workload, key);

	return i < 0 ? NULL : pw->values[i].text;
}
