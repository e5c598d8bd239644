// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * procirq.c - reads /proc/interrupts: one pass, in place, no allocation once the arrays have grown.
 * Knows the form of a line, and not what any interrupt is for.
 */
#include "guest/procirq.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/cpulist.h"
#include "base/err.h"
#include "guest/rootfile.h"

#define FIRST_SIZE 16384
#define MAX_SIZE                                                                                   \
	(256u << 20) /* 8192 CPUs with as many vectors stay below; uint32_t offsets hold it */
#define TRIES 3

#define grow(array, max, wanted)                                                                   \
	({                                                                                         \
		int ret_ = 0;                                                                      \
		if ((wanted) > (max)) {                                                            \
			size_t max_ = (max) ? (max)*2 : 64;                                        \
			void *new_;                                                                \
			if (max_ < (wanted))                                                       \
				max_ = (wanted);                                                   \
			new_ = reallocarray((array), max_, sizeof(*(array)));                      \
			if (new_) {                                                                \
				(array) = new_;                                                    \
				(max) = max_;                                                      \
			} else {                                                                   \
				ret_ = err_nomem();                                                \
			}                                                                          \
		}                                                                                  \
		ret_;                                                                              \
	})

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char *skip_blanks(char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

/* a decimal number that a blank or the end of the line follows; NULL: the word is something else */
static char *parse_number(char *s, uint64_t *number)
{
	uint64_t value = 0;

	if (!is_digit(*s))
		return NULL;
	for (; is_digit(*s); s++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*s - '0'), &value))
			return NULL;
	if (*s && !is_blank(*s))
		return NULL;
	*number = value;
	return s;
}

/* "           CPU0       CPU2": ascending, as for_each_online_cpu() goes */
static int parse_header(struct procirq *p, char *s, const char *file)
{
	uint64_t cpu;
	int ret;

	for (s = skip_blanks(s); *s; s = skip_blanks(s)) {
		if (strncmp(s, "CPU", 3) || !(s = parse_number(s + 3, &cpu)) ||
		    cpu > CPULIST_MAX_CPU || (p->nr_cpus && cpu <= p->cpus[p->nr_cpus - 1]))
			return err_failed(-EINVAL, "%s: the first line is not a list of CPUs",
					  file);
		ret = grow(p->cpus, p->max_cpus, p->nr_cpus + 1);
		if (ret)
			return ret;
		p->cpus[p->nr_cpus++] = (unsigned int)cpu;
	}
	return p->nr_cpus ? 0 : err_failed(-EINVAL, "%s: the first line names no CPU", file);
}

/* the label before the colon; NULL: the line has none */
static char *parse_label(struct procirq_row *row, char *line)
{
	char *s = skip_blanks(line);
	size_t length = strcspn(s, ": \t");

	if (!length || length >= sizeof(row->label) || s[length] != ':')
		return NULL;
	memcpy(row->label, s, length);
	row->label[length] = '\0';
	return s + length + 1;
}

/*
 * A line without a label or without counts is not an interrupt's and is skipped. One with another
 * number of counts than the header has CPUs was written while a CPU came or went: -EAGAIN.
 */
static int parse_row(struct procirq *p, char *s, size_t number, const char *file)
{
	struct procirq_row *row;
	uint64_t ignored;
	char *next;
	int ret = grow(p->rows, p->max_rows, p->nr_rows + 1);

	if (!ret)
		ret = grow(p->counts, p->max_counts, p->nr_counts + p->nr_cpus);
	if (ret)
		return ret;
	row = &p->rows[p->nr_rows];
	s = parse_label(row, s);
	if (!s)
		return 0;
	row->counts = (uint32_t)p->nr_counts;
	row->nr_counts = 0;
	s = skip_blanks(s);
	while (row->nr_counts < p->nr_cpus) {
		next = parse_number(s, &p->counts[p->nr_counts + row->nr_counts]);
		if (!next)
			break;
		row->nr_counts++;
		s = skip_blanks(next);
	}
	if (!row->nr_counts)
		return 0;
	/* ERR and MIS have one number and no text; else there is one for each CPU and a text that
	 * is no number */
	if (row->nr_counts < p->nr_cpus ? row->nr_counts > 1 || *s
					: parse_number(s, &ignored) != NULL)
		return p->skip_odd
			       ? 0
			       : err_failed(-EAGAIN, "%s: line %zu (%s) does not have %zu counts",
					    file, number, row->label, p->nr_cpus);
	row->text = (uint32_t)(s - p->buffer);
	p->nr_counts += row->nr_counts;
	p->nr_rows++;
	return 0;
}

static void forget(struct procirq *p)
{
	p->nr_cpus = p->nr_rows = p->nr_counts = p->length = 0;
}

/* what is in the buffer, length bytes and a NUL */
static int parse_buffer(struct procirq *p, const char *file)
{
	char *line = p->buffer, *end = p->buffer + p->length, *newline;
	size_t number = 1;
	int ret = 0;

	p->nr_cpus = p->nr_rows = p->nr_counts = 0;
	if (!p->length)
		ret = err_failed(-EINVAL, "%s: the file is empty", file);
	else if (memchr(p->buffer, '\0', p->length))
		ret = err_failed(-EINVAL, "%s: the file is not text", file);
	for (; !ret && line < end; line = newline + 1, number++) {
		newline = memchr(line, '\n', (size_t)(end - line));
		if (!newline)
			newline = end;
		*newline = '\0';
		ret = number == 1 ? parse_header(p, line, file) : parse_row(p, line, number, file);
	}
	if (ret)
		forget(p);
	return ret;
}

int procirq_parse(struct procirq *p, const char *text, size_t length)
{
	int ret = 0;

	forget(p);
	if (length >= MAX_SIZE)
		return err_failed(-EINVAL, "interrupts: the file is too long");
	ret = grow(p->buffer, p->buffer_size, length + 1);
	if (ret)
		return ret;
	if (length)
		memcpy(p->buffer, text, length);
	p->buffer[length] = '\0';
	p->length = length;
	return parse_buffer(p, "interrupts");
}

/* the whole file into the buffer; seq_file gives a few lines per read() */
static int read_whole(struct procirq *p, const char *path)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	int ret;

	if (fd < 0)
		return err_failed(-errno, "cannot open %s: %s", path, strerror(errno));
	for (;;) {
		if (p->length + 1 >= MAX_SIZE)
			return err_failed(-EINVAL, "cannot read %s: too long", path);
		ret = grow(p->buffer, p->buffer_size, p->length + FIRST_SIZE + 1);
		if (ret)
			return ret;
		n = read(fd, p->buffer + p->length, p->buffer_size - p->length - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_failed(-errno, "cannot read %s: %s", path, strerror(errno));
		if (!n)
			break;
		p->length += (size_t)n;
	}
	p->buffer[p->length] = '\0';
	return 0;
}

int procirq_read(struct procirq *p, const char *root)
{
	bool clean = !*err_sentence();
	char path[PATH_MAX];
	int ret, tries;

	ret = rootfile_path(path, sizeof(path), root, "proc/interrupts");
	if (ret)
		return err_failed(ret, "cannot open %s/proc/interrupts: %s", root, strerror(-ret));
	for (tries = 0; tries < TRIES; tries++) {
		forget(p);
		p->skip_odd = tries + 1 == TRIES; /* it is no CPU that comes or goes, then */
		ret = read_whole(p, path);
		if (!ret)
			ret = parse_buffer(p, path);
		if (ret != -EAGAIN)
			break;
		if (clean && tries + 1 < TRIES)
			err_clear();
	}
	p->skip_odd = false;
	if (ret)
		forget(p);
	return ret;
}

void procirq_fini(struct procirq *p)
{
	free(p->buffer);
	free(p->cpus);
	free(p->rows);
	free(p->counts);
	memset(p, 0, sizeof(*p));
}

const struct procirq_row *procirq_find(const struct procirq *p, const char *label)
{
	for (size_t i = 0; i < p->nr_rows; i++)
		if (!strcmp(p->rows[i].label, label))
			return &p->rows[i];
	return NULL;
}

/* column of a CPU, or nr_cpus; columns ascend, and mostly column N is CPU N */
static size_t column_of(const struct procirq *p, unsigned int cpu)
{
	size_t low = 0, high = p->nr_cpus;

	if (cpu < p->nr_cpus && p->cpus[cpu] == cpu)
		return cpu;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (p->cpus[mid] < cpu)
			low = mid + 1;
		else
			high = mid;
	}
	return low < p->nr_cpus && p->cpus[low] == cpu ? low : p->nr_cpus;
}

bool procirq_has_cpu(const struct procirq *p, unsigned int cpu)
{
	return column_of(p, cpu) < p->nr_cpus;
}

uint64_t procirq_count(const struct procirq *p, const char *label, unsigned int cpu)
{
	return procirq_row_count(p, procirq_find(p, label), cpu);
}

uint64_t procirq_row_count(const struct procirq *p, const struct procirq_row *row, unsigned int cpu)
{
	size_t column = column_of(p, cpu);

	/* the one number of ERR and MIS is no CPU's, unless there is but one */
	if (!row || column >= p->nr_cpus || row->nr_counts != p->nr_cpus)
		return 0;
	return p->counts[row->counts + column];
}

const char *procirq_text(const struct procirq *p, const struct procirq_row *row)
{
	return p->buffer + row->text;
}
