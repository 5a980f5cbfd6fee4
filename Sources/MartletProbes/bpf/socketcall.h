/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socketcall: the one system call for all of sockets that older 32-bit programs make. Its arguments are in the caller's
 * memory, so here even the descriptor may have changed since; what is told of the socket that it leads to is true.
 */
#ifndef MARTLET_SOCKETCALL_H
#define MARTLET_SOCKETCALL_H

#include "bind.h"
#include "connection.h"
#include "setsockopt.h"

#define SOCKETCALL_BIND 2
#define SOCKETCALL_CONNECT 3
#define SOCKETCALL_ACCEPT 5
#define SOCKETCALL_SETSOCKOPT 14
#define SOCKETCALL_ACCEPT4 18

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_socketcall, struct pt_regs *regs, long result)
{
	__u32 args[3] = {};
	struct call call;
	struct sock *sk;

	call_read(&call, regs);
	bpf_probe_read_user(args, sizeof(args), (const void *)call.args[1]);
	switch (call.args[0]) {
	case SOCKETCALL_BIND:
		if (!wanted(MARTLET_RECORD_BIND))
			return 0;
		sk = socket_of_fd(call.task, args[0]);
		return bind_emit(call.task, sk, (const void *)(__u64)args[1], args[2], result, false);
	case SOCKETCALL_CONNECT:
		if (!wanted(MARTLET_RECORD_CONNECT))
			return 0;
		sk = socket_of_fd(call.task, args[0]);
		return connect_emit(call.task, sk, (const void *)(__u64)args[1], args[2], result, false);
	case SOCKETCALL_SETSOCKOPT:
		if (!wanted(MARTLET_RECORD_SETSOCKOPT))
			return 0;
		return setsockopt_emit(call.task, args[0], args[1], args[2], result);
	case SOCKETCALL_ACCEPT:
	case SOCKETCALL_ACCEPT4:
		if (!wanted(MARTLET_RECORD_ACCEPT))
			return 0;
		return accept_emit(call.task, socket_of_fd(call.task, result >= 0 ? result : args[0]), result, false);
	}
	return 0;
}

#endif
