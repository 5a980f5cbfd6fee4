/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * connect, accept: a connection was made, or refused.
 * Hook:    the exit of connect, accept, accept4; the submission and the completion of an io_uring request
 * Why:     the socket holds both ends as the kernel took them. A connect that goes on in the background has them too and
 *          counts as made. A refused connect leaves nothing but the caller's memory
 * Checked: 6.18
 */
#ifndef MARTLET_CONNECTION_H
#define MARTLET_CONNECTION_H

#include "call.h"
#include "park.h"
#include "quiet.h"
#include "ring.h"
#include "socket.h"

static __always_inline struct scratch *connection_begin(__u32 type, struct task_struct *task, struct sock *sk, long result,
							bool async)
{
	struct martlet_connection_record *record;
	struct scratch *scratch = record_begin(type, sizeof(*record), task, result);

	if (!scratch)
		return NULL;
	record = (void *)scratch->bytes;
	if (async)
		record->header.flags |= MARTLET_FLAG_ASYNC;
	address_read(&record->local, sk, false);
	record->peer.family = record->local.family;
	if (record->local.family == AF_INET || record->local.family == AF_INET6)
		record->protocol = sk->sk_protocol;
	record->netns = sk->__sk_common.skc_net.net->ns.inum;
	return scratch;
}

static __always_inline int connect_emit(struct task_struct *task, struct sock *sk, const void *user, __u32 length,
					long result, bool async)
{
	struct martlet_connection_record *record;
	struct scratch *scratch;
	struct sock *peer;

	if (result == -EINPROGRESS)
		result = 0;
	if (!sk || (result && result != -EPERM && result != -EACCES))
		return 0;
	if (!result && has_ports(sk) && !sk->__sk_common.skc_dport)
		return 0; /* AF_UNSPEC: taken apart, not connected */
	scratch = connection_begin(MARTLET_RECORD_CONNECT, task, sk, result, async);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	if (result) {
		if (user)
			address_read_user(scratch, &record->peer, user, length);
	} else {
		address_read(&record->peer, sk, true);
		if (record->peer.family == AF_UNIX) {
			peer = as(unix_sock, sk)->peer;
			if (peer)
				unix_name_read(scratch, &record->peer, as(sock, peer));
		}
	}
	record_submit(scratch);
	return 0;
}

/* `sk` is the new socket, or the listening one where the call was refused, or the new one is gone. */
static __always_inline int accept_emit(struct task_struct *task, struct sock *sk, long result, bool async)
{
	struct martlet_connection_record *record;
	struct scratch *scratch;

	if (!sk || (result < 0 && result != -EPERM && result != -EACCES))
		return 0;
	scratch = connection_begin(MARTLET_RECORD_ACCEPT, task, sk, result, async);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	if (result >= 0 && sk->__sk_common.skc_state != TCP_LISTEN)
		address_read(&record->peer, sk, true);
	if (record->local.family == AF_UNIX)
		unix_name_read(scratch, &record->local, sk);
	record_submit(scratch);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_connect, struct pt_regs *regs, long result)
{
	struct call call;

	call_read(&call, regs);
	return connect_emit(call.task, socket_of_fd(call.task, call.args[0]), (const void *)call.args[1], call.args[2],
			    result, false);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_accept, struct pt_regs *regs, long result)
{
	struct call call;

	call_read(&call, regs);
	return accept_emit(call.task, socket_of_fd(call.task, result >= 0 ? result : call.args[0]), result, false);
}

/* As of bind.h. Before 6.11 what the request was given is in the caller's memory only. */
SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(submit_connect, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);
	struct io_connect *connect = as(io_connect, &io->cmd);
	struct sock *sk = socket_of(file_by_number(io, io->cqe.fd));
	struct martlet_connection_record *record;
	struct scratch *scratch;

	if (!quiet_begin(io, submitter_of(io), MARTLET_RECORD_CONNECT))
		return 0;
	scratch = record_prepare(sizeof(*record));
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	if (request_address(io))
		address_given(scratch, &record->peer, request_address(io), connect->addr_len, true);
	else
		address_read_user(scratch, &record->peer, connect->addr, connect->addr_len);
	if (sk) {
		record->local.family = sk->__sk_common.skc_family;
		if (record->local.family == AF_INET || record->local.family == AF_INET6)
			record->protocol = sk->sk_protocol;
		record->netns = sk->__sk_common.skc_net.net->ns.inum;
	}
	request_park(scratch, MARTLET_HANDLER_CONNECT, request);
	return 0;
}

__noinline int connect_complete(__u64 request, __u32 number)
{
	struct io_kiocb *io = as(io_kiocb, request);
	struct file *file = quiet_file(io, number);

	if (file)
		connect_emit(submitter_of(io), socket_of(file), NULL, 0, 0, true);
	else
		request_tell(request, MARTLET_HANDLER_CONNECT, MARTLET_RECORD_CONNECT, submitter_of(io));
	return 0;
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(submit_accept, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);

	quiet_begin(io, submitter_of(io), MARTLET_RECORD_ACCEPT);
	return 0;
}

/* The socket that a request has accepted, if it has, and as long as it is there. */
static __always_inline struct sock *accepted(struct io_kiocb *io)
{
	struct io_accept *accept = as(io_accept, &io->cmd);

	if (accept->file_slot)
		return socket_of(ring_file_made(io, accept->file_slot));
	return socket_of_fd(submitter_of(io), io->cqe.res);
}

__noinline int accept_complete(__u64 request, __u32 number)
{
	struct io_kiocb *io = as(io_kiocb, request);
	struct sock *sk = accepted(io);

	return accept_emit(submitter_of(io), sk ? sk : socket_of(quiet_file(io, number)), io->cqe.res, true);
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(ring_connect, void *ring_context, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);

	quiet_forget((__u64)request);
	return connect_emit(submitter_of(io), socket_of(io->file), NULL, 0, io->cqe.res, true);
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(ring_accept, void *ring_context, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);
	long result = io->cqe.res;

	quiet_forget((__u64)request);
	return accept_emit(submitter_of(io), result >= 0 ? accepted(io) : socket_of(io->file), result, true);
}

#endif
