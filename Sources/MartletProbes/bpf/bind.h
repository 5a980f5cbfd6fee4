/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind: a socket got an address, or was refused one.
 * Hook:    the exit of bind; the submission and the completion of an io_uring request
 * Why:     the socket holds the address that the kernel took, whatever the caller's memory says by then. A refused call
 *          leaves nothing but that memory
 * Checked: 6.18
 */
#ifndef MARTLET_BIND_H
#define MARTLET_BIND_H

#include "call.h"
#include "park.h"
#include "quiet.h"
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
	if (family == AF_INET || family == AF_INET6)
		record->address.protocol = sk->sk_protocol;
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

/* A request that completes without a word may leave nothing but what it was given: its socket may be gone when it is told. */
SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(submit_bind, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);
	struct sock *sk = socket_of(file_by_number(io, io->cqe.fd));
	struct martlet_bind_record *record;
	struct scratch *scratch;

	if (!quiet_begin(io, submitter_of(io), MARTLET_RECORD_BIND))
		return 0;
	scratch = record_prepare(sizeof(*record));
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	if (request_address(io))
		address_given(scratch, &record->address, request_address(io), as(io_bind, &io->cmd)->addr_len, true);
	if (sk && (record->address.family == AF_INET || record->address.family == AF_INET6))
		record->address.protocol = sk->sk_protocol;
	request_park(scratch, MARTLET_HANDLER_BIND, request);
	return 0;
}

/* One that succeeded without a word. A function of its own, as all that settle.h calls. */
__noinline int bind_complete(__u64 request, __u32 number)
{
	struct io_kiocb *io = as(io_kiocb, request);
	struct file *file = quiet_file(io, number);

	if (file)
		bind_emit(submitter_of(io), socket_of(file), NULL, 0, 0, true);
	else
		request_tell(request, MARTLET_HANDLER_BIND, MARTLET_RECORD_BIND, submitter_of(io));
	return 0;
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(ring_bind, void *ring_context, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);

	quiet_forget((__u64)request);
	return bind_emit(submitter_of(io), socket_of(io->file), NULL, 0, io->cqe.res, true);
}

#endif
