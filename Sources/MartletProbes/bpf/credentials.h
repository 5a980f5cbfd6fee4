/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setuid, setgid, capset: a thread committed other credentials.
 * Hook:    the exit of set(re|res|fs)uid, set(re|res|fs)gid, capset (syscalls.h)
 * Why:     the header of any record holds the credentials of the acting thread, and at the exit they are the new ones.
 *          What they were before, the sensor knows from the records before. A call that changes nothing reports too
 * Checked: 6.18
 */
#ifndef MARTLET_CREDENTIALS_H
#define MARTLET_CREDENTIALS_H

#include "record.h"

static __always_inline int credentials_emit(struct task_struct *task, __u32 type, long result)
{
	struct scratch *scratch;

	if (!wanted(type))
		return 0;
	scratch = record_begin(type, sizeof(struct martlet_credentials_record), task, result);
	if (scratch)
		record_submit(scratch);
	return 0;
}

#endif
