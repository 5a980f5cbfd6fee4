/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* signal: one that is aimed at a process, or at a group of them. */
#ifndef MARTLET_RECORD_SIGNAL_H
#define MARTLET_RECORD_SIGNAL_H

#include "header.h"

#define MARTLET_SIGNAL_ALL (-1) /* everybody whom the sender may signal */

struct martlet_signal_record {
	struct martlet_record_header header;
	__u32 signal;
	__s32 target;  /* tgid, in the initial pid namespace; 0: not found; negative: id of a group; MARTLET_SIGNAL_ALL */
};
_Static_assert(sizeof(struct martlet_signal_record) == 80, "bump MARTLET_ABI_VERSION");

#endif
