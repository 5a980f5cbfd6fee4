/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * signal: one that is aimed at one process, by its number, by that of a thread or by a descriptor; or at a group.
 * Hook:    the exit of kill, rt_sigqueueinfo, tkill, tgkill, rt_tgsigqueueinfo, pidfd_send_signal
 * Why:     the result is known. The target is looked up by the number as the caller's pid namespace has it; a target
 *          that is gone by then (killed and reaped) is known only where the caller's numbers are the initial ones. A
 *          descriptor keeps the number of its process
 * Checked: 6.18
 *
 * What a process says to threads of its own is no event: runtimes do it all the time.
 */
#ifndef MARTLET_SIGNAL_H
#define MARTLET_SIGNAL_H

#include "call.h"
#include "filter.h"

/* The process of the thread that `task` calls `vpid`. Of one that is gone the number, where that is the initial one. */
static __always_inline __u32 target_of(struct task_struct *task, int vpid)
{
	__u32 tgid = 0;

	if (config.has_task_from_vpid) {
		struct task_struct *target = bpf_task_from_vpid(vpid);

		if (target) {
			tgid = target->tgid;
			bpf_task_release(target);
		}
	}
	if (!tgid && !task->thread_pid->level)
		tgid = vpid;
	return tgid;
}

/* The same of a number of the initial namespace; where the kernel cannot look it up, the thread stands for its process. */
static __always_inline __u32 process_of_thread(__u32 pid)
{
	struct task_struct *target = config.has_task_from_pid ? bpf_task_from_pid(pid) : NULL;
	__u32 tgid = pid;

	if (target) {
		tgid = target->tgid;
		bpf_task_release(target);
	}
	return tgid;
}

/* What the number that kill(2) was given stands for, in the terms of martlet_signal_record. */
static __always_inline int target_of_number(struct task_struct *task, int number)
{
	if (number == MARTLET_SIGNAL_ALL)
		return number;
	if (!number)
		return -as(pid, task->signal->pids[PIDTYPE_PGID])->numbers[0].nr;
	/* a group has the number of the process that made it, which mostly is there */
	return number < 0 ? -(int)target_of(task, -number) : (int)target_of(task, number);
}

#define PIDFS_MAGIC 0x50494446        /* 6.9 on; before, the number is the file's own */
#define ANON_INODE_MAGIC 0x09041934
#define SEND_TO_GROUP 4               /* PIDFD_SIGNAL_PROCESS_GROUP */

/* The number, in the initial namespace, of what a descriptor is of; 0 for a directory of procfs. */
static __always_inline __u32 number_of_descriptor(struct task_struct *task, __u32 fd)
{
	struct file *file = file_of(task, fd);
	__u64 magic;

	if (!file)
		return 0;
	magic = file->f_inode->i_sb->s_magic;
	if (magic == PIDFS_MAGIC)
		return as(pid, file->f_inode->i_private)->numbers[0].nr;
	return magic == ANON_INODE_MAGIC ? as(pid, file->private_data)->numbers[0].nr : 0;
}

static __always_inline int signal_emit(struct task_struct *task, int target, __u32 signal, long result)
{
	struct filter_event event = {
		.type = MARTLET_RECORD_SIGNAL,
		.numbers = {
			[MARTLET_NUMBER_RESULT] = result,
			[MARTLET_NUMBER_ASKED] = signal,
			[MARTLET_NUMBER_BEFORE] = target,
		},
	};
	struct martlet_signal_record *record;
	struct scratch *scratch;

	if (result && result != -EPERM && result != -EACCES)
		return 0;
	if (filtered(&event, task))
		return 0;
	scratch = record_begin(MARTLET_RECORD_SIGNAL, sizeof(*record), task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->signal = signal;
	record->target = target;
	record_submit(scratch);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_signal, struct pt_regs *regs, long result)
{
	struct call call;
	__u32 target;

	call_read(&call, regs);
	switch (call.handler) {
	case MARTLET_HANDLER_PIDFD_SIGNAL:
		target = number_of_descriptor(call.task, call.args[0]);
		return signal_emit(call.task, call.args[3] & SEND_TO_GROUP ? -(int)target : (int)process_of_thread(target),
				   call.args[1], result);
	case MARTLET_HANDLER_TKILL:
	case MARTLET_HANDLER_TGKILL:
		target = target_of(call.task, call.handler == MARTLET_HANDLER_TKILL ? call.args[0] : call.args[1]);
		if (target == (__u32)call.task->tgid)
			return 0;
		return signal_emit(call.task, target,
				   call.handler == MARTLET_HANDLER_TKILL ? call.args[1] : call.args[2], result);
	}
	return signal_emit(call.task, target_of_number(call.task, call.args[0]), call.args[1], result);
}

#endif
