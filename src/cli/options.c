// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * options.c - one table is getopt's, --help's and the documentation tests'. Turns text into fields; knows no machine.
 */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <string.h>
#include "base/err.h"
#include "base/units.h"
#include "cli/verbs.h"

#define MAX_BURST 1000000u

struct option_def {
	const char *name;
	int letter;		/* 0: none */
	const char *arg;	/* NULL: takes none */
	int (*set)(struct request *req, const struct option_def *def, const char *text);
	const char *help;	/* a newline begins another line of help */
	const char *group;	/* a headline before this option */
};

/* what paces a storm says nothing of a program */
static const char *const storm_only[] = { "rate", "workload", "warmup", "pace", "arrivals", "seed", "affinity",
	"yes-flood", NULL };

static int bad(const struct option_def *def, const char *text, int ret, const char *what)
{
	if (ret == -ERANGE)
		return err_usage("--%s=%s is out of range: %s", def->name, text, what);
	return err_usage("--%s=%s is no %s", def->name, text, what);
}

static int set_rate(struct request *req, const struct option_def *def, const char *text)
{
	int ret = units_parse_rate(text, &req->rate_mhz);

	req->has_rate = true;
	return !ret ? 0 : bad(def, text, ret, ret == -ERANGE ? "0.001 to 1G" : "rate (500, 20k, 1.5M, max)");
}

static int set_time(const struct option_def *def, const char *text, uint64_t least_ns, uint64_t *ns)
{
	int ret = units_parse_time(text, ns);

	if (!ret && *ns < least_ns)
		ret = -ERANGE;
	if (!ret)
		return 0;
	return bad(def, text, ret, ret == -EINVAL ? "time (250us, 100ms, 10s, 2m, 1h)" :
		   least_ns >= NS_PER_MS ? "at least 1ms, at most a year" : "at most a year");
}

static int set_duration(struct request *req, const struct option_def *def, const char *text)
{
	req->has_duration = true;
	return set_time(def, text, NS_PER_MS, &req->duration_ns);
}

static int set_warmup(struct request *req, const struct option_def *def, const char *text)
{
	return set_time(def, text, 0, &req->warmup_ns);
}

static int set_interval(struct request *req, const struct option_def *def, const char *text)
{
	return set_time(def, text, NS_PER_MS, &req->interval_ns);
}

static int set_cpus(struct request *req, const struct option_def *def, const char *text)
{
	(void)def;
	req->cpus = text;
	return 0;
}

static int set_workload(struct request *req, const struct option_def *def, const char *text)
{
	if (req->nr_workloads == REQUEST_MAX_WORKLOADS)
		return err_usage("--%s can be given %d times at the most", def->name, REQUEST_MAX_WORKLOADS);
	req->workloads[req->nr_workloads++] = text;
	return 0;
}

static int choice(const struct option_def *def, const char *text, const char *const *names, int *value)
{
	for (int i = 0; names[i]; i++) {
		if (strcmp(names[i], text))
			continue;
		*value = i;
		return 0;
	}
	return err_usage("--%s=%s is none of %s", def->name, text, def->arg);
}

static int set_pace(struct request *req, const struct option_def *def, const char *text)
{
	int value = 0, ret = choice(def, text, pace_names, &value);

	req->pace = (enum pace)value;
	return ret;
}

static int set_arrivals(struct request *req, const struct option_def *def, const char *text)
{
	static const char *const names[] = { "const", "poisson", NULL };
	uint64_t burst = 0;
	int value = 0, ret;

	if (!strncmp(text, "burst=", 6)) {
		ret = units_parse_u64(text + 6, &burst);
		if (ret || !burst || burst > MAX_BURST)
			return bad(def, text, ret == -EINVAL ? ret : -ERANGE, ret == -EINVAL ?
				   "number of events (burst=8)" : "burst=1 to burst=1000000");
		req->arrivals = ARRIVALS_BURST;
		req->burst = (unsigned int)burst;
		return 0;
	}
	ret = choice(def, text, names, &value);
	req->arrivals = (enum arrivals)value;
	return ret;
}

static int set_seed(struct request *req, const struct option_def *def, const char *text)
{
	int ret = units_parse_u64(text, &req->seed);

	if (!ret && req->seed > INT64_MAX)	/* JSON's integers are signed */
		ret = -ERANGE;
	return !ret ? 0 : bad(def, text, ret, ret == -ERANGE ? "at most 2^63 - 1" : "number");
}

static int set_eoi(struct request *req, const struct option_def *def, const char *text)
{
	int value = 0, ret = choice(def, text, eoi_ask_names, &value);

	req->eoi = (enum eoi_ask)value;
	return ret;
}

static int set_affinity(struct request *req, const struct option_def *def, const char *text)
{
	int value = 0, ret = choice(def, text, affinity_ask_names, &value);

	req->affinity = (enum affinity_ask)value;
	return ret;
}

static int set_flag(struct request *req, const struct option_def *def, const char *text)
{
	const struct { const char *name; bool *flag; } flags[] = {
		{ "eoi-cycles", &req->eoi_cycles }, { "quiet", &req->quiet }, { "yes-flood", &req->yes_flood },
	};

	(void)text;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (!strcmp(flags[i].name, def->name))
			*flags[i].flag = true;
	return 0;
}

static int set_json(struct request *req, const struct option_def *def, const char *text)
{
	(void)def;
	(void)text;
	req->form = FORM_JSON;
	return 0;
}

static int set_output(struct request *req, const struct option_def *def, const char *text)
{
	if (!*text)
		return err_usage("--%s needs a file name", def->name);
	req->output = text;
	return 0;
}

static int set_bind(struct request *req, const struct option_def *def, const char *text)
{
	(void)def;
	req->bind = text;
	return 0;
}

static int set_sysroot(struct request *req, const struct option_def *def, const char *text)
{
	(void)def;
	req->sysroot = text;
	return 0;
}

static int set_action(struct request *req, const struct option_def *def, const char *text);

static const struct option_def defs[] = {
	{ "rate", 'R', "RATE", set_rate, "events per second of each workload on each vCPU: 500, 20k, max (default)", "What to run" },
	{ "duration", 'd', "TIME", set_duration, "length of the measured run (default 10s; ns us ms s m h);\n"
	  "a program gets SIGTERM then (default: until it ends)", NULL },
	{ "cpus", 'c', "LIST", set_cpus,
	  "CPU list (0-3,8) or hwloc location (package:0, numa:1, core:0-1);\n"
	  "default: every vCPU online, in this cpuset and affinity mask", NULL },
	{ "workload", 'w', "NAME[,KEY=VALUE]...", set_workload, "what makes the interrupts (default virtio-blk); may be repeated, and\n"
	  "rate= and cpus= give each its share", NULL },
	{ "warmup", 0, "TIME", set_warmup, "run before the measured run, left out of the result (default 1s)", NULL },
	{ "interval", 'i', "TIME", set_interval, "length of one sample (default 100ms)", NULL },
	{ "pace", 0, "sleep|spin", set_pace, "how a worker waits for the next due time (default sleep)", NULL },
	{ "arrivals", 0, "const|poisson|burst=N", set_arrivals,
	  "how the due times are spread (default const); burst: N at once", NULL },
	{ "seed", 0, "N", set_seed, "of everything random (default 1)", NULL },
	{ "eoi", 0, "auto|none|pv|msr|ignored", set_eoi,
	  "auto: count EOIs when the module is there (default); none: do not;\n"
	  "pv, msr: require it and hold PV-EOI on, off for the run;\n"
	  "ignored: the host grants, the guest writes the register all the same", NULL },
	{ "eoi-cycles", 0, NULL, set_flag, "take the TSC cycles of each EOI (needs the module)", NULL },
	{ "affinity", 0, "auto|keep", set_affinity,
	  "auto: send the interrupts of a virtio-net device to the vCPU they are for,\n"
	  "and back after the run (default); keep: leave them where they are", NULL },
	{ "yes-flood", 0, NULL, set_flag, "more than 1000 packets a second to a gateway are meant", NULL },
	{ "json", 'J', NULL, set_json, "the result as JSON", "What comes out" },
	{ "output", 'o', "FILE", set_output, "the result into FILE instead of standard output", NULL },
	{ "quiet", 'q', NULL, set_flag, "no progress and no remarks on standard error", NULL },
	{ "print-plan", 0, NULL, set_action, "say what would run, and stop", "Instead of running" },
	{ "list-workloads", 0, NULL, set_action, "say which workloads can run here, and for the others why not", NULL },
	{ "sysroot", 0, "DIR", set_sysroot, "with these two: plan for the guest recorded below DIR", NULL },
	{ "bind", 0, "ADDR[:PORT]", set_bind, "with reflect: where to listen (default 0.0.0.0:7)", NULL },
	{ "help", 'h', NULL, set_action, "this text", NULL },
	{ "version", 'V', NULL, set_action, "version and licence", NULL },
	{ NULL, 0, NULL, NULL, NULL, NULL }
};

/* the later one of two wins, but help and version win over all */
static int set_action(struct request *req, const struct option_def *def, const char *text)
{
	static const struct { const char *name; enum action action; } actions[] = {
		{ "print-plan", ACTION_PRINT_PLAN }, { "list-workloads", ACTION_LIST_WORKLOADS },
		{ "help", ACTION_HELP }, { "version", ACTION_VERSION },
	};

	(void)text;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (!strcmp(actions[i].name, def->name) && actions[i].action > req->action)
			req->action = actions[i].action;
	return 0;
}

#define NR_DEFS (sizeof(defs) / sizeof(defs[0]) - 1)
#define LONG_BASE 256	/* getopt's value of a long option: its index, above every letter */

static void make_getopt(struct option *longs, char *shorts)
{
	char *s = shorts;

	*s++ = '+';		/* what follows the first word that is no option is the program's */
	*s++ = ':';		/* a missing argument is told from an unknown option */
	for (size_t i = 0; i < NR_DEFS; i++) {
		longs[i] = (struct option){ defs[i].name, defs[i].arg ? required_argument : no_argument, NULL,
					    LONG_BASE + (int)i };
		if (!defs[i].letter)
			continue;
		*s++ = (char)defs[i].letter;
		if (defs[i].arg)
			*s++ = ':';
	}
	*s = '\0';
	longs[NR_DEFS] = (struct option){ 0 };
}

static const struct option_def *def_of(int value)
{
	if (value >= LONG_BASE)
		return &defs[value - LONG_BASE];
	for (size_t i = 0; i < NR_DEFS; i++)
		if (defs[i].letter == value)
			return &defs[i];
	return NULL;
}

static int unknown(char **argv)
{
	if (optopt >= LONG_BASE)
		return err_usage("option '--%s' takes no argument", def_of(optopt)->name);
	if (optopt)
		return err_usage("unknown option '-%c'", optopt);
	return err_usage("unknown or ambiguous option '%s'", argv[optind - 1]);
}

/* argv from optind on; terminated: a -- stood before */
static int take_program(struct request *req, int argc, char **argv, bool terminated, const bool *given)
{
	if (optind < argc && !terminated)
		return err_usage("unexpected argument '%s' (a program to measure goes after --)", argv[optind]);
	if (!terminated)
		return 0;
	if (optind == argc || !*argv[optind])
		return err_usage("a program to measure is missing after --");
	req->program = argv + optind;
	for (size_t i = 0; i < NR_DEFS; i++)
		for (size_t k = 0; given[i] && storm_only[k]; k++)
			if (!strcmp(defs[i].name, storm_only[k]))
				return err_usage("--%s cannot be given with a program, which paces itself", defs[i].name);
	return 0;
}

static int check(const struct request *req)
{
	if (req->action == ACTION_LIST_WORKLOADS && req->program)
		return err_usage("--list-workloads takes no program");
	if (req->action == ACTION_LIST_WORKLOADS && req->form == FORM_JSON)
		return err_usage("--json does not go with --list-workloads");
	if (strcmp(req->sysroot, "/") && req->action == ACTION_RUN)
		return err_usage("--sysroot is a recorded guest, which cannot be run on: add --print-plan or --list-workloads");
	return 0;
}

int options_parse(struct request *req, int argc, char **argv)
{
	const struct verb *verb = argc > 1 ? verb_find(argv[1]) : NULL;
	struct option longs[NR_DEFS + 1];
	char shorts[2 * NR_DEFS + 3];
	bool given[NR_DEFS] = { false };
	const char *word = NULL;	/* the last option's argument */
	int value, ret = 0;

	request_init(req);
	if (verb) {
		req->action = verb->action;
		argv++;
		argc--;
	}
	make_getopt(longs, shorts);
	opterr = 0;
	optind = 0;	/* glibc: begin anew, also after an error */
	while (!ret && (value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_def *def;

		if (value == ':')
			return err_usage("option '--%s' needs an argument: %s", def_of(optopt)->name, def_of(optopt)->arg);
		if (value == '?')
			return unknown(argv);
		def = def_of(value);
		given[def - defs] = true;
		word = optarg;
		ret = verb_check(verb, def->name);
		if (!ret)
			ret = def->set(req, def, optarg);
	}
	if (!ret && verb && optind < argc)
		return err_usage("unexpected argument '%s'", argv[optind]);
	if (!ret)
		ret = take_program(req, argc, argv, argv[optind - 1] != word && !strcmp(argv[optind - 1], "--"), given);
	return ret ? ret : check(req);
}

static void help_line(FILE *out, const struct option_def *def)
{
	char left[64];
	const char *line = def->help, *end;
	int at = snprintf(left, sizeof(left), "  %c%c%c --%s", def->letter ? '-' : ' ', def->letter ? def->letter : ' ',
			  def->letter ? ',' : ' ', def->name);

	if (def->arg)
		at += snprintf(left + at, sizeof(left) - (size_t)at, "=%s", def->arg);
	if (at > 27) {
		fprintf(out, "%s\n", left);
		left[0] = '\0';
	}
	for (;;) {
		end = strchr(line, '\n');
		fprintf(out, "%-28s%.*s\n", left, end ? (int)(end - line) : (int)strlen(line), line);
		if (!end)
			return;
		line = end + 1;
		left[0] = '\0';
	}
}

void options_help(FILE *out)
{
	fputs("Usage: irqstorm [OPTION]...\n"
	      "  or:  irqstorm [OPTION]... -- PROGRAM [ARG]...\n", out);
	for (const struct verb *verb = verbs; verb->name; verb++)
		fprintf(out, "  or:  irqstorm %-8s  %s\n", verb->name, verb->help);
	fputs(
	      "Drives device interrupts at an asked rate on each vCPU of a KVM guest, and says how each was acknowledged:\n"
	      "on the PV-EOI fast path, or by writing the EOI register. With a PROGRAM: runs it, and measures beside it.\n",
	      out);
	for (size_t i = 0; i < NR_DEFS; i++) {
		if (defs[i].group)
			fprintf(out, "\n%s:\n", defs[i].group);
		help_line(out, &defs[i]);
	}
	fputs("\nExit status: 0 ran; 1 failed; 2 usage; 3 ran, but the rate was not held; 4 this machine cannot;\n"
	      "130 interrupted, the result so far written. With a PROGRAM: the program's; 126, 127 where it could not be run.\n"
	      "More in irqstorm(1).\n", out);
}
