/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * request: a process that is watched told us something (records/request.h): where the spans of its threads are, or which
 * session of a person it belongs to.
 * Hook:    the exit of ioctl
 * Why:     like any call; the kernel has refused the descriptor, and nothing else happened
 * Checked: 6.18
 */
#ifndef MARTLET_REQUEST_H
#define MARTLET_REQUEST_H

#include "call.h"

/* Registers the array of a process, or another one in its place. False if that is no array, or there is no room. */
static __always_inline bool spans_register(struct task_struct *task, const void *user)
{
	struct martlet_spans_request request;
	struct tracer tracer = {};
	__u32 tgid = task->tgid;

	if (bpf_probe_read_user(&request, sizeof(request), user) || request.format)
		return false;
	if (!request.max_threads) {
		tracer_forget(task, true);
		return true;
	}
	tracer.slots = request.slots;
	tracer.max_threads = request.max_threads;
	if (!bpf_map_update_elem(&tracers, &tgid, &tracer, BPF_EXIST))
		return true;
	if (!bpf_map_update_elem(&tracers, &tgid, &tracer, BPF_NOEXIST)) {
		__sync_fetch_and_add(&tracer_count, 1);
		return true;
	}
	ledger_count(MARTLET_RECORD_SESSION, lost_scope);
	return false;
}

/* Hands on a piece of a session. What it means for whom is decided in user space. */
static __always_inline bool session_emit(struct task_struct *task, const void *user)
{
	struct martlet_session_request *request;
	struct martlet_session_record *record;
	struct scratch *scratch;
	void *tail;

	scratch = record_begin(MARTLET_RECORD_SESSION, sizeof(*record), task, 0);
	if (!scratch)
		return false;
	record = (void *)scratch->bytes;
	request = tail = tail_pointer(scratch);
	if (bpf_probe_read_user(tail, sizeof(*request), user)) {
		record_lose(scratch, MARTLET_RECORD_SESSION);
		return false;
	}
	record->id = request->id;
	record->cursor = request->cursor;
	record->session_type = request->session_type;
	scratch->tail += offsetof(struct martlet_session_request, data);
	slice_close(scratch, &record->data, sizeof(request->data));
	record_submit(scratch);
	return true;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_request, struct pt_regs *regs, long result)
{
	const void *user;
	struct call call;
	bool taken = false;
	__u8 operation = 0;

	call_read(&call, regs);
	user = (const void *)call.args[2];
	if ((__u32)call.args[1] != MARTLET_REQUEST_COMMAND || bpf_probe_read_user(&operation, 1, user))
		return 0;
	switch (operation & ~MARTLET_REQUEST_REPLY) {
	case MARTLET_OPERATION_SPANS:
		taken = spans_register(call.task, user);
		break;
	case MARTLET_OPERATION_SESSION:
		taken = session_emit(call.task, user);
		break;
	}
	if (taken && operation & MARTLET_REQUEST_REPLY)
		bpf_send_signal_thread(MARTLET_REQUEST_SIGNAL);
	return 0;
}

#endif
