/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which processes are watched: those that the sensor named and all that descend from them, those of one cgroup and of
 * all below it, or all that there are. Never the agent itself, nor kernel threads.
 */
#ifndef MARTLET_SCOPE_H
#define MARTLET_SCOPE_H

#include "record.h"

/* The processes of a tree, each while it lives. In the other scopes those alone of which something is remembered. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32); /* tgid */
	__type(value, struct martlet_scope);
} MAP(scope);

/*
 * Processes that work for the agent: what they do with events must not make events. They leave when they
 * end or become another program.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32); /* tgid */
	__type(value, __u8);
} MAP(exempt);

static __always_inline bool is_exempt(struct task_struct *task)
{
	__u32 tgid = task->tgid;

	return state.has_exempt && bpf_map_lookup_elem(&exempt, &tgid);
}

static __always_inline void exempt_end(struct task_struct *task)
{
	__u32 tgid = task->tgid;

	if (is_exempt(task))
		bpf_map_delete_elem(&exempt, &tgid);
}

static __always_inline bool in_cgroup(struct task_struct *task)
{
	struct cgroup *cgroup = task->cgroups->dfl_cgrp;
	__u64 ancestor = 0;

	if (cgroup->level < config.cgroup_level)
		return false;
	bpf_probe_read_kernel(&ancestor, sizeof(ancestor), (void *)cgroup + bpf_core_field_offset(struct cgroup, ancestors) +
							   config.cgroup_level * sizeof(ancestor));
	return as(cgroup, ancestor)->kn->id == config.cgroup_id;
}

static __always_inline bool in_scope(struct task_struct *task)
{
	__u32 tgid = task->tgid;

	if (config.scope == MARTLET_SCOPE_TREE)
		return bpf_map_lookup_elem(&scope, &tgid);
	if (config.scope == MARTLET_SCOPE_CGROUP && !in_cgroup(task))
		return false;
	return !(task->flags & PF_KTHREAD) && tgid != config.own_tgid && !is_exempt(task);
}

/* Whether a new task is watched. One that the kernel makes for itself to become a program has no creator that is. */
static __always_inline bool in_scope_from_birth(struct task_struct *parent, struct task_struct *child)
{
	return in_scope(config.scope == MARTLET_SCOPE_TREE ? parent : child);
}

#endif
