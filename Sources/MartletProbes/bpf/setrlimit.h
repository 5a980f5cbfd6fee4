/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setrlimit: a limit of a process was set, its own or another's.
 * Hook:    the exit of setrlimit, prlimit64
 * Why:     the limit is in the process that has it. Only a refusal leaves nothing but the caller's memory
 * Checked: 6.18
 */
#ifndef MARTLET_SETRLIMIT_H
#define MARTLET_SETRLIMIT_H

#include "call.h"

#define RESOURCES 16 /* RLIM_NLIMITS */

static __always_inline void limit_read(struct martlet_setrlimit_record *record, struct task_struct *task)
{
	__u64 limits = (__u64)task->signal + bpf_core_field_offset(struct signal_struct, rlim);
	struct rlimit *limit = as(rlimit, limits + record->resource % RESOURCES * bpf_core_type_size(struct rlimit));

	record->target = task->tgid;
	record->current = limit->rlim_cur;
	record->maximum = limit->rlim_max;
}

/* Of a process by its number, as `task` calls it. */
static __always_inline void limit_read_of(struct martlet_setrlimit_record *record, struct task_struct *task, int vpid)
{
	struct task_struct *found = NULL;

	if (config.has_task_from_vpid)
		found = bpf_task_from_vpid(vpid);
	else if (config.has_task_from_pid && !task->thread_pid->level)
		found = bpf_task_from_pid(vpid);
	if (found) {
		limit_read(record, as(task_struct, found));
		bpf_task_release(found);
	}
}

/* What the caller asked for and was refused. The members of i386's struct rlimit have 32 bits, all of them: no limit. */
static __always_inline void asked_read(struct martlet_setrlimit_record *record, const void *asked_at, bool is_short)
{
	__u32 small[2] = {};
	__u64 asked[2] = {};

	if (is_short) {
		bpf_probe_read_user(small, sizeof(small), asked_at);
		record->current = small[0] == ~0U ? ~0ULL : small[0];
		record->maximum = small[1] == ~0U ? ~0ULL : small[1];
	} else {
		bpf_probe_read_user(asked, sizeof(asked), asked_at);
		record->current = asked[0];
		record->maximum = asked[1];
	}
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_setrlimit, struct pt_regs *regs, long result)
{
	struct martlet_setrlimit_record *record;
	const void *asked_at;
	struct scratch *scratch;
	struct call call;
	bool by_number;

	if (is_failure(result))
		return 0;
	call_read(&call, regs);
	by_number = call.handler == MARTLET_HANDLER_PRLIMIT;
	asked_at = (const void *)(by_number ? call.args[2] : call.args[1]);
	if (!asked_at)
		return 0; /* prlimit64 that only asks */
	scratch = record_begin(MARTLET_RECORD_SETRLIMIT, sizeof(*record), call.task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->resource = by_number ? call.args[1] : call.args[0];
	if (by_number && call.args[0])
		limit_read_of(record, call.task, call.args[0]);
	else
		limit_read(record, call.task);
	if (result)
		asked_read(record, asked_at, call.compat && !by_number);
	record_submit(scratch);
	return 0;
}

#endif
