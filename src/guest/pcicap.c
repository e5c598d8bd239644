// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pcicap.c - the only file that calls libpci. Knows the MSI-X capability; knows no virtio and no
 * interrupt number.
 */
#include "guest/pcicap.h"

#include <setjmp.h>
#include <stdio.h>
#include <pci/pci.h>

#include "guest/rootfile.h"

#define PCI_CONFIG_FOR_ALL 64 /* what the kernel lets anybody read; capabilities are behind it */

/* libpci's error hook must not return, and its own prints and exits */
static _Thread_local jmp_buf failed;

static void __attribute__((noreturn)) on_error(char *fmt, ...)
{
	(void)fmt;
	longjmp(failed, 1);
}

static void on_message(char *fmt, ...)
{
	(void)fmt;
}

struct pci_access *pcicap_open(const char *root)
{
	struct pci_access *const access = pci_alloc();
	char path[PATH_MAX], param[] = "sysfs.path"; /* libpci wants it writable */

	access->error = on_error;
	access->warning = on_message;
	access->debug = on_message;
	access->method = PCI_ACCESS_SYS_BUS_PCI;
	if (!rootfile_path(path, sizeof(path), root, "sys/bus/pci") &&
	    !pci_set_param(access, param, path) && !setjmp(failed)) {
		pci_init(access);
		return access;
	}
	pci_cleanup(access);
	return NULL;
}

void pcicap_close(struct pci_access *access)
{
	if (access)
		pci_cleanup(access);
}

static enum msix_state read_msix(struct pci_dev *dev, unsigned int *size)
{
	struct pci_cap *cap = pci_find_cap(dev, PCI_CAP_ID_MSIX, PCI_CAP_NORMAL);
	u16 flags;
	u8 raw[2];

	if (!cap) /* no error code tells "none" from "not for you" */
		return pci_read_block(dev, PCI_CONFIG_FOR_ALL, raw, 1) ? MSIX_NONE : MSIX_UNKNOWN;
	if (!pci_read_block(dev, (int)cap->addr + PCI_MSI_FLAGS, raw,
			    2)) /* MSI-X has its flags at the same offset */
		return MSIX_UNKNOWN;
	flags = (u16)(raw[0] | raw[1] << 8);
	*size = (flags & PCI_MSIX_TABSIZE) + 1u;
	return flags & PCI_MSIX_ENABLE ? MSIX_ENABLED : MSIX_DISABLED;
}

enum msix_state pcicap_msix(struct pci_access *access, const char *bdf, unsigned int *size)
{
	unsigned int domain, bus, slot, function;
	struct pci_dev *volatile dev = NULL;
	volatile enum msix_state state = MSIX_UNKNOWN;

	*size = 0;
	if (!access || sscanf(bdf, "%x:%x:%x.%u", &domain, &bus, &slot, &function) != 4)
		return MSIX_UNKNOWN;
	if (!setjmp(failed)) {
		dev = pci_get_dev(access, (int)domain, (int)bus, (int)slot, (int)function);
		state = read_msix(dev, size);
	}
	if (dev)
		pci_free_dev(dev);
	return state;
}
