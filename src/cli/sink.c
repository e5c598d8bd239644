// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sink.c - an output that is refused before the run rather than after it. Knows no form.
 */
#include "cli/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/err.h"

int sink_open(struct sink *sink, const char *path)
{
	int fd;

	*sink = (struct sink){ stdout, "standard output" };
	if (!path)
		return 0;
	sink->name = path;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	sink->stream = fd < 0 ? NULL : fdopen(fd, "w");
	if (!sink->stream)
		return err_failed(-errno, "cannot write %s: %s", path, strerror(errno));
	return 0;
}

void sink_begin(struct sink *sink)
{
	/* not a file that can be cut (a pipe, /dev/full)? then there is nothing to cut */
	if (sink->stream != stdout && ftruncate(fileno(sink->stream), 0))
		return;
}

int sink_close(struct sink *sink)
{
	int bad, err;

	if (!sink->stream)
		return 0;
	errno = 0;
	bad = fflush(sink->stream) || ferror(sink->stream);
	err = errno;
	if (sink->stream != stdout && fclose(sink->stream) && !bad) {
		bad = 1;
		err = errno;
	}
	sink->stream = NULL;
	if (!bad)
		return 0;
	return err_failed(err ? -err : -EIO, "cannot write %s: %s", sink->name, strerror(err ? err : EIO));
}
