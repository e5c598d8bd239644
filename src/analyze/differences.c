// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * differences.c - facts of machine and plan, one by one, and which of them are not the same
 * everywhere. Pure.
 */
#include "analyze/differences.h"

#include <stdlib.h>
#include <string.h>
#include "base/err.h"

/* text (allocated) or number of a fact; 0, or -ENOMEM with a sentence */
typedef int fact_fn(const struct record *rec, struct difference_value *v);

static int set_text(struct difference_value *v, const char *text)
{
	v->text = text && *text ? strdup(text) : NULL;
	return text && *text && !v->text ? err_nomem() : 0;
}

/* with a blank or another word between them */
static int add_text(struct difference_value *v, const char *between, const char *text)
{
	size_t old = v->text ? strlen(v->text) : 0, more = old ? strlen(between) : 0;
	char *grown = realloc(v->text, old + more + strlen(text) + 1);

	if (!grown)
		return err_nomem();
	memcpy(grown + old, between, more);
	strcpy(grown + old + more, text);
	v->text = grown;
	return 0;
}

static int set_number(struct difference_value *v, uint64_t number)
{
	v->number = number;
	return 0;
}

static int host(const struct record *rec, struct difference_value *v)
{
	return set_text(v, rec->machine.host);
}

static int cpu_model(const struct record *rec, struct difference_value *v)
{
	return set_text(v, rec->machine.cpu_model);
}

static int kernel(const struct record *rec, struct difference_value *v)
{
	return set_text(v, rec->machine.kernel);
}

static int hypervisor(const struct record *rec, struct difference_value *v)
{
	return set_text(v, rec->machine.hypervisor);
}

static int apic_mode(const struct record *rec, struct difference_value *v)
{
	return set_text(v, rec->machine.apic_mode);
}

static int pv_eoi_offered(const struct record *rec, struct difference_value *v)
{
	return set_number(v, rec->machine.pv_eoi_offered < 0
				     ? UINT64_MAX
				     : (uint64_t)rec->machine.pv_eoi_offered);
}

static int cpus_online(const struct record *rec, struct difference_value *v)
{
	return set_text(v, rec->machine.cpus_online);
}

static int program(const struct record *rec, struct difference_value *v)
{
	int ret = 0;

	for (size_t i = 0; !ret && rec->program.argv && rec->program.argv[i]; i++)
		ret = add_text(v, " ", rec->program.argv[i]);
	return ret;
}

static int workloads(const struct record *rec, struct difference_value *v)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < rec->nr_workloads; i++)
		ret = add_text(v, " and ",
			       rec->workloads[i].spec ? rec->workloads[i].spec
						      : rec->workloads[i].name);
	return ret;
}

/* a rate of its own is told by the tables */
static int rate_hz(const struct record *rec, struct difference_value *v)
{
	bool own = !rec->nr_rows;

	for (size_t i = 0; i < rec->nr_cells; i++)
		own |= rec->cells[i].has_rate;
	return set_number(v, own ? UINT64_MAX : rec->plan.set.rate_mhz);
}

static int arrivals(const struct record *rec, struct difference_value *v)
{
	char name[24];

	return set_text(v, settings_arrivals(&rec->plan.set, name, sizeof(name)));
}

static int pace(const struct record *rec, struct difference_value *v)
{
	return set_text(v, pace_names[rec->plan.set.pace]);
}

static int cpus(const struct record *rec, struct difference_value *v)
{
	return set_text(v, rec->plan.cpus);
}

/* an arm's mode is told by the tables */
static int eoi_mode(const struct record *rec, struct difference_value *v)
{
	for (size_t i = 0; i < rec->nr_cells; i++)
		if (rec->cells[i].eoi)
			return 0;
	return set_text(v, rec->eoi_mode);
}

static int eoi_counted(const struct record *rec, struct difference_value *v)
{
	return set_number(v, !rec->plan.no_eoi_why);
}

static int arms(const struct record *rec, struct difference_value *v)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < rec->nr_cells; i++) {
		bool seen = !rec->cells[i].eoi;

		for (size_t k = 0; k < i; k++)
			seen |= rec->cells[k].arm == rec->cells[i].arm && rec->cells[k].eoi;
		if (!seen)
			ret = add_text(v, ",", rec->cells[i].eoi);
	}
	return ret;
}

static int block_ns(const struct record *rec, struct difference_value *v)
{
	if (rec->program.argv)
		return set_number(v, UINT64_MAX);
	return set_number(v, rec->plan.set.experiment ? rec->plan.set.block_ns
						      : rec->plan.set.duration_ns);
}

static int settle_ns(const struct record *rec, struct difference_value *v)
{
	if (rec->program.argv)
		return set_number(v, UINT64_MAX);
	return set_number(v, rec->plan.set.experiment ? rec->plan.set.settle_ns
						      : rec->plan.set.warmup_ns);
}

static int soak(const struct record *rec, struct difference_value *v)
{
	return set_number(v, rec->plan.set.soak);
}

static int find_max(const struct record *rec, struct difference_value *v)
{
	return set_number(v, rec->plan.set.find_max);
}

static const struct {
	const char *key, *title;
	enum difference_kind kind;
	fact_fn *of;
} facts[] = {
	{ "host", "host", DIFFERENCE_TEXT, host },
	{ "cpu_model", "CPU model", DIFFERENCE_TEXT, cpu_model },
	{ "kernel", "kernel", DIFFERENCE_TEXT, kernel },
	{ "hypervisor", "hypervisor", DIFFERENCE_TEXT, hypervisor },
	{ "apic_mode", "APIC mode", DIFFERENCE_TEXT, apic_mode },
	{ "pv_eoi_offered", "PV-EOI offered", DIFFERENCE_YES_NO, pv_eoi_offered },
	{ "cpus_online", "CPUs online", DIFFERENCE_TEXT, cpus_online },
	{ "program", "program", DIFFERENCE_TEXT, program },
	{ "workloads", "workload", DIFFERENCE_TEXT, workloads },
	{ "rate_hz", "rate on each vCPU", DIFFERENCE_RATE, rate_hz },
	{ "arrivals", "arrivals", DIFFERENCE_TEXT, arrivals },
	{ "pace", "--pace", DIFFERENCE_TEXT, pace },
	{ "cpus", "CPUs of the run", DIFFERENCE_TEXT, cpus },
	{ "eoi_mode", "mode of the module", DIFFERENCE_TEXT, eoi_mode },
	{ "eoi_counted", "EOIs counted", DIFFERENCE_YES_NO, eoi_counted },
	{ "arms", "arms", DIFFERENCE_TEXT, arms },
	{ "block_ns", "length of a block", DIFFERENCE_TIME, block_ns },
	{ "settle_ns", "warm-up of a block", DIFFERENCE_TIME, settle_ns },
	{ "soak", "--soak", DIFFERENCE_YES_NO, soak },
	{ "find_max", "--find-max", DIFFERENCE_YES_NO, find_max },
};

#define NR_FACTS (sizeof(facts) / sizeof(facts[0]))

static bool same(const struct difference_value *a, const struct difference_value *b)
{
	if (a->text && b->text ? strcmp(a->text, b->text) : a->text != b->text)
		return false;
	return a->number == b->number;
}

static bool has_value(const struct difference_values *values, const struct difference_value *v)
{
	for (size_t i = 0; i < values->nr; i++)
		if (same(&values->items[i], v))
			return true;
	return false;
}

static int find_values(struct difference_values *values, fact_fn *of,
		       const struct record *const *records, size_t nr)
{
	int ret = 0;

	values->items = calloc(nr + 1, sizeof(*values->items));
	if (!values->items)
		return err_nomem();
	for (size_t i = 0; !ret && i < nr; i++) {
		struct difference_value v = { 0 };

		ret = of(records[i], &v);
		if (!ret && !has_value(values, &v))
			values->items[values->nr++] = v;
		else
			free(v.text);
	}
	return ret;
}

static void fini_values(struct difference_values *values)
{
	for (size_t i = 0; i < values->nr; i++)
		free(values->items[i].text);
	free(values->items);
	*values = (struct difference_values){ 0 };
}

static bool differs(const struct difference *d)
{
	return d->a.nr != 1 || d->b.nr != 1 || !same(&d->a.items[0], &d->b.items[0]);
}

int differences_find(struct differences *d, const struct record *const *a, size_t nr_a,
		     const struct record *const *b, size_t nr_b)
{
	int ret = 0;

	*d = (struct differences){ .items = calloc(NR_FACTS, sizeof(*d->items)) };
	if (!d->items)
		return err_nomem();
	for (size_t i = 0; !ret && i < NR_FACTS; i++) {
		struct difference *one = &d->items[d->nr++];

		*one = (struct difference){ .key = facts[i].key,
					    .title = facts[i].title,
					    .kind = facts[i].kind };
		ret = find_values(&one->a, facts[i].of, a, nr_a);
		if (!ret)
			ret = find_values(&one->b, facts[i].of, b, nr_b);
		if (ret || differs(one))
			continue;
		fini_values(&one->a);
		fini_values(&one->b);
		d->nr--;
	}
	return ret;
}

void differences_fini(struct differences *d)
{
	for (size_t i = 0; i < d->nr; i++) {
		fini_values(&d->items[i].a);
		fini_values(&d->items[i].b);
	}
	free(d->items);
	*d = (struct differences){ 0 };
}
