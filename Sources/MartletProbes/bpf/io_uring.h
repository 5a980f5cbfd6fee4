/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations that enter the kernel through io_uring: the same events, marked as asynchronous, by programs `ring_NAME` and,
 * if need be, `submit_NAME` in the header of their event, as for system calls (syscalls.h).
 * Hook:    tp_btf/io_uring_complete(struct io_ring_ctx *, void *request, ...);
 *          tp_btf/io_uring_submit_req(struct io_kiocb *), attached only if an event is wanted that needs it
 * Why:     at completion the request holds its result; what else the tracepoint passes differs from kernel to kernel.
 *          At submission the kernel has its own copy of the paths, and has not looked for the files yet
 * Checked: 6.12, 6.18
 *
 * Requests that ask for no completion on success are looked for elsewhere (quiet.h), where they are about files.
 */
#include "ring.h"
#include "scope.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, MARTLET_HANDLERS);
	__type(key, __u32);
	__type(value, __u32);
} MAP(ring_programs), MAP(submit_programs);

SEC("tp_btf/io_uring_complete")
int BPF_PROG(martlet_io_uring, void *ring_context, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);
	__u32 handler = ring_handler_of(watch.completions, io);

	if (handler && in_scope(submitter_of(io)))
		bpf_tail_call(ctx, &ring_programs, handler);
	return 0;
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(martlet_io_uring_submission, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);
	__u32 handler = ring_handler_of(watch.submissions, io);

	if (handler && in_scope(submitter_of(io)))
		bpf_tail_call(ctx, &submit_programs, handler);
	return 0;
}
