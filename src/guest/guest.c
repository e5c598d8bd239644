// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest.c - reads the parts in their order. Knows no request and no workload.
 */
#include "guest/guest.h"

#include <stdio.h>
#include <string.h>
#include "base/err.h"

int guest_read(struct guest *g, const char *root)
{
	int ret;

	memset(g, 0, sizeof(*g));
	snprintf(g->root, sizeof(g->root), "%s", root);
	ret = machine_read(&g->machine, root);
	if (!ret)
		ret = irqmap_read(&g->irqmap, &g->machine, root);
	if (!ret)
		ret = eoidev_probe(&g->eoi, root);
	if (!ret && g->eoi.state == EOIDEV_READY)	/* the module knows; user space has to guess */
		g->machine.apic_mode = g->eoi.x2apic ? APIC_X2APIC : APIC_XAPIC;
	return ret;
}

void guest_fini(struct guest *g)
{
	irqmap_fini(&g->irqmap);
	machine_fini(&g->machine);
}

char *guest_path(const struct guest *g, const char *path, char *buf, size_t size)
{
	if (!strcmp(g->root, "/"))
		snprintf(buf, size, "%s", path);
	else
		snprintf(buf, size, "%s/%s", g->root, path);
	return buf;
}
