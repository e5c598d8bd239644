# SPDX-License-Identifier: GPL-2.0-or-later
dist_man_MANS += %D%/irqstorm.1 %D%/irqstorm_eoi.4
