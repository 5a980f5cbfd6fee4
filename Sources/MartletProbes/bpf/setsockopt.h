/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setsockopt: an option of a socket was set.
 * Hook:    the exit of setsockopt
 * Why:     the socket tells what it is, and has the kernel's own copy of a filter that was attached
 * Checked: 6.18
 */
#ifndef MARTLET_SETSOCKOPT_H
#define MARTLET_SETSOCKOPT_H

#include "call.h"
#include "socket.h"

#define INSTRUCTION_BYTES 8

/* Appends the instructions of the classic filter that a socket has. */
static __always_inline void filter_read(struct scratch *scratch, struct martlet_setsockopt_record *record, struct sock *sk)
{
	struct sock_fprog_kern *given;
	struct sk_filter *filter = sk->sk_filter;
	__u64 size;

	given = filter ? filter->prog->orig_prog : NULL;
	if (!given)
		return;
	record->filter_length = given->len;
	size = (__u64)record->filter_length * INSTRUCTION_BYTES;
	asm volatile("" : "+r"(size)); /* the bound that follows must be on the register that is passed */
	if (size > MARTLET_FILTER_MAX)
		size = MARTLET_FILTER_MAX;
	if (!bpf_probe_read_kernel(tail_pointer(scratch), size, given->filter))
		slice_close(scratch, &record->filter, size);
}

static __always_inline int setsockopt_emit(struct task_struct *task, __u32 fd, int level, int option, long result)
{
	struct martlet_setsockopt_record *record;
	struct sock *sk = socket_of_fd(task, fd);
	struct scratch *scratch;

	if (!sk || is_failure(result))
		return 0;
	scratch = record_begin(MARTLET_RECORD_SETSOCKOPT, sizeof(*record), task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->level = level;
	record->option = option;
	record->family = sk->__sk_common.skc_family;
	record->socket_type = sk->sk_type;
	record->protocol = sk->sk_protocol;
	if (!result && level == SOL_SOCKET && option == SO_ATTACH_FILTER)
		filter_read(scratch, record, sk);
	record_submit(scratch);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_setsockopt, struct pt_regs *regs, long result)
{
	struct call call;

	call_read(&call, regs);
	return setsockopt_emit(call.task, call.args[0], call.args[1], call.args[2], result);
}

#endif
