// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * config.c - reads a workload's own options by the table it brings. Knows no key by name and looks at no machine.
 */
#include "plan/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"
#include "base/units.h"

static int find_key(const struct workload *wl, const char *name)
{
	for (int i = 0; wl->keys && wl->keys[i].name; i++)
		if (!strcmp(wl->keys[i].name, name))
			return i;
	return -1;
}

static int parse_value(const struct workload *wl, const struct wl_key *key, struct wl_value *value, const char *text)
{
	int ret = 0;

	value->text = text;
	if (key->kind == WL_TEXT)
		return *text ? 0 : err_usage("%s: %s= needs a value", wl->name, key->name);
	ret = key->kind == WL_SIZE ? units_parse_size(text, &value->number) : units_parse_u64(text, &value->number);
	if (ret == -EINVAL)
		return err_usage("%s: %s=%s is no %s", wl->name, key->name, text,
				 key->kind == WL_SIZE ? "size (512, 4k, 1M)" : "number");
	if (ret || value->number < key->min || value->number > key->max)
		return err_usage("%s: %s=%s is out of range (%llu to %llu)", wl->name, key->name, text,
				 (unsigned long long)key->min, (unsigned long long)key->max);
	/* direct I/O takes whole sectors; every size that a workload has so far is one of I/O */
	if (key->kind == WL_SIZE && value->number % 512)
		return err_usage("%s: %s=%s is no multiple of 512", wl->name, key->name, text);
	return 0;
}

static int parse_pair(struct plan_workload *pw, char *pair)
{
	const struct workload *wl = pw->workload;
	char *equals = strchr(pair, '=');
	int i;

	if (equals)
		*equals = '\0';
	i = find_key(wl, pair);
	if (i < 0 && !(wl->keys && wl->keys[0].name))
		return err_usage("%s: unknown option '%s': it takes none", wl->name, pair);
	if (i < 0)
		return err_usage("%s: unknown option '%s' (see --list-workloads)", wl->name, pair);
	if (!equals)
		return err_usage("%s: %s needs a value: %s=…", wl->name, pair, pair);
	if (pw->values[i].text)
		return err_usage("%s: %s= is given twice", wl->name, pair);
	return parse_value(wl, &wl->keys[i], &pw->values[i], equals + 1);
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
		return err_usage("unknown workload '%s' (see --list-workloads)", word);
	for (int i = 0; pw->workload->keys && pw->workload->keys[i].name; i++)
		pw->values[i].number = pw->workload->keys[i].fallback;
	while (!ret && (word = strsep(&rest, ",")))
		ret = parse_pair(pw, word);
	return ret;
}

const char *config_text(const struct plan_workload *pw, const char *key)
{
	int i = find_key(pw->workload, key);

	return i < 0 ? NULL : pw->values[i].text;
}
