// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sink.c - an output that is refused before the run rather than after it. Knows no form.
 */
#include "cli/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/err.h"

static int refuse(const struct sink *sink, int err)
{
	return err_failed(-err, "cannot write %s: %s", sink->path ? sink->path : "standard output",
			  strerror(err));
}

int sink_open(struct sink *sink, const char *path)
{
	*sink = (struct sink){ .fd = STDOUT_FILENO, .path = path };
	if (path) {
		sink->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		sink->created = sink->fd >= 0;
		if (sink->fd < 0 && errno == EEXIST)
			sink->fd = open(path, O_WRONLY | O_CLOEXEC);
		if (sink->fd < 0)
			return refuse(sink, errno);
	}
	sink->stream = open_memstream(&sink->text, &sink->length);
	return sink->stream ? 0 : err_nomem();
}

bool sink_is_file(const struct sink *sink, const char *path)
{
	struct stat ours, other;

	return sink->path && !fstat(sink->fd, &ours) && S_ISREG(ours.st_mode) &&
	       !stat(path, &other) && ours.st_dev == other.st_dev && ours.st_ino == other.st_ino;
}

static int write_whole(const struct sink *sink)
{
	size_t done = 0;

	/* what cannot be cut (a pipe, a device) has nothing to be cut */
	if (sink->path && ftruncate(sink->fd, 0) && errno != EINVAL)
		return -errno;
	while (done < sink->length) {
		ssize_t n = write(sink->fd, sink->text + done, sink->length - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

int sink_close(struct sink *sink)
{
	int ret = 0;

	if (!sink->stream)
		return 0;
	if (fclose(sink->stream))
		ret = err_nomem();
	if (sink->dropped)
		sink->length = 0;
	if (!ret && sink->length)
		ret = write_whole(sink);
	if (sink->path && close(sink->fd) && !ret) /* NFS tells only now */
		ret = -errno;
	if (ret)
		refuse(sink, -ret);
	if (sink->created && (ret || !sink->length))
		unlink(sink->path);
	free(sink->text);
	sink->stream = NULL;
	return ret;
}
