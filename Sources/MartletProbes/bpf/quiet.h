/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Requests to io_uring that ask for no completion when they succeed. When they fail they complete like all others; of their
 * success no tracepoint tells. So they are remembered when they are submitted, and looked at again (settle.h) when they may
 * be done: a request that is done holds its result where it held the descriptor that it was given, and the kernel keeps its
 * memory for a later one.
 *
 * While nobody makes such requests, whoever looks pays for one load.
 */
#ifndef MARTLET_QUIET_H
#define MARTLET_QUIET_H

#include "ring.h"

struct quiet {
	__u64 ring;
	__u32 tgid;
	__s32 fd;       /* what the request was given */
	__u32 opcode;
	__u32 type;     /* enum martlet_record_type of what it will be */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, __u64); /* the address of the io_kiocb */
	__type(value, struct quiet);
} MAP(quiet_requests);

__u64 quiet_count SEC(".data.quiet");

static __always_inline void quiet_forget(__u64 request)
{
	if (quiet_count && !bpf_map_delete_elem(&quiet_requests, &request))
		__sync_fetch_and_sub(&quiet_count, 1);
}

/* Remembers a request that was submitted, if it asks for quiet. Its memory may be that of one which nobody has looked at. */
static __always_inline void quiet_begin(struct io_kiocb *io, struct task_struct *task, __u32 type)
{
	struct quiet quiet = {
		.ring = (__u64)io->ctx,
		.tgid = task->tgid,
		.fd = io->cqe.fd,
		.opcode = io->opcode,
		.type = type,
	};
	__u64 request = (__u64)io;
	struct quiet *old;

	if (!(io->flags & REQ_F_CQE_SKIP))
		return;
	if (!bpf_map_update_elem(&quiet_requests, &request, &quiet, BPF_NOEXIST)) {
		__sync_fetch_and_add(&quiet_count, 1);
		return;
	}
	old = bpf_map_lookup_elem(&quiet_requests, &request);
	if (old)
		type = old->type;
	ledger_miss(type, cgroup_of(task));
	if (old)
		*old = quiet;
}

#endif
