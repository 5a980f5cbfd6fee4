/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unshare: a process has a mount namespace of its own, with a copy of each mount. No event: it tells whence the mounts are.
 * Hook:    the exit of unshare; sched_process_fork, for what clone made (fork.h)
 * Why:     the new namespace is complete
 * Checked: 6.12, 6.18
 */
#ifndef MARTLET_UNSHARE_H
#define MARTLET_UNSHARE_H

#include "mounts.h"

#define CLONE_NEWNS 0x00020000

static long list_step(__u32 index, struct mounts_walk *walk)
{
	if (!walk->here.ascending)
		id_append(walk->scratch, mount_at(walk)->mnt_id);
	return mounts_advance(walk);
}

/* Tells the mounts of the namespace that `task` is in. */
static __always_inline void unshare_emit(struct task_struct *task)
{
	struct martlet_mounts_record *record;
	struct mounts_walk walk = {};

	walk.scratch = record_begin(MARTLET_RECORD_UNSHARE, sizeof(*record), task, 0);
	if (!walk.scratch)
		return;
	record = (void *)walk.scratch->bytes;
	mounts_start(&walk, task);
	mounts_loop(MOUNT_STEPS, list_step, &walk);
	record->mounts.offset = sizeof(*record);
	record->mounts.length = walk.scratch->tail - sizeof(*record);
	record_submit(walk.scratch);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_unshare, struct pt_regs *regs, long result)
{
	struct call call;

	call_read(&call, regs);
	if (!result && call.args[0] & CLONE_NEWNS)
		unshare_emit(call.task);
	return 0;
}

#endif
