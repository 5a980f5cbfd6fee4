/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What fork and exec tell of a process besides its image: a part of records. */
#ifndef MARTLET_RECORD_PROCESS_H
#define MARTLET_RECORD_PROCESS_H

#include "header.h"

struct martlet_process {
	__u32 ppid;                      /* tgid of the creator at fork, of the parent at exec */
	__u32 reserved;
	__u64 cgroup_id;                 /* kernfs id in the default (v2) hierarchy */
	struct martlet_slice comm;
	struct martlet_slice tty;        /* name of the controlling terminal, "pts0" */
	struct martlet_slice cgroup;     /* names in the default hierarchy, from the leaf up, a NUL after each */
	struct martlet_slice cgroup_v1;  /* the same in v1 hierarchies, one NUL more behind each path */
};
_Static_assert(sizeof(struct martlet_process) == 48, "bump MARTLET_ABI_VERSION");

#endif
