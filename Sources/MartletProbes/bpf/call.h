/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One system call as its programs see it, at the entry and at the exit.
 *
 * pt_regs hold the six arguments of a native call in di, si, dx, r10, r8, r9, and of a 32-bit one in bx, cx, dx, si, di,
 * bp. They keep their values until the exit.
 */
#ifndef MARTLET_CALL_H
#define MARTLET_CALL_H

#include "record.h"

#define X32_BIT 0x40000000UL /* set in the number of an x32 call, which is the native call with short pointers */

struct call {
	struct task_struct *task;
	__u32 handler;    /* enum martlet_handler */
	bool compat;      /* a 32-bit call */
	__u64 args[6];
};

static __always_inline struct task_struct *current_task(void)
{
	return as(task_struct, bpf_get_current_task_btf());
}

/* Whether a call failed in another way than by being refused: of most calls that is no event. */
static __always_inline bool is_failure(long result)
{
	return result < 0 && result != -EPERM && result != -EACCES;
}

/* The handler that `calls` have for the call in `regs`; 0 for most. Nothing before the first test, and no helper in it. */
static __always_inline __u32 handler_of(const volatile struct martlet_calls *calls, struct pt_regs *regs)
{
	__u64 number = regs->orig_ax & ~X32_BIT;

	if (number >= MARTLET_SYSCALLS || !(calls->handlers[0][number] | calls->handlers[1][number]))
		return 0;
	return calls->handlers[!!(current_task()->thread_info.status & TS_COMPAT)][number];
}

/* Reads the call in `regs`, which the dispatcher found in the table. */
static __always_inline void call_read(struct call *call, struct pt_regs *regs)
{
	__u64 number = regs->orig_ax & (MARTLET_SYSCALLS - 1);
	bool compat;

	call->task = current_task();
	compat = call->task->thread_info.status & TS_COMPAT;
	call->handler = watch.exits.handlers[compat][number];
	call->compat = compat;
	if (compat) {
		call->args[0] = (__u32)regs->bx;
		call->args[1] = (__u32)regs->cx;
		call->args[2] = (__u32)regs->dx;
		call->args[3] = (__u32)regs->si;
		call->args[4] = (__u32)regs->di;
		call->args[5] = (__u32)regs->bp;
	} else {
		call->args[0] = regs->di;
		call->args[1] = regs->si;
		call->args[2] = regs->dx;
		call->args[3] = regs->r10;
		call->args[4] = regs->r8;
		call->args[5] = regs->r9;
	}
}

#endif
