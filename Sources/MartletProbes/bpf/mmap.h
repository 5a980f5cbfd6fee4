/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mmap: a process asked for a mapping.
 * Hook:    the exit of mmap, mmap2 and the mmap of i386
 * Why:     the address is known, and the area there holds the file that the kernel took from the descriptor
 * Checked: 6.12, 6.18
 *
 * Not seen: what the kernel maps by itself, the image of an exec above all.
 */
#ifndef MARTLET_MMAP_H
#define MARTLET_MMAP_H

#include "area.h"
#include "call.h"
#include "filter.h"

#define MAP_ANONYMOUS 0x20
#define MMAP2_SHIFT 12 /* mmap2 counts its offset in units of 4 KiB, whatever the size of a page */

/* i386's own mmap has its arguments in memory. */
static __always_inline void old_mmap_read(struct call *call)
{
	__u32 args[6] = {};

	bpf_probe_read_user(args, sizeof(args), (const void *)call->args[0]);
	for (int i = 0; i < 6; i++)
		call->args[i] = args[i];
}

/*
 * The file that was mapped: that of the descriptor, unless the area shows another, for then a second thread has replaced
 * the descriptor since. What stands below an overlay, and what drivers and shared memory put in place of the file that
 * they were asked to map, is no such other.
 */
static __always_inline struct file *mapped_file(struct task_struct *task, __u32 fd, long result)
{
	struct file *given = file_of(task, fd), *mapped;
	struct area area = {};

	if (result < 0 && result >= -4095)
		return given;
	area_read(&area, result);
	if (!area.file)
		return given;
	mapped = as(file, area.file);
	if (given && (mapped->f_inode == given->f_inode || mapped->f_mode & FMODE_BACKING ||
		      mapped->f_inode->i_sb->s_flags & SB_NOUSER))
		return given;
	return mapped;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_mmap, struct pt_regs *regs, long result)
{
	struct filter_event event = { .type = MARTLET_RECORD_MMAP };
	struct martlet_mmap_record *record;
	struct scratch *scratch;
	struct file *file = NULL;
	struct call call;

	call_read(&call, regs);
	if (call.handler == MARTLET_HANDLER_OLD_MMAP)
		old_mmap_read(&call);
	else if (call.handler == MARTLET_HANDLER_MMAP2)
		call.args[5] <<= MMAP2_SHIFT;
	event.numbers[MARTLET_NUMBER_RESULT] = result;
	event.numbers[MARTLET_NUMBER_FLAGS] = (__u32)call.args[3];
	event.numbers[MARTLET_NUMBER_ASKED] = (__u32)call.args[2];
	if (filtered_by_numbers(&event, call.task))
		return 0;
	if (!(call.args[3] & MAP_ANONYMOUS))
		file = mapped_file(call.task, call.args[4], result);
	if (file) {
		event.mount = mount_of(file->f_path.mnt);
		event.dentry = (__u64)file->f_path.dentry;
	}
	if (filtered(&event, call.task))
		return 0;
	scratch = record_begin(MARTLET_RECORD_MMAP, sizeof(*record), call.task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->length = call.args[1];
	record->protection = call.args[2];
	record->map_flags = call.args[3];
	record->offset = call.args[5];
	/* Tested anew: a flag that the compiler keeps of the first test says nothing of the pointer to the verifier of 6.12. */
	barrier_var(file);
	if (file)
		file_read(scratch, &record->file, file->f_path.mnt, file->f_path.dentry);
	record_submit(scratch);
	return 0;
}

#endif
