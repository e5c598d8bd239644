// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * t_irqmap.c - which device, queue, vector and CPU belong together in each recorded guest
 */
#include "recorded.h"

#include <sys/sysmacros.h>
#include "base/cpulist.h"
#include "base/err.h"
#include "guest/irqmap.h"

struct guest_map {
	struct machine m;
	struct irqmap map;
};

static void open_map(struct guest_map *g, const char *root)
{
	err_clear();
	if (machine_read(&g->m, root) || irqmap_read(&g->map, &g->m, root))
		fail_msg("%s: %s", root, err_sentence());
}

static void close_map(struct guest_map *g)
{
	irqmap_fini(&g->map);
	machine_fini(&g->m);
}

static const char *list(hwloc_const_bitmap_t set)
{
	static char bufs[2][1024];
	static int turn;
	char *buf = bufs[turn++ % 2];

	cpulist_format(set, buf, sizeof(bufs[0]));
	return *buf ? buf : "-";
}

static const char *irq_of(const struct irq_device *dev, int vector)
{
	static char bufs[2][16];
	static int turn;
	char *buf = bufs[turn++ % 2];

	if (vector < 0)
		return "-";
	snprintf(buf, sizeof(bufs[0]), "%u", dev->vectors[vector].irq);
	return buf;
}

/*
 * NAME BDF DRIVER NODE MAJ:MIN msix STATE SIZE
 *   IRQ ACTION KIND affinity CPUS effective CPUS [shared]
 *   queue N cpus CPUS irq IRQ [tx IRQ]
 */
static void describe(const struct irqmap *map, char *buf, size_t size)
{
	FILE *out = fmemopen(buf, size, "w");

	assert_non_null(out);
	for (size_t i = 0; i < map->nr_devices; i++) {
		const struct irq_device *dev = &map->devices[i];

		fprintf(out, "%s %s %s %s %u:%u msix %s %u\n", dev->name,
			dev->bdf[0] ? dev->bdf : "-", dev->driver, dev->node[0] ? dev->node : "-",
			dev->major, dev->minor, msix_state_name(dev->msix), dev->msix_size);
		for (size_t v = 0; v < dev->nr_vectors; v++) {
			const struct irq_vector *vec = &dev->vectors[v];

			fprintf(out, "  %u %s %s affinity %s effective %s%s\n", vec->irq,
				vec->action, irq_kind_name(vec->kind), list(vec->affinity),
				list(vec->effective), vec->shared ? " shared" : "");
		}
		for (size_t q = 0; q < dev->nr_queues; q++) {
			fprintf(out, "  queue %u cpus %s irq %s", dev->queues[q].index,
				list(dev->queues[q].cpus), irq_of(dev, dev->queues[q].vector));
			if (dev->kind == DEVICE_NET)
				fprintf(out, " tx %s", irq_of(dev, dev->queues[q].tx_vector));
			fputc('\n', out);
		}
	}
	fclose(out);
}

#define NET_OF_2                                                                                   \
	"virtio1 0000:00:04.0 virtio_net eth0 0:0 msix enabled 4\n"                                \
	"  24 virtio1-config MSI-X affinity 0-1 effective 1\n"                                     \
	"  25 virtio1-input.0 MSI-X affinity 0-1 effective 0\n"                                    \
	"  26 virtio1-output.0 MSI-X affinity 0-1 effective 1\n"                                   \
	"  queue 0 cpus 0-1 irq 25 tx 26\n"
#define NET_OF_4                                                                                   \
	"virtio1 0000:00:04.0 virtio_net eth0 0:0 msix enabled 4\n"                                \
	"  24 virtio1-config MSI-X affinity 0-3 effective 1\n"                                     \
	"  25 virtio1-input.0 MSI-X affinity 0-3 effective 2\n"                                    \
	"  26 virtio1-output.0 MSI-X affinity 0-3 effective 3\n"                                   \
	"  queue 0 cpus 0-3 irq 25 tx 26\n"
#define DISK_OF_2                                                                                  \
	"virtio0 0000:00:03.0 virtio_blk vda 254:0 msix enabled 3\n"                               \
	"  27 virtio0-config MSI-X affinity 0-1 effective 0\n"                                     \
	"  28 virtio0-req.0 MSI-X affinity 0 effective 0\n"                                        \
	"  29 virtio0-req.1 MSI-X affinity 1 effective 1\n"                                        \
	"  queue 0 cpus 0 irq 28\n"                                                                \
	"  queue 1 cpus 1 irq 29\n"

#define DISK_OF_NVME                                                                               \
	"virtio0 0000:00:03.0 virtio_blk vda 254:0 msix enabled 3\n"                               \
	"  27 virtio0-config MSI-X affinity 0-1 effective 0\n"                                     \
	"  28 virtio0-req.0 MSI-X affinity 0 effective 0\n"                                        \
	"  29 virtio0-req.1 MSI-X affinity 1 effective 1\n"                                        \
	"  queue 0 cpus 0 irq 28\n"                                                                \
	"  queue 1 cpus 1 irq 29\n"                                                                \
	"nvme0 0000:00:05.0 nvme nvme0n1 259:0 msix enabled 65\n"                                  \
	"  24 nvme0q0 MSI-X affinity 0-1 effective 1\n"                                            \
	"  25 nvme0q1 MSI-X affinity 0 effective 0\n"                                              \
	"  26 nvme0q2 MSI-X affinity 1 effective 1\n"                                              \
	"  queue 0 cpus 0 irq 25\n"                                                                \
	"  queue 1 cpus 1 irq 26\n"

/* capabilities are the one thing that a user sees less of */
#define FIRECRACKER(n0, n1, n2, n3, n4)                                                            \
	"virtio0 0000:00:01.0 virtio_balloon - 0:0 msix " n0 "\n"                                  \
	"  28 virtio0-config MSI-X affinity 0-1 effective 0\n"                                     \
	"  29 virtio0-inflate MSI-X affinity 0-1 effective 1\n"                                    \
	"  30 virtio0-deflate MSI-X affinity 0-1 effective 0\n"                                    \
	"  31 virtio0-stats MSI-X affinity 0-1 effective 1\n"                                      \
	"  32 virtio0-reporting_vq MSI-X affinity 0-1 effective 0\n"                               \
	"virtio1 0000:00:02.0 virtio_blk vda 254:0 msix " n1 "\n"                                  \
	"  35 virtio1-config MSI-X affinity 0-1 effective 1\n"                                     \
	"  36 virtio1-req.0 MSI-X affinity 0-1 effective 1\n"                                      \
	"  queue 0 cpus 0-1 irq 36\n"                                                              \
	"virtio2 0000:00:03.0 virtio_net eth0 0:0 msix " n2 "\n"                                   \
	"  37 virtio2-config MSI-X affinity 0-1 effective 0\n"                                     \
	"  38 virtio2-input.0 MSI-X affinity 0-1 effective 1\n"                                    \
	"  39 virtio2-output.0 MSI-X affinity 0-1 effective 0\n"                                   \
	"  queue 0 cpus 0-1 irq 38 tx 39\n"                                                        \
	"virtio3 0000:00:04.0 vmw_vsock_virtio_transport - 0:0 msix " n3 "\n"                      \
	"  40 virtio3-config MSI-X affinity 0-1 effective 1\n"                                     \
	"  41 virtio3-rx MSI-X affinity 0-1 effective 0\n"                                         \
	"  42 virtio3-tx MSI-X affinity 0-1 effective 1\n"                                         \
	"  43 virtio3-event MSI-X affinity 0-1 effective 0\n"                                      \
	"virtio4 0000:00:05.0 virtio_rng - 0:0 msix " n4 "\n"                                      \
	"  33 virtio4-config MSI-X affinity 0-1 effective 1\n"                                     \
	"  34 virtio4-input MSI-X affinity 0-1 effective 0\n"

static const struct expected {
	const char *name, *sentence, *map;
} guests[] = {
	{ "qemu-1", "qemu-1_has_one_queue",
	  "virtio0 0000:00:03.0 virtio_blk vda 254:0 msix enabled 2\n"
	  "  27 virtio0-config MSI-X affinity 0 effective 0\n"
	  "  28 virtio0-req.0 MSI-X affinity 0 effective 0\n"
	  "  queue 0 cpus 0 irq 28\n"
	  "virtio1 0000:00:04.0 virtio_net eth0 0:0 msix enabled 4\n"
	  "  24 virtio1-config MSI-X affinity 0 effective 0\n"
	  "  25 virtio1-input.0 MSI-X affinity 0 effective 0\n"
	  "  26 virtio1-output.0 MSI-X affinity 0 effective 0\n"
	  "  queue 0 cpus 0 irq 25 tx 26\n" },
	{ "qemu-2", "qemu-2_has_a_queue_and_a_vector_for_each_cpu", DISK_OF_2 NET_OF_2 },
	{ "qemu-4", "qemu-4_has_a_queue_and_a_vector_for_each_cpu",
	  "virtio0 0000:00:03.0 virtio_blk vda 254:0 msix enabled 5\n"
	  "  27 virtio0-config MSI-X affinity 0-3 effective 0\n"
	  "  28 virtio0-req.0 MSI-X affinity 0 effective 0\n"
	  "  29 virtio0-req.1 MSI-X affinity 1 effective 1\n"
	  "  30 virtio0-req.2 MSI-X affinity 2 effective 2\n"
	  "  31 virtio0-req.3 MSI-X affinity 3 effective 3\n"
	  "  queue 0 cpus 0 irq 28\n"
	  "  queue 1 cpus 1 irq 29\n"
	  "  queue 2 cpus 2 irq 30\n"
	  "  queue 3 cpus 3 irq 31\n" NET_OF_4 },
	{ "qemu-4-2q", "qemu-4-2q_has_two_cpus_to_a_queue_and_interrupts_on_one_of_them",
	  "virtio0 0000:00:03.0 virtio_blk vda 254:0 msix enabled 3\n"
	  "  27 virtio0-config MSI-X affinity 0-3 effective 0\n"
	  "  28 virtio0-req.0 MSI-X affinity 0-1 effective 1\n"
	  "  29 virtio0-req.1 MSI-X affinity 2-3 effective 3\n"
	  "  queue 0 cpus 0-1 irq 28\n"
	  "  queue 1 cpus 2-3 irq 29\n" NET_OF_4 },
	{ "qemu-2-shared", "qemu-2-shared_has_one_vector_for_all_queues",
	  "virtio0 0000:00:03.0 virtio_blk vda 254:0 msix enabled 2\n"
	  "  27 virtio0-config MSI-X affinity 0-1 effective 0\n"
	  "  28 virtio0-virtqueues MSI-X affinity 0-1 effective 1 shared\n"
	  "  queue 0 cpus 0 irq 28\n"
	  "  queue 1 cpus 1 irq 28\n" NET_OF_2 },
	{ "qemu-2-intx", "qemu-2-intx_has_two_devices_on_one_line",
	  "virtio0 0000:00:03.0 virtio_blk vda 254:0 msix none 0\n"
	  "  11 virtio0 INTx affinity 0-1 effective 1 shared\n"
	  "  queue 0 cpus 0 irq 11\n"
	  "  queue 1 cpus 1 irq 11\n"
	  "virtio1 0000:00:07.0 virtio_net eth0 0:0 msix none 0\n"
	  "  11 virtio1 INTx affinity 0-1 effective 1 shared\n"
	  "  queue 0 cpus 0-1 irq 11 tx 11\n" },
	{ "qemu-2-nvme", "qemu-2-nvme_has_two_disks_and_the_queue_of_a_controller_is_no_disks",
	  DISK_OF_NVME },
	{ "qemu-2-poll", "qemu-2-poll_has_a_queue_without_a_vector",
	  "virtio0 0000:00:03.0 virtio_blk vda 254:0 msix enabled 4\n"
	  "  27 virtio0-config MSI-X affinity 0-1 effective 0\n"
	  "  28 virtio0-req.0 MSI-X affinity 0-1 effective 1\n"
	  "  queue 0 cpus 0-1 irq 28\n"
	  "  queue 1 cpus 0-1 irq -\n" NET_OF_2 },
	{ "qemu-2-cpu1-offline", "qemu-2-cpu1-offline_has_a_vector_that_no_cpu_will_see",
	  "virtio0 0000:00:03.0 virtio_blk vda 254:0 msix enabled 3\n"
	  "  27 virtio0-config MSI-X affinity 0-1 effective 0\n"
	  "  28 virtio0-req.0 MSI-X affinity 0 effective 0\n"
	  "  29 virtio0-req.1 MSI-X affinity 1 effective -\n"
	  "  queue 0 cpus 0 irq 28\n"
	  "  queue 1 cpus 1 irq 29\n"
	  "virtio1 0000:00:04.0 virtio_net eth0 0:0 msix enabled 4\n"
	  "  24 virtio1-config MSI-X affinity 0-1 effective 0\n"
	  "  25 virtio1-input.0 MSI-X affinity 0 effective 0\n"
	  "  26 virtio1-output.0 MSI-X affinity 0 effective 0\n"
	  "  queue 0 cpus 0-1 irq 25 tx 26\n" },
	{ "qemu-2-cpuset", "qemu-2-cpuset_has_all_queues_though_not_all_cpus", DISK_OF_2 NET_OF_2 },
	{ "qemu-200", "qemu-200_has_fifty_cpus_to_a_queue_and_interrupts_on_one_of_them",
	  "virtio0 0000:00:03.0 virtio_blk vda 254:0 msix enabled 5\n"
	  "  27 virtio0-config MSI-X affinity 0-199 effective 9\n"
	  "  28 virtio0-req.0 MSI-X affinity 0-49 effective 49\n"
	  "  29 virtio0-req.1 MSI-X affinity 50-99 effective 99\n"
	  "  30 virtio0-req.2 MSI-X affinity 100-149 effective 149\n"
	  "  31 virtio0-req.3 MSI-X affinity 150-199 effective 199\n"
	  "  queue 0 cpus 0-49 irq 28\n"
	  "  queue 1 cpus 50-99 irq 29\n"
	  "  queue 2 cpus 100-149 irq 30\n"
	  "  queue 3 cpus 150-199 irq 31\n"
	  "virtio1 0000:00:04.0 virtio_net eth0 0:0 msix enabled 4\n"
	  "  24 virtio1-config MSI-X affinity 0-199 effective 6\n"
	  "  25 virtio1-input.0 MSI-X affinity 0-199 effective 7\n"
	  "  26 virtio1-output.0 MSI-X affinity 0-199 effective 8\n"
	  "  queue 0 cpus 0-199 irq 25 tx 26\n" },
	{ "microvm-2", "microvm-2_has_virtio-mmio_and_one_line_for_all_queues",
	  "virtio0 - virtio_blk vda 254:0 msix none 0\n"
	  "  49 virtio0 virtio-mmio affinity 0-1 effective 0 shared\n"
	  "  queue 0 cpus 0 irq 49\n"
	  "  queue 1 cpus 1 irq 49\n"
	  "virtio1 - virtio_net eth0 0:0 msix none 0\n"
	  "  50 virtio1 virtio-mmio affinity 0-1 effective 1 shared\n"
	  "  queue 0 cpus 0-1 irq 50 tx 50\n" },
	{ "kvm-2", "kvm-2_has_two_disks_each_with_a_queue_and_a_vector_for_each_cpu",
	  "virtio0 0000:00:02.0 virtio_blk vda 254:0 msix enabled 3\n"
	  "  24 virtio0-config MSI-X affinity 0-1 effective 0\n"
	  "  25 virtio0-req.0 MSI-X affinity 0 effective 0\n"
	  "  26 virtio0-req.1 MSI-X affinity 1 effective 1\n"
	  "  queue 0 cpus 0 irq 25\n"
	  "  queue 1 cpus 1 irq 26\n"
	  "virtio1 0000:00:03.0 virtio_blk vdb 254:16 msix enabled 3\n"
	  "  27 virtio1-config MSI-X affinity 0-1 effective 1\n"
	  "  28 virtio1-req.0 MSI-X affinity 0 effective 0\n"
	  "  29 virtio1-req.1 MSI-X affinity 1 effective 1\n"
	  "  queue 0 cpus 0 irq 28\n"
	  "  queue 1 cpus 1 irq 29\n" },
	{ "firecracker-2", "firecracker-2_has_one_queue_for_two_cpus",
	  FIRECRACKER("enabled 5", "enabled 2", "enabled 3", "enabled 4", "enabled 2") },
	{ "firecracker-2-user", "firecracker-2-user_has_the_same_with_msix_unknown",
	  FIRECRACKER("unknown 0", "unknown 0", "unknown 0", "unknown 0", "unknown 0") },
};

static void is_what_was_recorded(void **state)
{
	const struct expected *e = *state;
	char is[8192];
	struct guest_map g;

	open_map(&g, recorded(e->name));
	describe(&g.map, is, sizeof(is));
	if (strcmp(is, e->map))
		fail_msg("%s is\n%s", e->name, is);
	close_map(&g);
}

static void devices_are_found_by_node_and_by_name(void **state)
{
	struct guest_map g;

	(void)state;
	open_map(&g, recorded("firecracker-2"));
	assert_string_equal(irqmap_find(&g.map, "vda")->name, "virtio1");
	assert_string_equal(irqmap_find(&g.map, "virtio2")->node, "eth0");
	assert_int_equal(irqmap_find(&g.map, "vda")->kind, DEVICE_BLOCK);
	assert_int_equal(irqmap_find(&g.map, "eth0")->kind, DEVICE_NET);
	assert_int_equal(irqmap_find(&g.map, "virtio4")->kind, DEVICE_OTHER);
	assert_null(irqmap_find(&g.map, "vdb"));
	assert_null(irqmap_find(&g.map, "virtio"));
	assert_null(irqmap_find(&g.map, "")); /* though some devices have no node */
	close_map(&g);
}

static void the_chip_is_the_kernels_name_for_it(void **state)
{
	struct guest_map g;

	(void)state;
	open_map(&g, recorded("firecracker-2"));
	assert_string_equal(irqmap_find(&g.map, "vda")->vectors[1].chip, "PCI-MSIX-0000:00:02.0");
	close_map(&g);
	open_map(&g, recorded("qemu-2-intx"));
	assert_string_equal(irqmap_find(&g.map, "vda")->vectors[0].chip, "IO-APIC");
	close_map(&g);
}

/* one vector for the controller's own commands and all I/O, as the driver has it where it gets no
 * more */
static void nvme_queues_may_share_a_vector(void **state)
{
	const char *root = *state, *disk = "sys/devices/pci0000:00/0000:00:05.0/nvme/nvme0/nvme0n1";
	const struct irq_device *dev;
	char path[256];
	struct guest_map g;

	put(root, "proc/interrupts",
	    "            CPU0       CPU1\n 24:   1   2   PCI-MSI 81920-edge   nvme0q0, nvme0q1\n"
	    " 25:   1   2   PCI-MSI 81921-edge   nvme00q1\n 26:   1   2   PCI-MSI 81922-edge   "
	    "nvme0\n");
	put(root, "proc/irq/24/smp_affinity_list", "0-1\n");
	put(root, "proc/irq/24/effective_affinity_list", "1\n");
	put_cpus(root, "0-1\n");
	put(root, "sys/devices/pci0000:00/0000:00:05.0/msi_irqs/24", "msix\n");
	put_link(root, "sys/bus/pci/devices/0000:00:05.0",
		 "../../../devices/pci0000:00/0000:00:05.0");
	put_link(root, "sys/class/nvme/nvme0", "../../devices/pci0000:00/0000:00:05.0/nvme/nvme0");
	put_link(root, "sys/class/nvme/nvme1", "../../devices/virtual/nvme-fabrics/ctl/nvme1");
	put(root, "sys/devices/virtual/nvme-fabrics/ctl/nvme1/nvme1n1/dev", "259:9\n");
	put(root, "sys/devices/pci0000:00/0000:00:05.0/nvme/nvme0/nvme0c0n2/dev", "259:8\n");
	snprintf(path, sizeof(path), "%s/dev", disk);
	put(root, path, "259:3\n");
	snprintf(path, sizeof(path), "%s/mq/0/cpu_list", disk);
	put(root, path, "0, 1\n");
	open_map(&g, root);
	assert_int_equal(g.map.nr_devices,
			 1); /* nothing of a fabric, no path of a multipath disk */
	dev = irqmap_find(&g.map, "nvme0n1");
	assert_non_null(dev);
	assert_int_equal(dev->minor, 3);
	assert_int_equal(dev->nr_vectors, 1);
	assert_true(dev->vectors[0].shared);
	assert_int_equal(dev->queues[0].vector, 0);
	close_map(&g);
}

static void a_cpus_requests_go_to_its_queue(void **state)
{
	struct guest_map g;
	const struct irq_device *vda;

	(void)state;
	open_map(&g, recorded("qemu-4-2q"));
	vda = irqmap_find(&g.map, "vda");
	assert_int_equal(irqmap_queue_of_cpu(vda, 0)->index, 0);
	assert_int_equal(irqmap_queue_of_cpu(vda, 1)->index, 0);
	assert_int_equal(irqmap_queue_of_cpu(vda, 3)->index, 1);
	assert_null(irqmap_queue_of_cpu(vda, 4));
	close_map(&g);
	open_map(&g, recorded("qemu-2-poll")); /* and not to the poll queue */
	assert_int_equal(irqmap_queue_of_cpu(irqmap_find(&g.map, "vda"), 1)->index, 0);
	close_map(&g);
	open_map(&g, recorded("qemu-200"));
	vda = irqmap_find(&g.map, "vda");
	for (unsigned int cpu = 0; cpu < 200; cpu++)
		assert_true(hwloc_bitmap_isset(irqmap_queue_of_cpu(vda, cpu)->cpus, cpu));
	close_map(&g);
}

static void what_holds_a_file_is_found_by_st_dev(void **state)
{
	const char *root = *state;
	char holder[64];
	struct guest_map g;

	open_map(&g, recorded("firecracker-2"));
	assert_string_equal(irqmap_of_dev(&g.map, recorded("firecracker-2"), makedev(254, 0),
					  holder, sizeof(holder))
				    ->node,
			    "vda");
	assert_null(irqmap_of_dev(&g.map, recorded("firecracker-2"), makedev(7, 0), holder,
				  sizeof(holder)));
	assert_string_equal(holder, "loop0");
	assert_null(irqmap_of_dev(&g.map, recorded("firecracker-2"), makedev(0, 25), holder,
				  sizeof(holder)));
	assert_string_equal(holder, ""); /* tmpfs, overlayfs, btrfs */

	put_link(root, "sys/dev/block/254:3",
		 "../../devices/pci0000:00/0000:00:02.0/virtio1/block/vda/vda3");
	put(root, "sys/devices/pci0000:00/0000:00:02.0/virtio1/block/vda/vda3/partition", "3\n");
	assert_string_equal(
		irqmap_of_dev(&g.map, root, makedev(254, 3), holder, sizeof(holder))->node, "vda");
	put_link(root, "sys/dev/block/259:5",
		 "../../devices/pci0000:00/0000:00:09.0/nvme/nvme0/nvme0n1/nvme0n1p2");
	put(root, "sys/devices/pci0000:00/0000:00:09.0/nvme/nvme0/nvme0n1/nvme0n1p2/partition",
	    "2\n");
	assert_null(irqmap_of_dev(&g.map, root, makedev(259, 5), holder, sizeof(holder)));
	assert_string_equal(holder, "nvme0n1");
	put_link(root, "sys/dev/block/253:0", "../../devices/virtual/block/dm-0");
	assert_null(irqmap_of_dev(&g.map, root, makedev(253, 0), holder, sizeof(holder)));
	assert_string_equal(holder, "dm-0");
	close_map(&g);
}

static void a_stack_of_devices_is_followed_to_its_disk(void **state)
{
	const char *const root = recorded("lvm-luks");
	char layers[128];
	struct guest_map g;

	(void)state;
	open_map(&g, root);
	assert_string_equal(
		irqmap_of_dev(&g.map, root, makedev(253, 1), layers, sizeof(layers))->node, "vda");
	assert_string_equal(layers, "dm-1 (vg0-root) on dm-0 (luks) on vda2");
	assert_string_equal(
		irqmap_of_dev(&g.map, root, makedev(252, 2), layers, sizeof(layers))->node, "vda");
	assert_string_equal(layers, "");
	close_map(&g);
	open_map(&g, recorded("nvme-multipath"));
	for (unsigned int minor = 1; minor <= 2; minor++) /* the disk and its partition */
		assert_string_equal(irqmap_of_dev(&g.map, recorded("nvme-multipath"),
						  makedev(259, minor), layers, sizeof(layers))
					    ->node,
				    "nvme0n1");
	assert_int_equal(g.map.devices[0].major, 259);
	assert_int_equal(g.map.devices[0].minor, 1);
	close_map(&g);
}

/* a guest that the ones above have no like of: two NICs with queue pairs, twelve devices, names out
 * of order */
static void queue_pairs_have_the_cpus_that_xps_gives_them(void **state)
{
	const char *root = *state;
	char is[4096];
	struct guest_map g;

	put_cpus(root, "0-3\n");
	put(root, "proc/interrupts",
	    "           CPU0       CPU1       CPU2       CPU3\n"
	    " 30:          0          0          0          0   PCI-MSI 65536-edge      "
	    "virtio10-config\n"
	    " 31:          0          0          0          0   PCI-MSI 65537-edge      "
	    "virtio10-input.0\n"
	    " 32:          0          0          0          0   PCI-MSI 65538-edge      "
	    "virtio10-output.0\n"
	    " 33:          0          0          0          0   PCI-MSI 65539-edge      "
	    "virtio10-input.1\n"
	    " 34:          0          0          0          0   PCI-MSI 65540-edge      "
	    "virtio10-output.1\n"
	    " 35:          0          0          0          0   PCI-MSI 65540-edge      "
	    "virtio1-input.0\n"
	    "LOC:          1          2          3          4   Local timer interrupts\n");
	put_link(root, "sys/bus/virtio/devices/virtio10",
		 "../../../devices/pci0000:00/0000:00:0a.0/virtio10");
	put_link(root, "sys/bus/virtio/devices/virtio2",
		 "../../../devices/pci0000:00/0000:00:02.0/virtio2");
	put_link(root, "sys/bus/virtio/devices/virtio1",
		 "../../../devices/pci0000:00/10000:00:01.0/virtio1");
	put(root, "sys/bus/virtio/devices/virtio1x/not-a-device", "");
	put_link(root, "sys/devices/pci0000:00/0000:00:0a.0/virtio10/driver",
		 "../../../../bus/virtio/drivers/virtio_net");
	put(root, "sys/devices/pci0000:00/0000:00:0a.0/virtio10/net/ens10/queues/rx-1/x", "");
	put(root, "sys/devices/pci0000:00/0000:00:0a.0/virtio10/net/ens10/queues/rx-0/x", "");
	put(root, "sys/devices/pci0000:00/0000:00:0a.0/virtio10/net/ens10/queues/tx-0/xps_cpus",
	    "00000000,00000005\n");
	put(root, "sys/devices/pci0000:00/0000:00:0a.0/virtio10/net/ens10/queues/tx-1/xps_cpus",
	    "a\n");
	put(root, "sys/devices/pci0000:00/0000:00:0a.0/msi_irqs/31", "msix\n");
	put(root, "sys/devices/pci0000:00/0000:00:0a.0/msi_irqs/32", "msi\n");
	put(root, "sys/devices/pci0000:00/0000:00:0a.0/msi_irqs/33", "what?\n");
	put_link(root, "sys/bus/pci/devices/0000:00:0a.0",
		 "../../../devices/pci0000:00/0000:00:0a.0");
	put(root, "proc/irq/31/smp_affinity_list", "0,2\n");
	put(root, "proc/irq/31/effective_affinity_list", "2\n");
	put(root, "proc/irq/33/smp_affinity_list", "junk\n");
	put(root, "proc/irq/33/effective_affinity_list", "\n");
	/* another namespace has the interface: the driver and the vectors are what there is to see
	 */
	put(root, "sys/devices/pci0000:00/10000:00:01.0/virtio1/features", "");
	put_link(root, "sys/devices/pci0000:00/10000:00:01.0/virtio1/driver",
		 "../../../../bus/virtio/drivers/virtio_net");
	open_map(&g, root);
	describe(&g.map, is, sizeof(is));
	close_map(&g);
	assert_string_equal(is, "virtio1 10000:00:01.0 virtio_net - 0:0 msix unknown 0\n"
				"  35 virtio1-input.0 unknown affinity - effective -\n"
				"  queue 0 cpus 0-3 irq 35 tx -\n"
				"virtio2 0000:00:02.0  - 0:0 msix unknown 0\n"
				"virtio10 0000:00:0a.0 virtio_net ens10 0:0 msix unknown 0\n"
				"  30 virtio10-config unknown affinity - effective -\n"
				"  31 virtio10-input.0 MSI-X affinity 0,2 effective 2\n"
				"  32 virtio10-output.0 MSI affinity - effective -\n"
				"  33 virtio10-input.1 unknown affinity - effective -\n"
				"  34 virtio10-output.1 unknown affinity - effective -\n"
				"  queue 0 cpus 0,2 irq 31 tx 32\n"
				"  queue 1 cpus 1,3 irq 33 tx 34\n");
}

static void an_effective_cpu_that_is_offline_is_dropped(void **state)
{
	const char *root = *state;
	char is[4096];
	struct guest_map g;

	put_cpus(root, "0,2\n");
	put(root, "sys/devices/system/cpu/possible", "0-3\n");
	put(root, "proc/interrupts",
	    "CPU0 CPU2\n30: 0 0 PCI-MSI 1-edge virtio0-config\n31: 0 0 PCI-MSI 2-edge virtio0-x\n");
	put_link(root, "sys/bus/virtio/devices/virtio0",
		 "../../../devices/pci0000:00/0000:00:01.0/virtio0");
	put(root, "proc/irq/30/smp_affinity_list", "0-3\n");
	put(root, "proc/irq/30/effective_affinity_list", "1\n");
	put(root, "proc/irq/31/smp_affinity_list", "1,3\n");
	put(root, "proc/irq/31/effective_affinity_list", "2\n");
	open_map(&g, root);
	describe(&g.map, is, sizeof(is));
	close_map(&g);
	assert_string_equal(is, "virtio0 0000:00:01.0  - 0:0 msix unknown 0\n"
				"  30 virtio0-config unknown affinity 0-3 effective -\n"
				"  31 virtio0-x unknown affinity 1,3 effective -\n");
}

static void junk_in_place_of_a_configuration_space_is_no_capability(void **state)
{
	static const struct {
		size_t size;
		unsigned char fill;
		enum msix_state state;
	} is[] = {
		{ 0, 0, MSIX_UNKNOWN },	    { 1, 0xff, MSIX_UNKNOWN }, { 64, 0x40, MSIX_UNKNOWN },
		{ 64, 0xff, MSIX_UNKNOWN }, { 256, 0x00, MSIX_NONE },  { 256, 0xff, MSIX_NONE },
		{ 256, 0x40, MSIX_NONE },   { 4096, 0x11, MSIX_NONE },
	};
	const char *root = *state;
	unsigned char config[4096];
	struct guest_map g;

	put_cpus(root, "0\n");
	put(root, "proc/interrupts", "CPU0\n");
	put_link(root, "sys/bus/virtio/devices/virtio0",
		 "../../../devices/pci0000:00/0000:00:01.0/virtio0");
	for (size_t i = 0; i < sizeof(is) / sizeof(*is); i++) {
		memset(config, is[i].fill, sizeof(config));
		put_bytes(root, "sys/bus/pci/devices/0000:00:01.0/config", config, is[i].size);
		open_map(&g, root);
		assert_int_equal(g.map.nr_devices, 1);
		if (is[i].fill != 0x11)
			assert_int_equal(g.map.devices[0].msix, is[i].state);
		close_map(&g);
	}
	/* the capability begins where the file ends */
	memset(config, 0, sizeof(config));
	config[0x06] = 0x10;
	config[0x34] = 0xfc;
	config[0xfc] = 0x11;
	put_bytes(root, "sys/bus/pci/devices/0000:00:01.0/config", config, 0xfe);
	open_map(&g, root);
	assert_int_equal(g.map.devices[0].msix, MSIX_UNKNOWN);
	assert_int_equal(g.map.devices[0].msix_size, 0);
	close_map(&g);
	config[0xff] = 0x40; /* masked, not enabled, one entry */
	put_bytes(root, "sys/bus/pci/devices/0000:00:01.0/config", config, 256);
	open_map(&g, root);
	assert_int_equal(g.map.devices[0].msix, MSIX_DISABLED);
	assert_int_equal(g.map.devices[0].msix_size, 1);
	close_map(&g);
}

static void a_guest_without_virtio_has_an_empty_map(void **state)
{
	struct guest_map g;

	put_cpus(*state, "0\n");
	put(*state, "proc/interrupts", "CPU0\nLOC: 1 Local timer interrupts\n");
	open_map(&g, *state);
	assert_int_equal(g.map.nr_devices, 0);
	assert_null(irqmap_find(&g.map, "vda"));
	close_map(&g);
}

static void a_guest_whose_interrupts_cannot_be_read_has_no_vectors_and_says_why(void **state)
{
	struct guest_map g;

	put_cpus(*state, "0\n");
	assert_int_equal(machine_read(&g.m, *state), 0);
	err_clear();
	assert_int_equal(irqmap_read(&g.map, &g.m, *state), 0);
	assert_non_null(
		strstr(g.map.no_interrupts_why, "/proc/interrupts: No such file or directory"));
	irqmap_fini(&g.map);
	put(*state, "proc/interrupts", "junk\n");
	assert_int_equal(irqmap_read(&g.map, &g.m, *state), 0);
	assert_non_null(strstr(g.map.no_interrupts_why, "is not a list of CPUs"));
	irqmap_fini(&g.map);
	put(*state, "proc/interrupts", "CPU0\nLOC: 1 x\n");
	assert_int_equal(irqmap_read(&g.map, &g.m, *state), 0);
	assert_string_equal(g.map.no_interrupts_why, "");
	assert_string_equal(err_sentence(), "");
	close_map(&g);
}

static void a_queue_list_that_is_junk_is_an_empty_set(void **state)
{
	const char *root = *state;
	char is[4096];
	struct guest_map g;

	put_cpus(root, "0-1\n");
	put(root, "proc/interrupts", "CPU0 CPU1\n30: 0 0 PCI-MSI 1-edge virtio0-req.0\n");
	put_link(root, "sys/bus/virtio/devices/virtio0",
		 "../../../devices/platform/LNRO0005:00/virtio0");
	put_link(root, "sys/devices/platform/LNRO0005:00/virtio0/driver",
		 "../../../../bus/virtio/drivers/virtio_blk");
	put(root, "sys/devices/platform/LNRO0005:00/virtio0/block/vda/dev", "junk\n");
	put(root, "sys/devices/platform/LNRO0005:00/virtio0/block/vda/mq/1/cpu_list", "x\n");
	put(root, "sys/devices/platform/LNRO0005:00/virtio0/block/vda/mq/0/cpu_list", "\n");
	put(root, "sys/devices/platform/LNRO0005:00/virtio0/block/vda/mq/2/nr_tags", "1\n");
	put(root, "sys/devices/platform/LNRO0005:00/virtio0/block/vda/mq/junk", "1\n");
	open_map(&g, root);
	describe(&g.map, is, sizeof(is));
	assert_null(irqmap_queue_of_cpu(irqmap_find(&g.map, "vda"), 0));
	close_map(&g);
	assert_string_equal(is, "virtio0 - virtio_blk vda 0:0 msix none 0\n"
				"  30 virtio0-req.0 virtio-mmio affinity - effective -\n"
				"  queue 0 cpus - irq 30\n"
				"  queue 1 cpus - irq -\n"
				"  queue 2 cpus - irq -\n");
}

static void this_machine_is_mapped_without_an_error(void **state)
{
	struct guest_map g;

	(void)state;
	open_map(&g, "/");
	close_map(&g);
}

#define NR_GUESTS (sizeof(guests) / sizeof(*guests))
#define in_scratch(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(devices_are_found_by_node_and_by_name),
		cmocka_unit_test(the_chip_is_the_kernels_name_for_it),
		cmocka_unit_test(a_cpus_requests_go_to_its_queue),
		in_scratch(nvme_queues_may_share_a_vector),
		in_scratch(what_holds_a_file_is_found_by_st_dev),
		cmocka_unit_test(a_stack_of_devices_is_followed_to_its_disk),
		in_scratch(queue_pairs_have_the_cpus_that_xps_gives_them),
		in_scratch(an_effective_cpu_that_is_offline_is_dropped),
		in_scratch(junk_in_place_of_a_configuration_space_is_no_capability),
		in_scratch(a_guest_without_virtio_has_an_empty_map),
		in_scratch(a_guest_whose_interrupts_cannot_be_read_has_no_vectors_and_says_why),
		in_scratch(a_queue_list_that_is_junk_is_an_empty_set),
		cmocka_unit_test(this_machine_is_mapped_without_an_error),
	};
	struct CMUnitTest tests[NR_GUESTS + sizeof(others) / sizeof(*others)];

	for (size_t i = 0; i < NR_GUESTS; i++)
		tests[i] = (struct CMUnitTest){ guests[i].sentence, is_what_was_recorded, NULL,
						NULL, (void *)&guests[i] };
	memcpy(tests + NR_GUESTS, others, sizeof(others));
	setvbuf(stdout, NULL, _IOLBF, 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("irqmap", tests, NULL, NULL);
}
