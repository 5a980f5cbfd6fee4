/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which processes are watched: those that the sensor put here, and all that descend from them. */
#ifndef MARTLET_SCOPE_H
#define MARTLET_SCOPE_H

#include "record.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32); /* tgid */
	__type(value, struct martlet_scope);
} MAP(scope);

static __always_inline struct martlet_scope *scope_of(struct task_struct *task)
{
	__u32 tgid = task->tgid;

	return bpf_map_lookup_elem(&scope, &tgid);
}

#endif
