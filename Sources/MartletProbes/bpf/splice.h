/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * splice: data was moved between a pipe and another file, or was to be.
 * Hook:    the entry and the exit of splice; the submission and the completion of an io_uring request
 * Why:     the flags of the pipe's latest buffer are wanted as they were before and as they are after. The file is taken at
 *          the entry: a splice can wait long for its pipe, and its descriptors may be others when it ends
 * Checked: 6.18
 */
#ifndef MARTLET_SPLICE_H
#define MARTLET_SPLICE_H

#include "call.h"
#include "file.h"
#include "park.h"
#include "quiet.h"
#include "ring.h"

/* The pipe that a file is, NULL if it is none. */
static __always_inline struct pipe_inode_info *pipe_of(struct file *file)
{
	struct inode *inode;

	if (!file)
		return NULL;
	inode = file->f_inode;
	return (inode->i_mode & S_IFMT) == S_IFIFO ? inode->i_pipe : NULL;
}

/* The flags of the buffer that was put in last. An empty pipe still has those of its last one. */
static __always_inline __u32 latest_flags(struct pipe_inode_info *pipe)
{
	__u32 head = pipe->head, size = pipe->ring_size;

	return as(pipe_buffer, (__u64)pipe->bufs + ((head - 1) & (size - 1)) * bpf_core_type_size(struct pipe_buffer))->flags;
}

/* Fills what is known before the data moves. Returns the pipe. */
static __always_inline struct pipe_inode_info *splice_read(struct scratch *scratch, struct file *in, struct file *out)
{
	struct martlet_splice_record *record = (void *)scratch->bytes;
	struct pipe_inode_info *pipe = pipe_of(in), *other = pipe_of(out);
	struct file *file = pipe ? out : in;

	if (file && !(pipe && other))
		file_read(scratch, &record->file, file->f_path.mnt, file->f_path.dentry);
	pipe = pipe ? pipe : other;
	if (pipe)
		record->entry_flag = latest_flags(pipe);
	return pipe;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(enter_splice, struct pt_regs *regs, long number)
{
	struct pipe_inode_info *pipe;
	struct scratch *scratch;
	struct parked *slot;
	struct call call;

	call_read(&call, regs);
	scratch = record_prepare(sizeof(struct martlet_splice_record));
	if (!scratch)
		return 0;
	pipe = splice_read(scratch, file_of(call.task, call.args[0]), file_of(call.task, call.args[2]));
	slot = record_park(scratch, call.handler);
	if (slot)
		slot->subject = (__u64)pipe;
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_splice, struct pt_regs *regs, long result)
{
	struct parked *slot = parked_record();
	struct martlet_splice_record *record;
	struct pipe_inode_info *pipe;
	struct scratch *scratch;
	struct call call;

	call_read(&call, regs);
	if (slot && slot->handler == call.handler) {
		scratch = record_resume(slot, MARTLET_RECORD_SPLICE, call.task, result);
		pipe = as(pipe_inode_info, slot->subject);
	} else {
		scratch = record_begin(MARTLET_RECORD_SPLICE, sizeof(*record), call.task, result);
		if (!scratch)
			return 0;
		pipe = splice_read(scratch, file_of(call.task, call.args[0]), file_of(call.task, call.args[2]));
	}
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	if (pipe)
		record->exit_flag = latest_flags(as(pipe_inode_info, pipe));
	record_submit(scratch);
	return 0;
}

/* Each end of a request is in the task's table of files or in the ring's own. */
SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(submit_splice, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);
	struct io_splice *splice = as(io_splice, &io->cmd);
	struct task_struct *task = submitter_of(io);
	struct pipe_inode_info *pipe;
	struct scratch *scratch;
	struct parked *slot;

	quiet_begin(io, task, MARTLET_RECORD_SPLICE);
	scratch = record_prepare(sizeof(struct martlet_splice_record));
	if (!scratch)
		return 0;
	pipe = splice_read(scratch,
			   splice->flags & SPLICE_F_FD_IN_FIXED ? ring_file(io, splice->splice_fd_in) :
								  file_of(task, splice->splice_fd_in),
			   file_by_number(io, io->cqe.fd));
	slot = request_park(scratch, MARTLET_HANDLER_SPLICE, request);
	if (slot)
		slot->subject = (__u64)pipe;
	return 0;
}

/* A request that is done. A function of its own, for there are several ways to learn of that. */
__noinline int splice_complete(__u64 request)
{
	struct io_kiocb *io = as(io_kiocb, request);
	struct parked *slot = bpf_map_lookup_elem(&parked_requests, &request);
	struct martlet_splice_record *record;
	struct scratch *scratch;

	if (!slot || slot->handler != MARTLET_HANDLER_SPLICE) {
		ledger_miss(MARTLET_RECORD_SPLICE, cgroup_of(submitter_of(io)));
		return 0;
	}
	scratch = record_resume(slot, MARTLET_RECORD_SPLICE, submitter_of(io), io->cqe.res);
	if (scratch) {
		record = (void *)scratch->bytes;
		record->header.flags |= MARTLET_FLAG_ASYNC;
		if (slot->subject)
			record->exit_flag = latest_flags(as(pipe_inode_info, slot->subject));
		record_submit(scratch);
	}
	bpf_map_delete_elem(&parked_requests, &request);
	return 0;
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(ring_splice, void *ring_context, void *request)
{
	quiet_forget((__u64)request);
	return splice_complete((__u64)request);
}

#endif
