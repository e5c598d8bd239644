// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * options.c - the command line becomes a request, by getopt and the table of options. Knows no
 * machine.
 */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <string.h>
#include "base/err.h"
#include "base/nearest.h"
#include "cli/optdefs.h"
#include "cli/verbs.h"

/* what paces a storm says nothing of a program */
static const char *const storm_only[] = { "rate",     "workload",  "warmup", "pace",	 "arrivals",
					  "affinity", "yes-flood", "sweep",  "find-max", "soak",
					  "block",    "settle",	   NULL };

#define LONG_BASE 256 /* getopt's value of a long option: its index, above every letter */

static void make_getopt(struct option *longs, char *shorts)
{
	char *s = shorts;
	size_t nr = 0;

	*s++ = '+'; /* what follows the first word that is no option is the program's */
	*s++ = ':'; /* a missing argument is told from an unknown option */
	for (; option_defs[nr].name; nr++) {
		const struct option_def *def = &option_defs[nr];

		longs[nr] = (struct option){ def->name, def->arg ? required_argument : no_argument,
					     NULL, LONG_BASE + (int)nr };
		if (!def->letter)
			continue;
		*s++ = (char)def->letter;
		if (def->arg)
			*s++ = ':';
	}
	*s = '\0';
	longs[nr] = (struct option){ 0 };
}

static const struct option_def *def_of(int value)
{
	if (value >= LONG_BASE)
		return &option_defs[value - LONG_BASE];
	for (size_t i = 0; option_defs[i].name; i++)
		if (option_defs[i].letter == value)
			return &option_defs[i];
	return NULL;
}

/* an abbreviation that fits several has several nearest ones, and none is the right one */
static int unknown_long(const char *arg)
{
	const char *name = arg + strspn(arg, "-");
	const size_t length = strcspn(name, "=");
	struct nearest near;
	int nr_fit = 0;

	nearest_begin(&near, name, length);
	for (const struct option_def *def = option_defs; def->name; def++) {
		nr_fit += !strncmp(def->name, name, length);
		nearest_try(&near, def->name);
	}
	if (nr_fit > 1)
		return err_usage("ambiguous option '%s'", arg);
	return err_usage("unknown option '%.*s'%s", (int)(name - arg + (ptrdiff_t)length), arg,
			 nearest_hint(&near, "--", NULL));
}

static int unknown(char **argv)
{
	if (optopt >= LONG_BASE)
		return err_usage("option '--%s' takes no argument", def_of(optopt)->name);
	if (optopt)
		return err_usage("unknown option '-%c'", optopt);
	return unknown_long(argv[optind - 1]);
}

/* argv from optind on */
static int take_program(struct request *req, int argc, char **argv, const bool *given)
{
	if (optind == argc || !*argv[optind])
		return err_usage("a program to measure is missing after --");
	req->program = argv + optind;
	for (size_t i = 0; option_defs[i].name; i++)
		for (size_t k = 0; given[i] && storm_only[k]; k++)
			if (!strcmp(option_defs[i].name, storm_only[k]))
				return err_usage(
					"--%s cannot be given with a program, which paces itself",
					option_defs[i].name);
	return 0;
}

static int check(const struct request *req)
{
	if (req->action == ACTION_LIST_WORKLOADS && req->program)
		return err_usage("--list-workloads takes no program");
	if (req->action == ACTION_LIST_WORKLOADS && req->form == FORM_JSON)
		return err_usage("--json does not go with --list-workloads");
	if (req->save && (req->action == ACTION_LIST_WORKLOADS || req->action == ACTION_PRINT_PLAN))
		return err_usage("--save needs a run, which leaves a record");
	if (strcmp(req->sysroot, "/") && req->action == ACTION_RUN)
		return err_usage("--sysroot is a recorded guest, which cannot be run on: add "
				 "--print-plan or --list-workloads");
	return 0;
}

static bool was_given(const void *ctx, const char *option)
{
	const bool *given = ctx;

	for (size_t i = 0; option_defs[i].name; i++)
		if (!strcmp(option_defs[i].name, option))
			return given[i];
	return false;
}

/* the next word that is no option; argv's first places, which have been read, keep those of before
 */
static int take_file(struct request *req, const struct verb *verb, char **argv)
{
	if (!verb || !verb->min_files)
		return err_usage(
			verb ? "unexpected argument '%s'"
			     : "unexpected argument '%s' (a program to measure goes after --)",
			argv[optind]);
	req->files = argv + 1;
	req->files[req->nr_files++] = argv[optind++];
	return 0;
}

/* what stands behind a -- */
static int take_rest(struct request *req, const struct verb *verb, int argc, char **argv,
		     const bool *given)
{
	int ret = 0;

	if (!verb)
		return take_program(req, argc, argv, given);
	req->nr_files_a = req->nr_files;
	while (!ret && optind < argc)
		ret = take_file(req, verb, argv);
	return ret;
}

static int check_files(const struct request *req, const struct verb *verb)
{
	if (verb && req->nr_files < verb->min_files && req->action == verb->action)
		return err_usage("%s needs %u file%s or more", verb->name, verb->min_files,
				 verb->min_files == 1 ? "" : "s");
	return 0;
}

static int take_option(struct request *req, const struct verb *verb, int value, char **argv,
		       bool *given)
{
	const struct option_def *def;
	int ret;

	def = def_of(value == ':' ? optopt : value);
	if (!def) /* '?' */
		return unknown(argv);
	if (value == ':')
		return err_usage("option '--%s' needs an argument: %s", def->name, def->arg);
	given[def - option_defs] = true;
	ret = verb_check(verb, def->name);
	return ret ? ret : def->set(req, def, optarg);
}

int options_parse(struct request *req, int argc, char **argv)
{
	const struct verb *verb = argc > 1 ? verb_find(argv[1]) : NULL;
	struct option longs[MAX_OPTIONS + 1];
	char shorts[2 * MAX_OPTIONS + 3];
	bool given[MAX_OPTIONS] = { false };
	int ret = 0, done = 0;

	request_init(req);
	if (verb) {
		req->action = verb->action;
		argv++;
		argc--;
	}
	make_getopt(longs, shorts);
	opterr = 0;
	optind = 0; /* glibc: begin anew, also after an error */
	while (!ret && !done) {
		const int before = optind ? optind : 1,
			  value = getopt_long(argc, argv, shorts, longs, NULL);

		if (value != -1)
			ret = take_option(req, verb, value, argv, given);
		else if (optind > before) /* it has taken the -- */
			ret = take_rest(req, verb, argc, argv, given), done = 1;
		else if (optind == argc)
			done = 1;
		else
			ret = take_file(req, verb, argv);
	}
	if (!ret)
		ret = check_files(req, verb);
	if (!ret)
		ret = options_experiment(req, was_given, given);
	return ret ? ret : check(req);
}

static void help_line(FILE *out, const struct option_def *def)
{
	char left[64];
	const char *line = def->help, *end;
	int at = snprintf(left, sizeof(left), "  %c%c%c --%s", def->letter ? '-' : ' ',
			  def->letter ? def->letter : ' ', def->letter ? ',' : ' ', def->name);

	if (def->arg)
		at += snprintf(left + at, sizeof(left) - (size_t)at, "=%s", def->arg);
	if (at > 27) {
		fprintf(out, "%s\n", left);
		left[0] = '\0';
	}
	for (;;) {
		end = strchr(line, '\n');
		fprintf(out, "%-28s%.*s\n", left, end ? (int)(end - line) : (int)strlen(line),
			line);
		if (!end)
			return;
		line = end + 1;
		left[0] = '\0';
	}
}

void options_help(FILE *out)
{
	fputs("Usage: irqstorm [OPTION]...\n"
	      "  or:  irqstorm [OPTION]... -- PROGRAM [ARG]...\n",
	      out);
	for (const struct verb *verb = verbs; verb->name; verb++)
		fprintf(out, "  or:  irqstorm %-8s  %s\n", verb->name, verb->help);
	fputs("Drives device interrupts at an asked rate on each vCPU of a KVM guest, and says how "
	      "each was acknowledged:\n"
	      "on the PV-EOI fast path, or by writing the EOI register. With a PROGRAM: runs it, "
	      "and measures beside it.\n",
	      out);
	for (size_t i = 0; option_defs[i].name; i++) {
		if (option_defs[i].group)
			fprintf(out, "\n%s:\n", option_defs[i].group);
		help_line(out, &option_defs[i]);
	}
	fputs("\nExit status: 0 ran; 1 failed; 2 usage; 3 ran, but the rate was not held, or what "
	      "--fail-if says is so;\n"
	      "4 this machine cannot; 130 interrupted, the result so far written.\n"
	      "With a PROGRAM: the program's; 126, 127 where it could not be run.\n"
	      "More in irqstorm(1).\n",
	      out);
}
