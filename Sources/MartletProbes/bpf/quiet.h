/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Requests to io_uring that ask for no completion when they succeed. When they fail they complete like all others; of their
 * success no tracepoint tells. So they are remembered when they are submitted, and looked at again (settle.h) when they may
 * be done: then it has a result, the number of its file has given way to the flags of a completion, and what was to be
 * cleaned up after it (paths, a copy of an address) is cleaned up. The kernel keeps its memory for a later one.
 *
 * While nobody makes such requests, whoever looks pays for one load.
 */
#ifndef MARTLET_QUIET_H
#define MARTLET_QUIET_H

#include "file.h"
#include "ring.h"

struct quiet {
	__u64 ring;
	__u32 tgid;
	__s32 fd;       /* the number of its file, if it was given one */
	__s32 result;   /* what its memory held before it had one */
	__u32 opcode;
	__u32 type;     /* enum martlet_record_type of what it will be */
	__u64 flags;
};

#define SUBMITTED_FLAGS 0xffULL /* the same as of the entry: they tell nothing of its end */

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

static __always_inline bool quiet_is_done(struct quiet *quiet, struct io_kiocb *io)
{
	return io->cqe.res != quiet->result || io->cqe.fd != quiet->fd || quiet->flags & ~io->flags & ~SUBMITTED_FLAGS;
}

/* The file that has the number now which a request was given, in the ring's table or in that of who submitted it. */
static __always_inline struct file *file_by_number(struct io_kiocb *io, __u32 number)
{
	return io->flags & REQ_F_FIXED_FILE ? ring_file(io, number) : file_of(submitter_of(io), number);
}

/* The file that a request was for, if it still has the number that the request was given: else it may be gone. */
static __always_inline struct file *quiet_file(struct io_kiocb *io, __u32 number)
{
	struct file *file = file_by_number(io, number);

	return (__u64)file == (__u64)io->file ? file : NULL;
}

/*
 * Remembers a request that was submitted, if it asks for quiet, and says whether it does. Its memory may be that of one which
 * nobody has looked at.
 */
static __always_inline bool quiet_begin(struct io_kiocb *io, struct task_struct *task, __u32 type)
{
	struct quiet quiet = {
		.ring = (__u64)io->ctx,
		.tgid = task->tgid,
		.fd = io->cqe.fd,
		.result = io->cqe.res,
		.flags = io->flags,
		.opcode = io->opcode,
		.type = type,
	};
	__u64 request = (__u64)io;
	struct quiet *old;

	if (!(io->flags & REQ_F_CQE_SKIP))
		return false;
	if (!bpf_map_update_elem(&quiet_requests, &request, &quiet, BPF_NOEXIST)) {
		__sync_fetch_and_add(&quiet_count, 1);
		return true;
	}
	old = bpf_map_lookup_elem(&quiet_requests, &request);
	if (old)
		type = old->type;
	ledger_miss(type, cgroup_of(task));
	if (old)
		*old = quiet;
	return true;
}

#endif
