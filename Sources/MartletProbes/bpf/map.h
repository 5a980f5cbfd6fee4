/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef MARTLET_MAP_H
#define MARTLET_MAP_H

#include <bpf/bpf_helpers.h>

/* Declares a map. The kernel shows it with a prefix, by which a rule tells our maps from those of others. */
#define MAP(name) name __asm__("martlet_" #name) SEC(".maps")

#endif
