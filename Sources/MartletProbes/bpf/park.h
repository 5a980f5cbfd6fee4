/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Records that begin at the entry of a call, where a file still is what the call will change or remove, and end at its
 * exit. In between they are parked with their thread, so that a thread that dies in its call takes its record along. The
 * slices of a parked record stay valid: its bytes come back to where they were.
 *
 * A call that does not find its record at the exit (tracing began in the midst of it, or memory was short) goes without.
 */
#ifndef MARTLET_PARK_H
#define MARTLET_PARK_H

#include "record.h"

#define PARKED_BYTES 3584  /* enough for nearly all; a thread that parked once keeps this room as long as it lives */
#define PARKED_LARGE 20480 /* two paths, two strings and the fixed part, all of the greatest length */

#define PARK_AT 65536    /* a place in the scratch that no record of a file reaches */
#define TOUCHED 8 /* a rename touches four; a power of two */

struct parked {
	__u32 handler;    /* whose call it is; 0: none */
	__u32 size;
	__u64 dentry;     /* of the file that the call is about, 0 where the entry did not find it */
	__u64 mount;      /* its struct mount */
	__u64 subject;    /* what the call is expected to change: an inode, or a pipe */
	__u64 directory;  /* dentry, on `mount`, where the entry did not find the name that the file has there; 0: it need not be found */
	__u64 name;       /* that name, as in struct resolution */
	__u64 gates;      /* of the filter, that the names of the file open */
	__u64 touched[TOUCHED]; /* inodes that the call gave a new change time, the latest */
	__u32 touches;
	__u32 round;      /* of the filters, when they were asked for the gates */
	__u32 type;       /* of a change that its inside may tell more of (inside_change.h): enum martlet_record_type */
	__u32 is_reached; /* its file is the one that the kernel came to */
	__u8 bytes[PARKED_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct parked);
} MAP(parked);

struct parked_large {
	__u8 bytes[PARKED_LARGE];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct parked_large);
} MAP(parked_large);

/* The record that the current thread has parked, NULL if there is none. */
static __always_inline struct parked *parked_record(void)
{
	struct parked *slot = bpf_task_storage_get(&parked, bpf_get_current_task_btf(), NULL, 0);

	return slot && slot->handler ? slot : NULL;
}

/* Whether the call gave the inode a new change time, as late.h notes: the proof of what its path was taken for. */
static __noinline bool touched(struct parked *slot, __u64 inode)
{
	for (__u32 i = 0; i < TOUCHED; i++)
		if (slot->touched[i] == inode)
			return true;
	return false;
}

/* Starts a record whose call only begins: nothing is seen yet or lost, and its header is written at the end. */
static __always_inline struct scratch *record_prepare(__u32 size)
{
	struct scratch *scratch = scratch_take();

	if (!scratch)
		return NULL;
	scratch->tail = size;
	__builtin_memset(scratch->bytes, 0, size);
	return scratch;
}

/* Readies a slot for a record of `size` bytes. */
static __always_inline void slot_fill(struct parked *slot, struct scratch *scratch, __u32 handler, __u32 size)
{
	slot->handler = handler;
	slot->size = size;
	slot->dentry = slot->mount = slot->subject = slot->directory = 0;
	slot->touches = slot->type = slot->is_reached = 0;
	slot->gates = ~0ULL;
	__builtin_memset(slot->touched, 0, sizeof(slot->touched));
	if (size <= PARKED_BYTES)
		bpf_probe_read_kernel(slot->bytes, size, scratch->bytes);
}

/* Gives back to a slot what record_reopen took from it, which has grown. Where it has grown too large it stays what it was. */
static __always_inline bool record_close(struct scratch *scratch, struct parked *slot)
{
	__u32 size = scratch->tail;
	bool has_room = size <= PARKED_BYTES;

	if (has_room) {
		bpf_probe_read_kernel(slot->bytes, size, scratch->bytes);
		slot->size = size;
	}
	scratch->busy = 0;
	return has_room;
}

/* Parks what was prepared, and gives the scratch back. NULL where there is no room. */
static __always_inline struct parked *record_park(struct scratch *scratch, __u32 handler)
{
	struct parked *slot = bpf_task_storage_get(&parked, bpf_get_current_task_btf(), NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	__u32 size = scratch->tail;
	struct parked_large *large;

	if (slot) {
		slot_fill(slot, scratch, handler, size);
		if (size > PARKED_BYTES) {
			large = bpf_task_storage_get(&parked_large, bpf_get_current_task_btf(), NULL,
						     BPF_LOCAL_STORAGE_GET_F_CREATE);
			if (large && size <= PARKED_LARGE)
				bpf_probe_read_kernel(large->bytes, size, scratch->bytes);
			else
				slot->handler = 0;
		}
	}
	scratch->busy = 0;
	return slot;
}

/* Records of io_uring are parked with the request, whoever will do the work. One whose end is not told makes room. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64); /* the address of the io_kiocb */
	__type(value, struct parked);
} MAP(parked_requests);

static __always_inline struct parked *request_park(struct scratch *scratch, __u32 handler, void *request)
{
	__u64 key = (__u64)request;
	__u32 size = scratch->tail;
	struct parked *slot = NULL;

	/* whatever lies in the scratch: all that counts is written below */
	if (size <= PARKED_BYTES && !bpf_map_update_elem(&parked_requests, &key, scratch->bytes + PARK_AT, BPF_ANY))
		slot = bpf_map_lookup_elem(&parked_requests, &key);
	if (slot)
		slot_fill(slot, scratch, handler, size);
	scratch->busy = 0;
	return slot;
}

/* Brings the bytes of a parked record back to where they were. False where they are not to be had. */
static __always_inline bool bytes_resume(struct scratch *scratch, struct parked *slot)
{
	struct parked_large *large = NULL;
	__u32 size = slot->size;

	if (size <= PARKED_BYTES) {
		bpf_probe_read_kernel(scratch->bytes, size, slot->bytes);
	} else {
		large = bpf_task_storage_get(&parked_large, bpf_get_current_task_btf(), NULL, 0);
		if (!large || size > PARKED_LARGE)
			return false;
		bpf_probe_read_kernel(scratch->bytes, size, large->bytes);
		bpf_task_storage_delete(&parked_large, bpf_get_current_task_btf());
	}
	scratch->tail = size;
	return true;
}

/* Takes a parked record up again: as record_begin, with what its entry wrote behind the header. */
static __always_inline struct scratch *record_resume(struct parked *slot, __u32 type, struct task_struct *task, __s64 result)
{
	struct scratch *scratch;

	slot->handler = 0;
	scratch = scratch_begin(type, task);
	if (!scratch)
		return NULL;
	if (!bytes_resume(scratch, slot)) {
		record_lose(scratch, type);
		return NULL;
	}
	header_write(scratch, type, task, result);
	return scratch;
}

/* Tells what was parked with a request of which nothing more is known than that it succeeded. */
static __always_inline void request_tell(__u64 request, __u32 handler, __u32 type, struct task_struct *task)
{
	struct parked *slot = bpf_map_lookup_elem(&parked_requests, &request);
	struct scratch *scratch;

	if (!slot || slot->handler != handler) {
		ledger_miss(type, cgroup_of(task));
		return;
	}
	scratch = record_resume(slot, type, task, 0);
	if (scratch) {
		((struct martlet_record_header *)scratch->bytes)->flags |= MARTLET_FLAG_ASYNC;
		record_submit(scratch);
	}
}

/* Takes a parked record up to write more of it, and to park it again. Nothing is seen yet, or lost. */
static __always_inline struct scratch *record_reopen(struct parked *slot)
{
	struct scratch *scratch = scratch_take();

	if (scratch && !bytes_resume(scratch, slot)) {
		record_drop(scratch);
		return NULL;
	}
	return scratch;
}

#endif
