/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcicap.h - the MSI-X capability of a PCI function, by libpci
 */
#ifndef IRQSTORM_PCICAP_H
#define IRQSTORM_PCICAP_H

#include "guest/irqmap.h"

struct pci_access;

/* NULL: libpci will not have it, and every capability is unknown */
struct pci_access *pcicap_open(const char *root);
void pcicap_close(struct pci_access *access);

/* MSIX_UNKNOWN where the capability list cannot be read; *size is 0 unless the capability was seen
 */
enum msix_state pcicap_msix(struct pci_access *access, const char *bdf, unsigned int *size);

#endif
