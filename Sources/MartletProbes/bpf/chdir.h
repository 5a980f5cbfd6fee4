/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * chdir: a process moved to another working directory, or was refused.
 * Hook:    the exit of chdir, fchdir
 * Why:     at the exit the task's own fs_struct holds the directory that the kernel resolved
 * Checked: 6.18
 */
#ifndef MARTLET_CHDIR_H
#define MARTLET_CHDIR_H

#include "call.h"
#include "place.h"

static __always_inline int chdir_emit(struct task_struct *task, const void *user_path, int fd, long result)
{
	struct place place = { .directory = AT_FDCWD, .path = user_path, .follow = true };
	struct path *path = &task->fs->pwd;
	struct martlet_chdir_record *record;
	struct resolution found = {};
	struct scratch *scratch;
	struct file *file;

	if (result && result != -EPERM && result != -EACCES)
		return 0;
	scratch = record_begin(MARTLET_RECORD_CHDIR, sizeof(*record), task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	if (!result) {
		file_read(scratch, &record->file, path->mnt, path->dentry);
		if (user_path)
			slice_user_string(scratch, &record->user_path, user_path, PATH_BYTES);
	} else if (user_path) {
		place_read(&found, scratch, &record->file, &record->user_path, task, &place);
	} else {
		file = file_of(task, fd);
		if (file)
			file_read(scratch, &record->file, file->f_path.mnt, file->f_path.dentry);
	}
	record_submit(scratch);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_chdir, struct pt_regs *regs, long result)
{
	struct call call;

	call_read(&call, regs);
	if (call.handler == MARTLET_HANDLER_FCHDIR)
		return chdir_emit(call.task, NULL, call.args[0], result);
	return chdir_emit(call.task, (const void *)call.args[0], 0, result);
}

#endif
