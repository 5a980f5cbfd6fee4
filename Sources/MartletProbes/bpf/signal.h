/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * signal: kill(2) aimed at one process.
 * Hook:    the exit of kill
 * Why:     the result is known. The target is looked up by the number as the caller's pid namespace has it; a target
 *          that is gone by then (killed and reaped) is known only where the caller's numbers are the initial ones
 * Checked: 6.18
 */
#ifndef MARTLET_SIGNAL_H
#define MARTLET_SIGNAL_H

#include "call.h"

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

static __always_inline int signal_emit(struct task_struct *task, int vpid, __u32 signal, long result)
{
	struct martlet_signal_record *record;
	struct scratch *scratch;

	if (vpid < 1 || (result && result != -EPERM && result != -EACCES))
		return 0;
	scratch = record_begin(MARTLET_RECORD_SIGNAL, sizeof(*record), task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->signal = signal;
	record->target = target_of(task, vpid);
	record_submit(scratch);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_signal, struct pt_regs *regs, long result)
{
	struct call call;

	call_read(&call, regs);
	return signal_emit(call.task, call.args[0], call.args[1], result);
}

#endif
