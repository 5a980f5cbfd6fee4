/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setuid, setgid, capset: a thread committed other credentials.
 * Hook:    the exit of set(re|res|fs)uid, set(re|res|fs)gid, capset
 * Why:     the header of any record holds the credentials of the acting thread, and at the exit they are the new ones.
 *          What they were before, the sensor knows from the records before. A call that changes nothing reports too
 * Checked: 6.18
 */
#ifndef MARTLET_CREDENTIALS_H
#define MARTLET_CREDENTIALS_H

#include "call.h"

/*
 * Whether setfsuid or setfsgid did what it was asked: it returns the id before and never an error, and commits nothing
 * where that is the id asked for. `id` counts in the caller's user namespace, `now` in the initial one. Maps of more
 * than five extents are laid out otherwise: there the call is believed.
 */
static __always_inline bool fs_id_committed(struct uid_gid_map *map, __u32 now, __u32 id, long before)
{
	__u32 extents = map->nr_extents;

	if ((__u32)before == id)
		return false;
	if (extents > 5)
		return true;
	for (__u32 i = 0; i < 5 && i < extents; i++) {
		struct uid_gid_extent *extent = &map->extent[i];

		if (id - extent->first < extent->count)
			return now == id - extent->first + extent->lower_first;
	}
	return false;
}

static __always_inline int credentials_emit(struct task_struct *task, __u32 type)
{
	struct scratch *scratch = record_begin(type, sizeof(struct martlet_credentials_record), task, 0);

	if (scratch)
		record_submit(scratch);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_credentials, struct pt_regs *regs, long result)
{
	const struct cred *cred;
	struct call call;

	call_read(&call, regs);
	cred = call.task->cred;
	switch (call.handler) {
	case MARTLET_HANDLER_SETUID:
		return result ? 0 : credentials_emit(call.task, MARTLET_RECORD_SETUID);
	case MARTLET_HANDLER_SETFSUID:
		return fs_id_committed(&cred->user_ns->uid_map, cred->fsuid.val, call.args[0], result) ?
			credentials_emit(call.task, MARTLET_RECORD_SETUID) : 0;
	case MARTLET_HANDLER_SETGID:
		return result ? 0 : credentials_emit(call.task, MARTLET_RECORD_SETGID);
	case MARTLET_HANDLER_SETFSGID:
		return fs_id_committed(&cred->user_ns->gid_map, cred->fsgid.val, call.args[0], result) ?
			credentials_emit(call.task, MARTLET_RECORD_SETGID) : 0;
	case MARTLET_HANDLER_CAPSET:
		return result ? 0 : credentials_emit(call.task, MARTLET_RECORD_CAPSET);
	}
	return 0;
}

#endif
