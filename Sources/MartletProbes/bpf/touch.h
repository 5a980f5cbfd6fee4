/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which inodes a call really changes, as late.h notes them: the proof of what the path of the call was taken for (change.h). */
#ifndef MARTLET_TOUCH_H
#define MARTLET_TOUCH_H

#include "park.h"

static __noinline bool touched(struct parked *slot, __u64 inode)
{
	for (__u32 i = 0; i < TOUCHED; i++)
		if (slot->touched[i] == inode)
			return true;
	return false;
}

#endif
