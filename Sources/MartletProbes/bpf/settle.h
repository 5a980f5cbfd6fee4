/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The end of requests to io_uring that complete without a word (quiet.h).
 * Hook:    the exit of io_uring_enter, for what was done at once; raw_tp/io_uring_task_work_run and
 *          raw_tp/io_uring_local_work_run, where the kernel has let go of what its workers did; raw_tp/sched_process_exit,
 *          before that of exit.h
 * Why:     nothing is nearer to their end. A request whose result is the number that it was given, or that a thread of the
 *          kernel submits (SQPOLL), is told when its process ends
 * Checked: 6.18
 */
#ifndef MARTLET_SETTLE_H
#define MARTLET_SETTLE_H

#include "change_ring.h"
#include "open.h"
#include "quiet.h"
#include "scope.h"

struct settlement {
	__u32 tgid;
	__u64 cgroup;
	bool is_last; /* the process ends: whatever was submitted is done */
};

static __always_inline void quiet_tell(__u64 request, __u32 type)
{
	if (type == MARTLET_RECORD_OPEN)
		open_complete(request);
	else
		change_complete(request);
}

static long settle_step(void *map, __u64 *request, struct quiet *quiet, struct settlement *settlement)
{
	struct io_kiocb *io = as(io_kiocb, *request);
	bool is_same = io->opcode == quiet->opcode && (__u64)io->ctx == quiet->ring;
	__s32 result = io->cqe.res;

	if (quiet->tgid != settlement->tgid)
		return 0;
	if (is_same && result < 0)
		return 0; /* not done, or failed, which its completion tells */
	if (!settlement->is_last && (!is_same || result == quiet->fd))
		return 0;
	if (is_same) {
		quiet_tell(*request, quiet->type);
	} else {
		ledger_miss(quiet->type, settlement->cgroup);
	}
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
