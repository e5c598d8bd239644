# SPDX-License-Identifier: GPL-2.0-or-later
libirqstorm_a_SOURCES += \
	%D%/workload.h %D%/registry.c \
	%D%/extents.c \
	%D%/ipi.c \
	%D%/null.c \
	%D%/packet.c \
	%D%/timer.c \
	%D%/uring.c \
	%D%/virtio_blk.c \
	%D%/virtio_net.c
