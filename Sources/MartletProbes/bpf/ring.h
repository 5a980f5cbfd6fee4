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

/*
 * What a request for a socket keeps of the address that it was given: the kernel's copy, from 6.11 on. By 6.18 it is all that is
 * kept; at first there is more, which begins with a pointer, and that is a multiple of 8 as no family of IP is, nor AF_UNIX.
 */
static __always_inline const void *request_address(struct io_kiocb *io)
{
	__u16 family = 0;

	if (!bpf_core_type_exists(struct io_bind) || bpf_probe_read_kernel(&family, sizeof(family), io->async_data))
		return NULL;
	return family % 8 ? io->async_data : (void *)&as(io_async_msghdr, io->async_data)->addr;
}

#define FILE_PTR_FLAGS 7UL /* what the kernel notes of a file in the low bits of its address */

/* The file in a slot of the ring's own table; NULL if there is none. */
static __always_inline struct file *ring_file(struct io_kiocb *io, __u32 slot)
{
	struct io_file_table *table = &io->ctx->file_table;
	struct io_file_table___6_12 *old = (void *)table;
	struct io_rsrc_node *node = NULL;
	__u64 file = 0;

	if (!bpf_core_field_exists(table->data)) {
		bpf_probe_read_kernel(&file, sizeof(file), BPF_CORE_READ(old, files) + slot);
	} else if (slot < table->data.nr) {
		bpf_probe_read_kernel(&node, sizeof(node), table->data.nodes + slot);
		file = node ? as(io_rsrc_node, node)->file_ptr : 0;
	}
	file &= ~FILE_PTR_FLAGS;
	return file ? as(file, file) : NULL;
}

/* The file that a request made which was to put it into the ring's own table: in `file_slot` - 1, or where there was room. */
static __always_inline struct file *ring_file_made(struct io_kiocb *io, __u32 file_slot)
{
	return ring_file(io, file_slot == ~0U ? (__u32)io->cqe.res : file_slot - 1);
}

static __always_inline __u32 ring_handler_of(const volatile __u8 *handlers, struct io_kiocb *io)
{
	__u8 opcode = io->opcode;

	return opcode < MARTLET_OPCODES ? handlers[opcode] : 0;
}

#endif
