/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fork: a task created another; what a watched process creates is watched from its first instruction on.
 * Hook:    tp_btf/sched_process_fork(struct task_struct *parent, struct task_struct *child)
 * Why:     every way of creating a task ends here, before the child runs
 * Checked: 6.18
 *
 * Threads have a record too, without an event: credentials are a thread's own.
 */
#include "process.h"
#include "scope.h"
#include "unshare.h"

SEC("tp_btf/sched_process_fork")
int BPF_PROG(martlet_fork, struct task_struct *parent, struct task_struct *child)
{
	struct martlet_fork_record *record;
	struct martlet_scope entry = {};
	struct scratch *scratch;
	bool thread;
	__u32 tgid;

	parent = as(task_struct, parent);
	child = as(task_struct, child);
	thread = child->pid != child->tgid;
	tgid = child->tgid;
	if (!in_scope_from_birth(parent, child))
		return 0;
	if (config.scope == MARTLET_SCOPE_TREE && !thread && bpf_map_update_elem(&scope, &tgid, &entry, BPF_ANY))
		ledger_count(MARTLET_RECORD_FORK, lost_scope);
	scratch = wanted(MARTLET_RECORD_FORK) ? record_begin(MARTLET_RECORD_FORK, sizeof(*record), child, 0) : NULL;
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->header.flags = thread ? MARTLET_FLAG_THREAD : 0;
	record->process.ppid = parent->tgid;
	record->parent_tid = parent->pid;
	if (!thread) {
		span_read(&scratch->span, parent);
		process_read(scratch, &record->process, child);
		if (child->cgroups != parent->cgroups)
			cgroup_read(scratch, &record->process, child);
	}
	record_submit(scratch);
	if (!thread && wanted(MARTLET_RECORD_UNSHARE) && child->nsproxy->mnt_ns != parent->nsproxy->mnt_ns)
		unshare_emit(child);
	return 0;
}
