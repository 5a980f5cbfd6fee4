/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * umount: a mount was taken out of the tree of a mount namespace.
 * Hook:    the entry and the exit of umount2, and of umount on i386
 * Why:     what hangs in the tree at the entry and not at the exit is what went (mounts.h)
 * Checked: 6.12, 6.18
 */
#ifndef MARTLET_UMOUNT_H
#define MARTLET_UMOUNT_H

#include "mounts.h"

SEC("tp_btf/sys_enter")
int BPF_PROG(enter_umount, struct pt_regs *regs, long number)
{
	mounts_note(current_task());
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_umount, struct pt_regs *regs, long result)
{
	struct task_struct *task = current_task();
	struct martlet_mounts_record *record;
	struct mounts_change change = {};
	struct scratch *scratch;
	bool noted;

	scratch = record_prepare(sizeof(*record));
	if (!scratch) {
		mounts_forget(0);
		if (!result) {
			__u64 cgroup = ledger_see(MARTLET_RECORD_UMOUNT, cgroup_of(task));

			ledger_lose(MARTLET_RECORD_UMOUNT, cgroup, lost_scratch);
		}
		return 0;
	}
	record = (void *)scratch->bytes;
	noted = mounts_compare(&change);
	scratch->tail = sizeof(*record);
	change.mount = 0;
	if (!result && noted)
		mounts_gone(&change);
	mounts_forget(0);
	if (result || (noted && !change.mount)) {
		record_drop(scratch);
		return 0;
	}
	scratch->envelope.cgroup = ledger_see(MARTLET_RECORD_UMOUNT, cgroup_of(task));
	if (!noted) {
		record_lose(scratch, MARTLET_RECORD_UMOUNT);
		return 0;
	}
	header_write(scratch, MARTLET_RECORD_UMOUNT, task, 0);
	record->mount_id = change.id;
	record->mounts.offset = sizeof(*record);
	record->mounts.length = scratch->tail - sizeof(*record);
	record_submit(scratch);
	return 0;
}

#endif
