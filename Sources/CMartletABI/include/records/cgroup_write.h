/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* cgroup_write: a process or a thread was moved to a control group by a write to a file of it. */
#ifndef MARTLET_RECORD_CGROUP_WRITE_H
#define MARTLET_RECORD_CGROUP_WRITE_H

#include "file.h"

#define MARTLET_CGROUP_TEXT 32

struct martlet_cgroup_write_record {
	struct martlet_record_header header;
	struct martlet_file file;     /* cgroup.procs, cgroup.threads or tasks of the group */
	__u32 moved;                  /* what the kernel moved: pid, in the initial pid namespace; 0: it moved nothing */
	__u32 reserved;
	struct martlet_slice text;    /* what was written, as the caller's memory has it after the call */
};
_Static_assert(sizeof(struct martlet_cgroup_write_record) == 160, "bump MARTLET_ABI_VERSION");

#endif
