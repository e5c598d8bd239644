// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * optdefs.c - one table is the parser's, --help's and the documentation tests'.
 */
#include "cli/optdefs.h"

const struct option_def option_defs[] = {
	{ "rate", 'R', "RATE[,RATE]...", set_rate,
	  "events per second of each workload on each vCPU: 500, 20k, max\n"
	  "(default); several: a sweep, each as blocks of its own",
	  "What to run" },
	{ "duration", 'd', "TIME", set_duration,
	  "length of the measured run (default 10s; ns us ms s m h);\n"
	  "a program gets SIGTERM then (default: until it ends)",
	  NULL },
	{ "cpus", 'c', "LIST", set_cpus,
	  "CPU list (0-3,8) or hwloc location (package:0, numa:1, core:0-1);\n"
	  "default: every vCPU online, in this cpuset and affinity mask",
	  NULL },
	{ "workload", 'w', "NAME[,KEY=VALUE]...", set_workload,
	  "what makes the interrupts (default virtio-blk); may be repeated, and\n"
	  "rate= and cpus= give each its share",
	  NULL },
	{ "warmup", 0, "TIME", set_warmup,
	  "run before the measured run, left out of the result (default 1s)", NULL },
	{ "interval", 'i', "TIME", set_interval, "length of one sample (default 100ms)", NULL },
	{ "pace", 0, "sleep|spin", set_pace,
	  "how a worker waits for the next due time (default sleep)", NULL },
	{ "arrivals", 0, "const|poisson|burst=N", set_arrivals,
	  "how the due times are spread (default const); burst: N at once", NULL },
	{ "seed", 0, "N", set_seed, "of everything random (default 1)", NULL },
	{ "eoi", 0, "auto|none|pv|msr|ignored", set_eoi,
	  "auto: count EOIs when the module is there (default); none: do not;\n"
	  "pv, msr: require it and hold PV-EOI on, off for the run;\n"
	  "ignored: the host grants, the guest writes the register all the same",
	  NULL },
	{ "eoi-cycles", 0, NULL, set_flag, "take the TSC cycles of each EOI (needs the module)",
	  NULL },
	{ "affinity", 0, "auto|keep", set_affinity,
	  "auto: send the interrupts of a virtio-net device to the vCPU they are for,\n"
	  "and back after the run (default); keep: leave them where they are",
	  NULL },
	{ "yes-flood", 0, NULL, set_flag, "more than 1000 packets a second to a gateway are meant",
	  NULL },
	{ "ab", 0, "ARM,ARM[,ARM]...", set_ab,
	  "compare pv, msr and ignored (as of --eoi), in blocks whose order is drawn;\n"
	  "pv,pv is the control",
	  "Experiments, of blocks that are repeated" },
	{ "sweep", 0, "FROM:TO:xFACTOR|+STEP", set_sweep, "rates in steps: 1k:64k:x2, 1k:10k:+500",
	  NULL },
	{ "find-max", 0, NULL, set_flag,
	  "the highest rate that is held within 1 %, by bisection in each repeat", NULL },
	{ "soak", 0, NULL, set_flag,
	  "what an interrupt costs of a vCPU's capacity, the host's exits included: a\n"
	  "SCHED_IDLE thread on each counts what is left",
	  NULL },
	{ "repeat", 0, "N|MIN,MAX", set_repeat, "so often each has its block (default 20)", NULL },
	{ "block", 0, "TIME", set_block,
	  "length of a block (default 1s); with a program a block is one run of it", NULL },
	{ "settle", 0, "TIME", set_settle, "left out before each block (default 100ms)", NULL },
	{ "until", 0, "PCT%", set_until,
	  "repeat until the interval is that narrow, within --repeat=MIN,MAX\n"
	  "(default 10,100)",
	  NULL },
	{ "margin", 0, "PCT%", set_margin,
	  "differences within it are called equivalent (default 1%)", NULL },
	{ "fail-if", 0, "EXPR", set_fail_if,
	  "exit with 3 where it is clearly so: 'p99_ns > 80us', 'fast_share < 90%',\n"
	  "'change(rate_hz) < -2%'; may be repeated",
	  NULL },
	{ "json", 'J', NULL, set_json, "the result as JSON", "What comes out" },
	{ "output", 'o', "FILE", set_output, "the result into FILE instead of standard output",
	  NULL },
	{ "save", 0, "FILE", set_save,
	  "the record of the run, with all samples, for show, compare and merge", NULL },
	{ "quiet", 'q', NULL, set_flag, "no progress and no remarks on standard error", NULL },
	{ "print-plan", 0, NULL, set_action, "say what would run, and stop", "Instead of running" },
	{ "list-workloads", 0, NULL, set_action,
	  "say which workloads can run here, and for the others why not", NULL },
	{ "sysroot", 0, "DIR", set_sysroot, "with these two: plan for the guest recorded below DIR",
	  NULL },
	{ "bind", 0, "ADDR[:PORT]", set_bind, "with reflect: where to listen (default 0.0.0.0:7)",
	  NULL },
	{ "help", 'h', NULL, set_action, "this text", NULL },
	{ "version", 'V', NULL, set_action, "version and licence", NULL },
	{ NULL, 0, NULL, NULL, NULL, NULL }
};

_Static_assert(sizeof(option_defs) / sizeof(option_defs[0]) <= MAX_OPTIONS + 1, "MAX_OPTIONS");
