/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What fork and exec tell of a process besides its image. */
#ifndef MARTLET_PROCESS_H
#define MARTLET_PROCESS_H

#include "record.h"

#define COMM_BYTES 16
#define TTY_BYTES 64
#define CGROUP_DEPTH 64
#define CGROUP_CONTROLLERS 12 /* as many as css_set has room for; fewer on smaller kernels read as none */

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
 * The cgroups of `task` in the default hierarchy and in those of version 1: on a host that still has them, container
 * runtimes name their groups there. Controllers without a hierarchy of their own are in the default one.
 */
static __always_inline void cgroup_read(struct scratch *scratch, struct martlet_process *out, struct task_struct *task)
{
	struct css_set *set = task->cgroups;
	struct cgroup *unified = set->dfl_cgrp, *last = unified;

	out->cgroup_id = unified->kn->id;
	cgroup_path_read(scratch, &out->cgroup, unified);
	out->cgroup_v1.offset = scratch->tail;
	for (int i = 0; i < CGROUP_CONTROLLERS; i++) {
		struct cgroup *cgroup = set->subsys[i]->cgroup;
		struct martlet_slice path;

		if (!cgroup || cgroup == unified || cgroup == last)
			continue;
		last = cgroup;
		cgroup_path_read(scratch, &path, cgroup);
		if (path.length)
			scratch->bytes[scratch->tail++ & TAIL_MASK] = 0;
	}
	out->cgroup_v1.length = scratch->tail - out->cgroup_v1.offset;
}

static __always_inline void process_read(struct scratch *scratch, struct martlet_process *out, struct task_struct *task)
{
	struct tty_struct *tty = task->signal->tty;

	slice_kernel_string(scratch, &out->comm, task->comm, COMM_BYTES);
	if (tty)
		slice_kernel_string(scratch, &out->tty, tty->name, TTY_BYTES);
}

#endif
