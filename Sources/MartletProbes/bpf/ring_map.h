/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The way out of the kernel, and what is known of it and of this kernel when the probes are loaded. */
#ifndef MARTLET_RING_MAP_H
#define MARTLET_RING_MAP_H

#include "kernel.h"
#include "map.h"
#include <CMartletABI.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 * 1024 * 1024); /* the sensor sets it */
} MAP(ring);

const volatile struct martlet_config config SEC(".rodata.config");

#endif
