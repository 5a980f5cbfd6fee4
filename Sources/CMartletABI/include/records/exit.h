/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* exit: the last thread of a process ended. */
#ifndef MARTLET_RECORD_EXIT_H
#define MARTLET_RECORD_EXIT_H

#include "header.h"

struct martlet_exit_record {
	struct martlet_record_header header;
	__u32 status;  /* wait(2) status word of the group */
	__u32 dumped;  /* a thread of it went through the core dump path */
};
_Static_assert(sizeof(struct martlet_exit_record) == 80, "bump MARTLET_ABI_VERSION");

#endif
