/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations that enter the kernel through io_uring: the same events, marked as asynchronous.
 * Hook:    tp_btf/io_uring_complete(struct io_ring_ctx *, void *request, struct io_uring_cqe *)
 * Why:     the result is known. The request names the task that submitted it, also when a worker does the work
 * Checked: 6.18
 *
 * Not seen: requests that ask for no completion on success, and opens into a ring's own table of files.
 */
#include "open.h"
#include "scope.h"

SEC("tp_btf/io_uring_complete")
int BPF_PROG(martlet_io_uring, void *ring_context, void *request, struct io_uring_cqe *completion)
{
	struct io_kiocb *io = as(io_kiocb, request);
	struct io_kiocb___6_11 *old = request;
	struct task_struct *task;
	struct open_call call = { .async = true };
	struct io_open *open;

	if (io->opcode != IORING_OP_OPENAT && io->opcode != IORING_OP_OPENAT2)
		return 0;
	if (bpf_core_field_exists(io->tctx))
		task = as(task_struct, io->tctx->task);
	else
		task = as(task_struct, BPF_CORE_READ(old, task));
	if (!scope_of(task) || !wanted(MARTLET_RECORD_OPEN))
		return 0;
	open = as(io_open, &io->cmd);
	call.directory = open->dfd;
	call.flags = open->how.flags;
	call.mode = open->how.mode;
	if (open->file_slot)
		return 0;
	return open_emit(task, &call, completion->res);
}
