// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest.c - reads the parts in their order. Knows no request and no workload.
 */
#include "guest/guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"

static int read_nics(struct guest *g)
{
	g->nics = calloc(g->irqmap.nr_devices + 1, sizeof(*g->nics));
	if (!g->nics)
		return err_nomem();
	for (size_t i = 0; i < g->irqmap.nr_devices; i++) {
		const struct irq_device *dev = &g->irqmap.devices[i];

		if (dev->kind == DEVICE_NET && dev->node[0])
			nic_read(&g->nics[g->nr_nics++], &g->irqmap, g->root, dev->node);
	}
	return 0;
}

int guest_read(struct guest *g, const char *root)
{
	int ret;

	memset(g, 0, sizeof(*g));
	snprintf(g->root, sizeof(g->root), "%s", root);
	ret = machine_read(&g->machine, root);
	if (!ret)
		ret = irqmap_read(&g->irqmap, &g->machine, root);
	if (!ret)
		ret = read_nics(g);
	if (!ret)
		ret = eoidev_probe(&g->eoi, root);
	if (!ret && g->eoi.state == EOIDEV_READY) /* the module knows; user space has to guess */
		g->machine.apic_mode = g->eoi.x2apic ? APIC_X2APIC : APIC_XAPIC;
	return ret;
}

void guest_fini(struct guest *g)
{
	free(g->nics);
	irqmap_fini(&g->irqmap);
	machine_fini(&g->machine);
}

const struct nic *guest_nic(const struct guest *g, const struct irq_device *dev)
{
	for (size_t i = 0; i < g->nr_nics; i++)
		if (g->nics[i].device == dev)
			return &g->nics[i];
	return NULL;
}

char *guest_path(const struct guest *g, const char *path, char *buf, size_t size)
{
	if (!strcmp(g->root, "/"))
		snprintf(buf, size, "%s", path);
	else
		snprintf(buf, size, "%s/%s", g->root, path);
	return buf;
}
