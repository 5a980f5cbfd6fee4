/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which inodes a call really changes: the proof of what the path of the call was taken for (change.h).
 * Hook:    tp_btf/inode_set_ctime_to_ts, tp_btf/ctime_ns_xchg, tp_btf/ctime_xchg_skip(struct inode *, ...)
 * Why:     whatever changes an inode gives it a new change time, on every file system, in the midst of the call and in
 *          the thread that makes it. The kernel has these since 6.13
 * Checked: 6.18
 */
#ifndef MARTLET_TOUCH_H
#define MARTLET_TOUCH_H

#include "park.h"

static __always_inline int touch(struct inode *inode)
{
	struct parked *slot = parked_record();

	if (slot)
		slot->touched[slot->touches++ & (TOUCHED - 1)] = (__u64)inode;
	return 0;
}

SEC("tp_btf/inode_set_ctime_to_ts")
int BPF_PROG(martlet_ctime_set, struct inode *inode)
{
	return touch(inode);
}

SEC("tp_btf/ctime_ns_xchg")
int BPF_PROG(martlet_ctime_swap, struct inode *inode)
{
	return touch(inode);
}

SEC("tp_btf/ctime_xchg_skip")
int BPF_PROG(martlet_ctime_same, struct inode *inode)
{
	return touch(inode);
}

static __noinline bool touched(struct parked *slot, __u64 inode)
{
	for (__u32 i = 0; i < TOUCHED; i++)
		if (slot->touched[i] == inode)
			return true;
	return false;
}

#endif
