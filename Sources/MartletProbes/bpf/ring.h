/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One io_uring request as its programs see it, when it is submitted and when it is complete. */
#ifndef MARTLET_RING_H
#define MARTLET_RING_H

#include "record.h"

/* The task that submitted a request, also when a worker does the work. */
static __always_inline struct task_struct *submitter_of(struct io_kiocb *io)
{
	struct io_kiocb___6_11 *old = (void *)io;

	if (bpf_core_field_exists(io->tctx))
		return as(task_struct, io->tctx->task);
	return as(task_struct, BPF_CORE_READ(old, task));
}

/* The descriptor that a request is for, before it is looked up; -1 for one of the ring's own table. */
static __always_inline int request_fd(struct io_kiocb *io)
{
	return io->flags & REQ_F_FIXED_FILE ? -1 : io->cqe.fd;
}

static __always_inline __u32 ring_handler_of(const volatile __u8 *handlers, struct io_kiocb *io)
{
	__u8 opcode = io->opcode;

	return opcode < MARTLET_OPCODES ? handlers[opcode] : 0;
}

#endif
