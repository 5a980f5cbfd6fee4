/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* fork: a task created another. The header's pid, tid and credentials are the child's. */
#ifndef MARTLET_RECORD_FORK_H
#define MARTLET_RECORD_FORK_H

#include "process.h"

struct martlet_fork_record {
	struct martlet_record_header header;
	struct martlet_process process;  /* cgroup: only where the child's differs from the creator's */
	__u32 parent_tid;                /* the creating thread */
	__u32 reserved;
};
_Static_assert(sizeof(struct martlet_fork_record) == 128, "bump MARTLET_ABI_VERSION");

#endif
