/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The changes of change.h, asked of io_uring.
 * Hook:    the submission of a request, where the file still is what it was; its completion, where the result is known
 * Why:     as of the calls; the paths are the kernel's own copies, so that what they lead to is all there is to prove
 * Checked: 6.12, 6.18
 */
#ifndef MARTLET_CHANGE_RING_H
#define MARTLET_CHANGE_RING_H

#include "change.h"
#include "quiet.h"
#include "ring.h"

static __always_inline const void *name_of(struct filename *filename)
{
	return filename ? as(filename, filename)->name : NULL;
}

/* The same of a request to io_uring, whose paths the kernel has copied. */
__noinline int request_read(struct change *out, __u64 request, __u32 handler)
{
	struct io_kiocb *io = as(io_kiocb, request);
	struct io_rename *rename = as(io_rename, &io->cmd);
	struct io_unlink *unlink = as(io_unlink, &io->cmd);
	struct io_mkdir *mkdir = as(io_mkdir, &io->cmd);
	struct io_xattr *xattr = as(io_xattr, &io->cmd);
	struct io_link *link = as(io_link, &io->cmd);

	if (!out)
		return 0;
	out->file.is_kernel = out->destination.is_kernel = true;
	switch (handler) {
	case MARTLET_HANDLER_MKDIRAT:
		out->type = MARTLET_RECORD_MKDIR;
		out->file.directory = mkdir->dfd;
		out->file.path = name_of(mkdir->filename);
		out->mode = mkdir->mode;
		break;
	case MARTLET_HANDLER_UNLINKAT:
		out->type = unlink->flags & AT_REMOVEDIR ? MARTLET_RECORD_RMDIR : MARTLET_RECORD_UNLINK;
		out->file.directory = unlink->dfd;
		out->file.path = name_of(unlink->filename);
		out->flags = unlink->flags;
		break;
	case MARTLET_HANDLER_LINKAT:
		out->type = MARTLET_RECORD_LINK;
		out->file.directory = link->old_dfd;
		out->file.path = name_of(link->oldpath);
		out->file.follow = link->flags & AT_SYMLINK_FOLLOW;
		out->destination.directory = link->new_dfd;
		out->destination.path = name_of(link->newpath);
		out->flags = link->flags;
		break;
	case MARTLET_HANDLER_RENAMEAT2:
		out->type = MARTLET_RECORD_RENAME;
		out->file.directory = rename->old_dfd;
		out->file.path = name_of(rename->oldpath);
		out->destination.directory = rename->new_dfd;
		out->destination.path = name_of(rename->newpath);
		out->flags = rename->flags;
		break;
	case MARTLET_HANDLER_SETXATTR:
	case MARTLET_HANDLER_FSETXATTR:
		out->type = MARTLET_RECORD_SETXATTR;
		out->file.directory = handler == MARTLET_HANDLER_FSETXATTR ? request_fd(io) : AT_FDCWD;
		out->file.path = handler == MARTLET_HANDLER_FSETXATTR ? NULL : name_of(xattr->filename);
		out->file.follow = true;
		if (bpf_core_field_exists(xattr->ctx.kname))
			out->attribute = (const void *)xattr->ctx.kname;
		break;
	}
	return 0;
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(submit_change, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);
	__u32 handler = ring_handler_of(watch.submissions, io);
	struct martlet_change_record *record;
	struct resolution found = {};
	struct change change = {};
	struct task_struct *task = submitter_of(io);
	struct scratch *scratch;
	struct parked *slot;

	request_read(&change, address_of(request), handler);
	if (!wanted(change.type))
		return 0;
	quiet_begin(io, task, change.type);
	scratch = record_prepare(sizeof(*record));
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->mode = change.mode;
	record->flags = change.flags;
	if (change.attribute)
		slice_kernel_string(scratch, &record->attribute, change.attribute, NAME_BYTES);
	if (change.destination.path)
		place_read(&found, scratch, &record->destination, &record->user_destination, task, &change.destination);
	place_read(&found, scratch, &record->file, &record->user_path, task, &change.file);
	slot = request_park(scratch, handler, request);
	if (slot && found.state == RESOLUTION_FOUND)
		subject_note(slot, found.mount, found.dentry, change.type);
	return 0;
}

/* A request that is done. A function of its own, for there are several ways to learn of that. */
__noinline int change_complete(__u64 request)
{
	struct io_kiocb *io = as(io_kiocb, request);
	__u32 handler = ring_handler_of(watch.completions, io);
	struct task_struct *task = submitter_of(io);
	struct martlet_change_record *record;
	long result = io->cqe.res;
	struct resolution found = {};
	struct change change = {};
	struct scratch *scratch;
	__u64 key = request;
	struct parked *slot;

	request_read(&change, request, handler);
	if (!wanted(change.type))
		return 0;
	slot = bpf_map_lookup_elem(&parked_requests, &key);
	if (result && result != -EPERM && result != -EACCES)
		goto out;
	if (!slot || slot->handler != handler) {
		ledger_miss(change.type, cgroup_of(task));
		goto out;
	}
	scratch = record_resume(slot, change.type, task, result);
	if (!scratch)
		goto out;
	record = (void *)scratch->bytes;
	record->header.flags |= MARTLET_FLAG_ASYNC;
	/* the request's own strings may be gone: the record has them */
	change.file.path = scratch->bytes + (record->user_path.offset & TAIL_MASK);
	change.file.length = record->user_path.length;
	change.destination.path = scratch->bytes + (record->user_destination.offset & TAIL_MASK);
	change.destination.length = record->user_destination.length;
	if (!result)
		change_finish(&found, scratch, slot, &change, task, true);
	if (!change_filtered(scratch, slot, change.type))
		record_submit(scratch);
out:
	if (slot)
		bpf_map_delete_elem(&parked_requests, &key);
	return 0;
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(ring_change, void *ring_context, void *request)
{
	quiet_forget((__u64)request);
	return change_complete((__u64)request);
}

#endif
