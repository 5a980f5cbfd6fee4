/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * open: a file was opened, or refused.
 * Hook:    the exit of open, openat, openat2, creat, open_by_handle_at; the entry and the exit of truncate; the
 *          completion of an io_uring request
 * Why:     at the exit the descriptor leads to the file that the kernel opened, whatever the caller's string says by
 *          then. Where there is no descriptor, for refusals and truncate, there is what the inside of the call has noted
 *          (inside.h), or only a claim of what the string leads to (place.h)
 * Checked: 6.1, 6.12, 6.18
 */
#ifndef MARTLET_OPEN_H
#define MARTLET_OPEN_H

#include "call.h"
#include "filter.h"
#include "inside.h"
#include "place.h"
#include "quiet.h"
#include "ring.h"

/* One call, its arguments brought to the same form. */
struct open_call {
	int directory;          /* descriptor that a relative path starts from */
	__u32 flags;
	__u32 mode;
	const void *user_path;  /* NULL where there is none */
	struct file *file;      /* where it is not behind a descriptor */
	struct parked *note;    /* of the inside of the call; NULL where there is none */
	bool async;
};

static __always_inline int open_emit(struct task_struct *task, struct open_call *call, long result)
{
	struct place place = { .directory = call->directory, .path = call->user_path, .follow = !(call->flags & O_NOFOLLOW) };
	struct filter_event event = {
		.type = MARTLET_RECORD_OPEN,
		.numbers = { [MARTLET_NUMBER_FLAGS] = call->flags },
	};
	struct martlet_open_record *record;
	struct resolution found = {};
	struct file *file = NULL;
	struct scratch *scratch;
	bool is_known;

	if (result < 0 && result != -EACCES && result != -EPERM)
		return 0; /* failures that are no refusal make no event */
	if (result >= 0) {
		file = call->file ? call->file : file_of(task, result);
		if (file && nameless(file->f_path.dentry->d_sb))
			return 0;
	}
	/* of what was refused only the caller's string is known: that has no filter */
	if (file) {
		event.mount = mount_of(file->f_path.mnt);
		event.dentry = (__u64)file->f_path.dentry;
		event.numbers[MARTLET_NUMBER_BEFORE] = file->f_path.dentry->d_inode->i_mode;
		if (filtered(&event, task))
			return 0;
	}
	is_known = result < 0 && call->note && call->note->size;
	scratch = is_known ? record_resume(call->note, MARTLET_RECORD_OPEN, task, result) :
			     record_begin(MARTLET_RECORD_OPEN, sizeof(*record), task, result < 0 ? result : 0);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->open_flags = call->flags;
	record->mode = call->mode;
	record->header.flags = call->async ? MARTLET_FLAG_ASYNC : 0;
	if (file) {
		file_read(scratch, &record->file, file->f_path.mnt, file->f_path.dentry);
		if (call->note && !call->note->size && call->note->dentry == (__u64)file->f_path.dentry)
			record->file.layer = MARTLET_LAYER_LOWER; /* it was copied up meanwhile */
	} else if (result < 0) {
		if (!is_known && call->user_path)
			place_read(&found, scratch, &record->file, &record->user_path, task, &place);
	} else {
		/* another thread closed the descriptor before we looked */
		record_lose(scratch, MARTLET_RECORD_OPEN);
		return 0;
	}
	record_submit(scratch);
	return 0;
}

/* The flags of openat2 are in memory of the caller, who may have changed them: those the kernel keeps come from it. */
static __always_inline void how_read(struct open_call *call, struct task_struct *task, const void *user_how, long result)
{
	const __u32 dropped = 00001700 | 02000000; /* O_CREAT O_EXCL O_NOCTTY O_TRUNC, O_CLOEXEC: not kept in f_flags */
	struct file *file = result >= 0 ? file_of(task, result) : NULL;
	__u64 how[2] = {};

	bpf_probe_read_user(how, sizeof(how), user_how);
	call->flags = how[0];
	call->mode = how[1];
	if (file)
		call->flags = (how[0] & (dropped | 0100000)) | (file->f_flags & ~(dropped | 0100000));
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_open, struct pt_regs *regs, long result)
{
	struct open_call open = { .directory = AT_FDCWD };
	struct call call;

	call_read(&call, regs);
	open.note = note_take();
	open.user_path = (const void *)call.args[0];
	switch (call.handler) {
	case MARTLET_HANDLER_OPEN:
		open.flags = call.args[1];
		open.mode = call.args[2];
		break;
	case MARTLET_HANDLER_OPENAT:
		open.directory = call.args[0];
		open.user_path = (const void *)call.args[1];
		open.flags = call.args[2];
		open.mode = call.args[3];
		break;
	case MARTLET_HANDLER_OPENAT2:
		open.directory = call.args[0];
		open.user_path = (const void *)call.args[1];
		how_read(&open, call.task, (const void *)call.args[2], result);
		break;
	case MARTLET_HANDLER_CREAT:
		open.flags = O_CREAT | O_WRONLY | O_TRUNC;
		open.mode = call.args[1];
		break;
	case MARTLET_HANDLER_OPEN_BY_HANDLE_AT:
		open.user_path = NULL;
		open.flags = call.args[2];
		break;
	}
	return open_emit(call.task, &open, result);
}

/* truncate(2) is told as an open for writing. Where its inside is seen (inside.h), that parks another record over this one. */
SEC("tp_btf/sys_enter")
int BPF_PROG(enter_truncate, struct pt_regs *regs, long number)
{
	struct place place = { .directory = AT_FDCWD, .follow = true };
	struct martlet_open_record *record;
	struct resolution found = {};
	struct scratch *scratch;
	struct parked *slot;
	struct call call;

	call_read(&call, regs);
	place.path = (const void *)call.args[0];
	scratch = record_prepare(sizeof(*record));
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->open_flags = O_CREAT | O_WRONLY | O_TRUNC;
	place_read(&found, scratch, &record->file, &record->user_path, call.task, &place);
	slot = record_park(scratch, call.handler);
	if (slot && found.state == RESOLUTION_FOUND)
		slot->subject = (__u64)as(dentry, found.dentry)->d_inode;
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_truncate, struct pt_regs *regs, long result)
{
	struct place place = { .directory = AT_FDCWD, .follow = true };
	struct parked *slot = parked_record();
	struct martlet_open_record *record;
	struct resolution found = {};
	struct scratch *scratch;
	struct call call;

	call_read(&call, regs);
	if (slot && slot->handler != call.handler)
		slot = NULL;
	if (slot)
		slot->handler = 0;
	if (result && result != -EACCES && result != -EPERM)
		return 0;
	scratch = slot ? record_resume(slot, MARTLET_RECORD_OPEN, call.task, result) :
			 record_begin(MARTLET_RECORD_OPEN, sizeof(*record), call.task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	if (slot) {
		if (!result && proven(slot, &record->file))
			record->file.flags &= ~MARTLET_FILE_CLAIMED;
	} else {
		record->open_flags = O_CREAT | O_WRONLY | O_TRUNC;
		place.path = (const void *)call.args[0];
		place_read(&found, scratch, &record->file, &record->user_path, call.task, &place);
	}
	record_submit(scratch);
	return 0;
}

/* A request that is done. A function of its own, for there are several ways to learn of that. */
__noinline int open_complete(__u64 request)
{
	struct io_kiocb *io = as(io_kiocb, request);
	struct io_open *open = as(io_open, &io->cmd);
	struct open_call call = {
		.async = true,
		.directory = open->dfd,
		.flags = open->how.flags,
		.mode = open->how.mode,
	};

	if (open->file_slot && io->cqe.res >= 0) {
		call.file = ring_file_made(io, open->file_slot);
		if (!call.file) {
			ledger_miss(MARTLET_RECORD_OPEN, cgroup_of(submitter_of(io)));
			return 0;
		}
	}
	return open_emit(submitter_of(io), &call, io->cqe.res);
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(submit_open, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);

	quiet_begin(io, submitter_of(io), MARTLET_RECORD_OPEN);
	return 0;
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(ring_open, void *ring_context, void *request)
{
	quiet_forget((__u64)request);
	return open_complete((__u64)request);
}

#endif
