/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * exit: the last thread of a process ended.
 * Hook:    tp_btf/sched_process_exit(struct task_struct *, bool group_dead)
 * Why:     once a thread, after the count of live threads went down, with the exit code set. Not the leader's exit:
 *          a program whose main thread ends may live on
 * Checked: 6.18
 */
#include "scope.h"
#include "usage.h"

SEC("tp_btf/sched_process_exit")
int BPF_PROG(martlet_exit, struct task_struct *task)
{
	struct martlet_exit_record *record;
	struct signal_struct *signal;
	struct martlet_scope *entry, dumped = { .dumped = 1 };
	struct scratch *scratch;
	__u32 tgid;

	task = as(task_struct, task);
	signal = task->signal;
	tgid = task->tgid;
	if (!in_scope(task)) {
		if (!signal->live.counter)
			exempt_end(task);
		return 0;
	}
	if (task->flags & PF_DUMPCORE)
		bpf_map_update_elem(&scope, &tgid, &dumped, BPF_ANY);
	if (signal->live.counter)
		return 0;
	usage_end(task);
	entry = bpf_map_lookup_elem(&scope, &tgid);
	scratch = wanted(MARTLET_RECORD_EXIT) ? record_begin(MARTLET_RECORD_EXIT, sizeof(*record), task, 0) : NULL;
	if (scratch) {
		record = (void *)scratch->bytes;
		record->header.tid = tgid;
		record->status = signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code : task->group_leader->exit_code;
		record->dumped = entry && entry->dumped;
		record_submit(scratch);
	}
	tracer_forget(task, true);
	if (entry)
		bpf_map_delete_elem(&scope, &tgid);
	return 0;
}
