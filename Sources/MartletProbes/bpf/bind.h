/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind: a socket got an address, or was refused one.
 * Hook:    the exit of bind; the completion of an io_uring request
 * Why:     the socket holds the address that the kernel took, whatever the caller's memory says by then. A refused call
 *          leaves nothing but that memory
 * Checked: 6.18
 */
#ifndef MARTLET_BIND_H
#define MARTLET_BIND_H

#include "call.h"
#include "ring.h"
#include "socket.h"

/* `user` is NULL where the caller's memory is not at hand. */
static __always_inline int bind_emit(struct task_struct *task, struct sock *sk, const void *user, __u32 length,
				     long result, bool async)
{
	struct martlet_bind_record *record;
	struct scratch *scratch;
	__u16 family;

	if (!sk || (result && result != -EPERM && result != -EACCES))
		return 0;
	scratch = record_begin(MARTLET_RECORD_BIND, sizeof(*record), task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	family = sk->__sk_common.skc_family;
	if (async)
		record->header.flags |= MARTLET_FLAG_ASYNC;
	if (result) {
		record->address.family = family;
		if (user)
			address_read_user(scratch, &record->address, user, length);
	} else {
		address_read(&record->address, sk, false);
		/* A port that the kernel chose is not what was asked for. */
		if (!(BPF_CORE_READ_BITFIELD_PROBED(sk, sk_userlocks) & SOCK_BINDPORT_LOCK))
			record->address.port = 0;
		if (family == AF_UNIX)
			unix_name_read(scratch, &record->address, sk);
	}
	record_submit(scratch);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_bind, struct pt_regs *regs, long result)
{
	struct call call;

	call_read(&call, regs);
	return bind_emit(call.task, socket_of_fd(call.task, call.args[0]), (const void *)call.args[1], call.args[2], result,
			 false);
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(ring_bind, void *ring_context, void *request, struct io_uring_cqe *completion)
{
	struct io_kiocb *io = as(io_kiocb, request);

	return bind_emit(submitter_of(io), socket_of(io->file), NULL, 0, completion->res, true);
}

#endif
