/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What fork and exec tell of a process besides its image. */
#ifndef MARTLET_PROCESS_H
#define MARTLET_PROCESS_H

#include "record.h"

#define COMM_BYTES 16
#define TTY_BYTES 64
#define CGROUP_DEPTH 64

struct cgroup_walk {
	struct scratch *scratch;
	__u64 node;
};

static long cgroup_step(__u32 index, struct cgroup_walk *walk)
{
	struct kernfs_node *node = as(kernfs_node, walk->node);
	struct kernfs_node___6_14 *old = (void *)node;
	__u64 parent;
	long n;

	if (bpf_core_field_exists(node->__parent))
		parent = (__u64)node->__parent;
	else
		parent = (__u64)BPF_CORE_READ(old, parent);
	if (!parent)
		return 1; /* the root has no name */
	n = bpf_probe_read_kernel_str(tail_pointer(walk->scratch), 256, node->name);
	if (n <= 0)
		return 1;
	walk->scratch->tail += n;
	walk->node = parent;
	return 0;
}

static __always_inline void cgroup_path_read(struct scratch *scratch, struct martlet_slice *out, struct cgroup *cgroup)
{
	struct cgroup_walk walk = { .scratch = scratch, .node = (__u64)cgroup->kn };

	out->offset = scratch->tail;
	bpf_loop(CGROUP_DEPTH, cgroup_step, &walk, 0);
	out->length = scratch->tail - out->offset;
}

/*
 * The cgroup of `task` in the default hierarchy, and in the first v1 hierarchy where that is another one: on a host
 * that still has v1, container runtimes name their groups there.
 */
static __always_inline void cgroup_read(struct scratch *scratch, struct martlet_process *out, struct task_struct *task)
{
	struct css_set *set = task->cgroups;
	struct cgroup *unified = set->dfl_cgrp;
	struct cgroup *first = set->subsys[0]->cgroup;

	out->cgroup_id = unified->kn->id;
	cgroup_path_read(scratch, &out->cgroup, unified);
	if (first && first != unified)
		cgroup_path_read(scratch, &out->cgroup_v1, first);
}

static __always_inline void process_read(struct scratch *scratch, struct martlet_process *out, struct task_struct *task)
{
	struct tty_struct *tty = task->signal->tty;

	slice_kernel_string(scratch, &out->comm, task->comm, COMM_BYTES);
	if (tty)
		slice_kernel_string(scratch, &out->tty, tty->name, TTY_BYTES);
}

#endif
