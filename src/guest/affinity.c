// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * affinity.c - the only file that writes /proc/irq. Knows which affinity a vector had; not why it
 * is to have another.
 */
#include "guest/affinity.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "guest/rootfile.h"

static int write_list(const char *root, unsigned int irq, const char *list)
{
	char path[PATH_MAX];
	int fd, ret = rootfile_path(path, sizeof(path), root, "proc/irq/%u/smp_affinity_list", irq);

	if (ret)
		return ret;
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = write(fd, list, strlen(list)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* 1: the vector's affinity is this list's; 0: it is not; -errno */
static int has_list(const char *root, unsigned int irq, const char *list)
{
	hwloc_bitmap_t now = hwloc_bitmap_alloc(), wanted = hwloc_bitmap_alloc();
	int ret = -ENOMEM;

	if (now && wanted) {
		ret = rootfile_cpulist(now, root, "proc/irq/%u/smp_affinity_list", irq);
		if (!ret)
			ret = cpulist_parse(list, wanted);
		if (!ret)
			ret = hwloc_bitmap_isequal(now, wanted);
	}
	hwloc_bitmap_free(now);
	hwloc_bitmap_free(wanted);
	return ret;
}

static int note_before(struct journal_irq *irq, const char *root,
		       const struct affinity_change *change)
{
	int ret;

	irq->irq = change->irq;
	snprintf(irq->after, sizeof(irq->after), "%u", change->cpu);
	ret = rootfile_text(irq->before, sizeof(irq->before), root, "proc/irq/%u/smp_affinity_list",
			    irq->irq);
	if (ret <= 0)
		return err_failed(ret ? ret : -EINVAL, "cannot read the affinity of IRQ %u: %s",
				  irq->irq, ret ? strerror(-ret) : "it is empty");
	if (rootfile_text(irq->action, sizeof(irq->action), root, "sys/kernel/irq/%u/actions",
			  irq->irq) <= 0)
		snprintf(irq->action, sizeof(irq->action), "-");
	return 0;
}

/* calls each() for every journal of the directory, which the caller has locked; 0 or the first
 * error */
static int each_journal(const char *root,
			int (*each)(struct journal *j, const char *root, void *ctx), void *ctx)
{
	DIR *dir = rootfile_opendir(root, JOURNAL_DIR);
	struct dirent *entry;
	struct journal j;
	int ret = 0, now;

	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "affinity-", 9))
			continue;
		now = journal_read(&j, root, entry->d_name);
		if (now == -EINVAL)
			now = err_failed(now, "%s is no journal of affinities", j.path);
		if (!now)
			now = each(&j, root, ctx);
		journal_fini(&j);
		if (!ret)
			ret = now;
	}
	if (dir)
		closedir(dir);
	return ret;
}

/* another process that runs has one of ours: two that put back what they found would leave the
 * other's */
static int refuse_shared(struct journal *j, const char *root, void *ctx)
{
	const struct affinity *a = ctx;

	if (j->pid == a->journal.pid || !journal_alive(j, root))
		return 0;
	for (size_t i = 0; i < j->nr_irqs; i++)
		for (size_t k = 0; k < a->journal.nr_irqs; k++)
			if (j->irqs[i].irq == a->journal.irqs[k].irq)
				return err_cannot("IRQ %u is steered by another irqstorm that is "
						  "running (PID %ld)",
						  j->irqs[i].irq, j->pid);
	return 0;
}

static int steer(struct affinity *a)
{
	for (size_t i = 0; i < a->journal.nr_irqs; i++) {
		const struct journal_irq *irq = &a->journal.irqs[i];
		int ret = write_list(a->root, irq->irq, irq->after);

		if (!ret)
			ret = has_list(a->root, irq->irq, irq->after) == 1 ? 0 : -EIO;
		if (ret)
			return err_failed(ret, "cannot send IRQ %u (%s) to CPU %s: %s", irq->irq,
					  irq->action, irq->after, strerror(-ret));
	}
	return 0;
}

int affinity_begin(struct affinity *a, const char *root, const struct affinity_change *changes,
		   size_t nr)
{
	int lock, ret;

	memset(a, 0, sizeof(*a));
	snprintf(a->root, sizeof(a->root), "%.*s", (int)sizeof(a->root) - 1, root);
	if (!nr)
		return 0;
	ret = journal_self(&a->journal, root);
	if (ret)
		return ret;
	a->journal.irqs = calloc(nr, sizeof(*a->journal.irqs));
	if (!a->journal.irqs)
		return err_nomem();
	lock = journal_lock(root, true);
	if (lock < 0)
		return err_failed(lock,
				  "cannot keep a journal of affinities in /" JOURNAL_DIR ": %s",
				  strerror(-lock));
	for (size_t i = 0; !ret && i < nr; i++) {
		ret = note_before(&a->journal.irqs[i], root, &changes[i]);
		a->journal.nr_irqs += !ret;
	}
	if (!ret)
		ret = each_journal(root, refuse_shared, a);
	if (!ret)
		ret = journal_write(&a->journal, root);
	if (ret)
		journal_fini(&a->journal);
	else
		ret = steer(a);
	close(lock);
	return ret;
}

/* the kernel sends vectors of a CPU that goes offline elsewhere: that is nobody's choice */
static bool is_offline(const char *root, const char *list)
{
	hwloc_bitmap_t online = hwloc_bitmap_alloc(), cpus = hwloc_bitmap_alloc();
	bool offline = online && cpus &&
		       !rootfile_cpulist(online, root, "sys/devices/system/cpu/online") &&
		       !cpulist_parse(list, cpus) && !hwloc_bitmap_intersects(online, cpus);

	hwloc_bitmap_free(online);
	hwloc_bitmap_free(cpus);
	return offline;
}

/* 1: put back; 0: left as somebody else's; -errno with a sentence */
static int put_back(const char *root, const struct journal_irq *irq)
{
	char action[64];
	int ret;

	if (rootfile_text(action, sizeof(action), root, "sys/kernel/irq/%u/actions", irq->irq) <= 0)
		snprintf(action, sizeof(action), "-");
	ret = has_list(root, irq->irq, irq->after);
	if (ret < 0 || (!ret && !is_offline(root, irq->after)) || strcmp(action, irq->action))
		return 0;
	ret = write_list(root, irq->irq, irq->before);
	return ret ? err_failed(ret, "cannot put the affinity of IRQ %u (%s) back to CPU %s: %s",
				irq->irq, irq->action, irq->before, strerror(-ret))
		   : 1;
}

static int put_all_back(const struct journal *j, const char *root, unsigned int *nr_restored,
			unsigned int *nr_left)
{
	int ret = 0;

	for (size_t i = 0; i < j->nr_irqs; i++) {
		int now = put_back(root, &j->irqs[i]);

		*nr_restored += now > 0;
		*nr_left += !now;
		if (now < 0)
			ret = now;
	}
	if (!ret && unlink(j->path))
		ret = err_failed(-errno, "cannot remove %s: %s", j->path, strerror(errno));
	return ret;
}

int affinity_end(struct affinity *a)
{
	unsigned int nr_restored = 0, nr_left = 0;
	int ret = a->journal.nr_irqs ? put_all_back(&a->journal, a->root, &nr_restored, &nr_left)
				     : 0;

	journal_fini(&a->journal);
	return ret;
}

static int recover_one(struct journal *j, const char *root, void *ctx)
{
	struct affinity_recovery *found = ctx;

	if (journal_alive(j, root)) {
		found->nr_alive++;
		found->alive = j->pid;
		return 0;
	}
	/* of another boot: that kernel's affinities are gone with it */
	if (!journal_of_this_boot(j, root))
		return unlink(j->path) ? err_failed(-errno, "cannot remove %s: %s", j->path,
						    strerror(errno))
				       : 0;
	found->dead = j->pid;
	return put_all_back(j, root, &found->nr_restored, &found->nr_left);
}

int affinity_recover(const char *root, struct affinity_recovery *found)
{
	int lock = journal_lock(root, false), ret;

	memset(found, 0, sizeof(*found));
	if (lock == -ENOENT)
		return 0;
	if (lock < 0)
		return err_failed(lock,
				  "cannot look for journals of affinities in /" JOURNAL_DIR ": %s",
				  strerror(-lock));
	ret = each_journal(root, recover_one, found);
	close(lock);
	return ret;
}

bool affinity_settable(const char *root, unsigned int irq)
{
	char path[PATH_MAX];

	return !rootfile_path(path, sizeof(path), root, "proc/irq/%u/smp_affinity_list", irq) &&
	       !access(path, W_OK);
}

long affinity_irqbalance(const char *root)
{
	DIR *dir = rootfile_opendir(root, "proc");
	struct dirent *entry;
	char name[32];
	long pid = 0;

	while (dir && !pid && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    rootfile_text(name, sizeof(name), root, "proc/%s/comm", entry->d_name) > 0 &&
		    !strcmp(name, "irqbalance"))
			pid = strtol(entry->d_name, NULL, 10);
	if (dir)
		closedir(dir);
	return pid;
}
