// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * journal.c - writes and reads the journal of affinities. Changes no affinity.
 */
#include "guest/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/err.h"
#include "guest/rootfile.h"

#define HEAD "irqstorm-affinity 1"

/* field 22 of /proc/PID/stat; the name of the program, in parentheses, may hold blanks and
 * parentheses itself */
static int read_start_time(unsigned long long *start_time, const char *root, const char *pid)
{
	char text[1024], *at;
	int ret = rootfile_text(text, sizeof(text), root, "proc/%s/stat", pid);

	if (ret < 0)
		return ret;
	at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at && sscanf(at, "%llu", start_time) == 1 ? 0 : -EINVAL;
}

int journal_self(struct journal *j, const char *root)
{
	int ret;

	memset(j, 0, sizeof(*j));
	j->pid = getpid();
	ret = rootfile_text(j->boot, sizeof(j->boot), root, "proc/sys/kernel/random/boot_id");
	if (ret >= 0)
		ret = read_start_time(&j->start_time, root, "self");
	if (!ret)
		ret = rootfile_path(j->path, sizeof(j->path), root, JOURNAL_DIR "/affinity-%ld",
				    j->pid);
	return ret < 0 ? err_failed(ret,
				    "cannot tell this process from others in the journal of "
				    "affinities: %s",
				    strerror(-ret))
		       : 0;
}

static int write_lines(const struct journal *j, FILE *file)
{
	fprintf(file, HEAD "\nboot %s\nprocess %ld %llu\n", j->boot, j->pid, j->start_time);
	for (size_t i = 0; i < j->nr_irqs; i++)
		fprintf(file, "irq %u %s %s %s\n", j->irqs[i].irq, j->irqs[i].before,
			j->irqs[i].after, j->irqs[i].action);
	return fflush(file) || ferror(file) || fsync(fileno(file)) ? -errno : 0;
}

static int sync_dir(const char *root)
{
	char path[PATH_MAX];
	int fd = -1, ret;

	ret = rootfile_path(path, sizeof(path), root, JOURNAL_DIR);
	if (!ret)
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ret || fd < 0)
		return ret ? ret : -errno;
	ret = fsync(fd) ? -errno : 0;
	close(fd);
	return ret;
}

int journal_write(const struct journal *j, const char *root)
{
	char path[PATH_MAX];
	FILE *file;
	int ret = rootfile_path(path, sizeof(path), root, JOURNAL_DIR "/.new-%ld", j->pid);

	if (!ret) {
		file = fopen(path, "we");
		ret = file ? write_lines(j, file) : -errno;
		if (file && fclose(file) && !ret)
			ret = -errno;
	}
	if (!ret && rename(path, j->path))
		ret = -errno;
	if (!ret)
		ret = sync_dir(root);
	return ret ? err_failed(ret, "cannot write the journal of affinities %s: %s", j->path,
				strerror(-ret))
		   : 0;
}

static int add_irq(struct journal *j, const char *line)
{
	struct journal_irq *irqs = reallocarray(j->irqs, j->nr_irqs + 1, sizeof(*irqs)), *irq;

	if (!irqs)
		return err_nomem();
	j->irqs = irqs;
	irq = &irqs[j->nr_irqs];
	if (sscanf(line, "irq %u %511s %511s %63[^\n]", &irq->irq, irq->before, irq->after,
		   irq->action) != 4)
		return -EINVAL;
	j->nr_irqs++;
	return 0;
}

int journal_read(struct journal *j, const char *root, const char *name)
{
	char line[2 * JOURNAL_LIST + 128];
	FILE *file;
	int ret;

	memset(j, 0, sizeof(*j));
	ret = rootfile_path(j->path, sizeof(j->path), root, JOURNAL_DIR "/%s", name);
	file = ret ? NULL : fopen(j->path, "re");
	if (!file)
		return -EINVAL;
	if (!fgets(line, sizeof(line), file) || strcmp(line, HEAD "\n") ||
	    fscanf(file, "boot %63s\nprocess %ld %llu\n", j->boot, &j->pid, &j->start_time) != 3)
		ret = -EINVAL;
	while (!ret && fgets(line, sizeof(line), file))
		ret = add_irq(j, line);
	fclose(file);
	if (ret)
		journal_fini(j);
	return ret;
}

void journal_fini(struct journal *j)
{
	free(j->irqs);
	j->irqs = NULL;
	j->nr_irqs = 0;
}

int journal_lock(const char *root, bool make)
{
	char path[PATH_MAX];
	int fd, ret = rootfile_path(path, sizeof(path), root, JOURNAL_DIR);

	if (ret)
		return ret;
	if (make && mkdir(path, 0755) && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX)) {
		ret = -errno;
		close(fd);
		return ret;
	}
	return fd;
}

bool journal_of_this_boot(const struct journal *j, const char *root)
{
	char boot[64];

	return rootfile_text(boot, sizeof(boot), root, "proc/sys/kernel/random/boot_id") > 0 &&
	       !strcmp(boot, j->boot);
}

bool journal_alive(const struct journal *j, const char *root)
{
	unsigned long long start_time;
	char pid[24];

	snprintf(pid, sizeof(pid), "%ld", j->pid);
	return journal_of_this_boot(j, root) && !read_start_time(&start_time, root, pid) &&
	       start_time == j->start_time;
}
