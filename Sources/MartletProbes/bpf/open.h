/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * open: a file was opened, or refused.
 * Hook:    the exit of open, openat, openat2, creat, open_by_handle_at, truncate (syscalls.h); the completion of an
 *          io_uring request (io_uring.h)
 * Why:     at the exit the descriptor leads to the file that the kernel opened, whatever the caller's string says by
 *          then. Only where there is no descriptor (refusals, truncate) the string is all there is: such a record says so
 * Checked: 6.18
 */
#ifndef MARTLET_OPEN_H
#define MARTLET_OPEN_H

#include "file.h"

/* One call, its arguments brought to the same form. */
struct open_call {
	int directory;          /* descriptor that a relative path starts from */
	__u32 flags;
	__u32 mode;
	const void *user_path;  /* NULL where there is none */
	bool async;
	bool path_only;         /* truncate: success gives no descriptor */
};

static __always_inline int open_emit(struct task_struct *task, struct open_call *call, long result)
{
	struct martlet_open_record *record;
	struct file *file = NULL;
	struct scratch *scratch;

	if (result < 0 && result != -EACCES && result != -EPERM)
		return 0; /* failures that are no refusal make no event */
	if (result >= 0 && !call->path_only) {
		file = file_of(task, result);
		if (file && nameless(file->f_path.dentry->d_sb))
			return 0;
	}
	scratch = record_begin(MARTLET_RECORD_OPEN, sizeof(*record), task, call->path_only || result < 0 ? result : 0);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->open_flags = call->flags;
	record->mode = call->mode;
	record->header.flags = call->async ? MARTLET_FLAG_ASYNC : 0;
	if (file) {
		file_read(scratch, &record->file, file->f_path.mnt, file->f_path.dentry);
	} else if (result < 0 || call->path_only) {
		record->header.flags |= MARTLET_FLAG_USER_PATH;
		if (call->user_path) {
			base_read(scratch, &record->file, task, call->directory);
			slice_user_string(scratch, &record->user_path, call->user_path, PATH_BYTES);
		}
	} else {
		/* another thread closed the descriptor before we looked */
		ledger_count(MARTLET_RECORD_OPEN, lost_read);
		record_drop(scratch);
		return 0;
	}
	record_submit(scratch);
	return 0;
}

#endif
