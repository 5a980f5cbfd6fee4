/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The end of requests to io_uring that complete without a word (quiet.h).
 * Hook:    the exit of io_uring_enter, for what was done at once; raw_tp/io_uring_task_work_run and
 *          raw_tp/io_uring_local_work_run, where the kernel has let go of what its workers did; raw_tp/sched_process_exit,
 *          before that of exit.h
 * Why:     nothing is nearer to their end. What a thread of the kernel submits (SQPOLL) is told when its process ends
 * Checked: 6.18
 */
#ifndef MARTLET_SETTLE_H
#define MARTLET_SETTLE_H

#include "bind.h"
#include "change_ring.h"
#include "connection.h"
#include "open.h"
#include "quiet.h"
#include "scope.h"
#include "splice.h"
#include "write.h"

/* In this order it is a word smaller: the stacks of all that is called from here are just what the kernel allows. */
struct settlement {
	__u64 cgroup;
	__u32 tgid;
	bool is_last; /* the process ends: whatever was submitted is done */
};

static __always_inline void quiet_tell(__u64 request, struct quiet *quiet)
{
	switch (quiet->type) {
	case MARTLET_RECORD_OPEN:
		open_complete(request);
		break;
	case MARTLET_RECORD_SPLICE:
		splice_complete(request);
		break;
	case MARTLET_RECORD_BIND:
		bind_complete(request, quiet->fd);
		break;
	case MARTLET_RECORD_CONNECT:
		connect_complete(request, quiet->fd);
		break;
	case MARTLET_RECORD_ACCEPT:
		accept_complete(request, quiet->fd);
		break;
	case MARTLET_RECORD_SELINUX:
	case MARTLET_RECORD_CGROUP_WRITE:
		write_complete(request, quiet->fd, quiet->type);
		break;
	default:
		change_complete(request);
	}
}

static long settle_step(void *map, __u64 *request, struct quiet *quiet, struct settlement *settlement)
{
	struct io_kiocb *io = as(io_kiocb, *request);
	bool is_same = io->opcode == quiet->opcode && (__u64)io->ctx == quiet->ring;

	/* one that failed has a completion of its own */
	bool is_done = is_same && io->cqe.res >= 0 && quiet_is_done(quiet, io);
	/* the flags of a completion are 0, as that number is: done or not, it may look the same */
	bool is_unclear = is_same && io->cqe.res >= 0 && !quiet->fd;

	if (quiet->tgid != settlement->tgid)
		return 0;
	/* an accept that is woken holds what woke it until it has its socket */
	if (!settlement->is_last && (!is_done || (quiet->type == MARTLET_RECORD_ACCEPT && !accepted(io))))
		return 0;
	if (is_done)
		quiet_tell(*request, quiet);
	else if (!is_same || is_unclear)
		ledger_miss(quiet->type, settlement->cgroup);
	quiet_forget(*request);
	return 0;
}

static __always_inline void settle(bool is_last)
{
	struct task_struct *task = as(task_struct, bpf_get_current_task_btf());
	struct settlement settlement = { .tgid = task->tgid, .cgroup = cgroup_of(task), .is_last = is_last };

	if (quiet_count && in_scope(task))
		bpf_for_each_map_elem(&quiet_requests, settle_step, &settlement, 0);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_settle, struct pt_regs *regs, long result)
{
	settle(false);
	return 0;
}

/*
 * The others. It has many branches, and the kernel looks at each way through a program once for each hook that the program
 * is loaded for: this one is not loaded for any, so that one serves for three. It looks at no argument.
 */
SEC("raw_tp")
int martlet_settle(void *arguments)
{
	struct task_struct *task = as(task_struct, bpf_get_current_task_btf());

	settle(!task->signal->live.counter);
	return 0;
}

#endif
