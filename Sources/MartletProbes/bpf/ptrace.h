/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ptrace: a request of a tracer, or to be traced; one process reads or writes the memory of another.
 * Hook:    the exit of ptrace, process_vm_readv, process_vm_writev
 * Why:     the result is known; the tracee, even one that was killed, is there until its tracer has waited for it
 * Checked: 6.12, 6.18
 */
#ifndef MARTLET_PTRACE_H
#define MARTLET_PTRACE_H

#include "call.h"
#include "filter.h"

#define PTRACE_TRACEME 0
#define ESRCH 3

/*
 * The process of the thread that `task` calls `vpid` and whose call had `result`; 0 if there is none. What the kernel does not
 * find and the call did (process 1, at times), goes by the number, where that is the kernel's own.
 */
static __always_inline __u32 process_of(struct task_struct *task, int vpid, long result)
{
	struct task_struct *found = NULL;
	__u32 tgid = 0;

	if (config.has_task_from_vpid)
		found = bpf_task_from_vpid(vpid);
	else if (config.has_task_from_pid && !task->thread_pid->level)
		found = bpf_task_from_pid(vpid);
	if (found) {
		tgid = found->tgid;
		bpf_task_release(found);
	}
	if (!tgid && result != -ESRCH && vpid > 0 && !task->thread_pid->level)
		tgid = vpid;
	return tgid;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_ptrace, struct pt_regs *regs, long result)
{
	struct filter_event event = { .type = MARTLET_RECORD_PTRACE };
	struct martlet_ptrace_record *record;
	struct scratch *scratch;
	struct call call;
	__s64 request;

	call_read(&call, regs);
	request = call.compat ? (__s32)call.args[0] : (__s64)call.args[0];
	event.numbers[MARTLET_NUMBER_RESULT] = result;
	event.numbers[MARTLET_NUMBER_ASKED] = request;
	if (filtered(&event, call.task))
		return 0;
	scratch = record_begin(MARTLET_RECORD_PTRACE, sizeof(*record), call.task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->request = request;
	record->address = call.args[2];
	if (record->request != PTRACE_TRACEME)
		record->tracee = process_of(call.task, call.args[1], result);
	record_submit(scratch);
	return 0;
}

/* What ptrace does a word at a time. The address is the first of the remote ones, from the caller's memory. */
SEC("tp_btf/sys_exit")
int BPF_PROG(exit_process_vm, struct pt_regs *regs, long result)
{
	struct martlet_ptrace_record *record;
	struct scratch *scratch;
	struct call call;
	__u32 tracee;

	call_read(&call, regs);
	tracee = process_of(call.task, call.args[0], result);
	if (tracee == (__u32)call.task->tgid)
		return 0; /* a way to touch one's own memory without a fault */
	scratch = record_begin(MARTLET_RECORD_PTRACE, sizeof(*record), call.task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->request =
		call.handler == MARTLET_HANDLER_VM_READ ? MARTLET_PROCESS_VM_READV : MARTLET_PROCESS_VM_WRITEV;
	bpf_probe_read_user(&record->address, call.compat ? sizeof(__u32) : sizeof(__u64), (const void *)call.args[3]);
	record->tracee = tracee;
	record_submit(scratch);
	return 0;
}

#endif
