/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A path of a call, as part of a record: the claim of what it leads to, and its proof. */
#ifndef MARTLET_PLACE_H
#define MARTLET_PLACE_H

#include "park.h"
#include "resolve.h"

/* One path of a call. */
struct place {
	const void *path;  /* NULL: the descriptor itself */
	int directory;     /* descriptor that a relative path starts from */
	__u16 length;      /* of the path, where no NUL ends it */
	bool is_kernel;    /* the path is in the kernel's memory */
	bool follow;       /* a link that is the last name */
};

/* Reads the string of a place to WORK, and takes it down. Its bytes with the NUL; negative if it could not be read. */
static __always_inline long string_read(struct scratch *scratch, struct martlet_slice *string, struct place *place)
{
	long n = 1;

	scratch->bytes[WORK] = 0;
	if (place->path && place->is_kernel)
		n = bpf_probe_read_kernel_str(scratch->bytes + WORK, PATH_BYTES, place->path);
	else if (place->path)
		n = bpf_probe_read_user_str(scratch->bytes + WORK, PATH_BYTES, place->path);
	if (place->length) {
		scratch->bytes[WORK + (place->length & (PATH_BYTES - 1))] = 0;
		n = (place->length & (PATH_BYTES - 1)) + 1;
	}
	if (!n)
		n = 1; /* an empty one, as kernels up to 6.12 count its bytes */
	if (n > 1 && !string->length)
		slice_kernel_string(scratch, string, (const char *)scratch->bytes + WORK, PATH_BYTES);
	return n;
}

/*
 * Finds where a place leads now, and writes what is there to `out`: the file, or the directory that lacks it, or the one
 * that its path starts from. The caller's string goes to `string`.
 */
static __always_inline void place_read(struct resolution *found, struct scratch *scratch, struct martlet_file *out,
				       struct martlet_slice *string, struct task_struct *task, struct place *place)
{
	struct file_place at = { .offset = (void *)out - (void *)scratch->bytes };
	long n = string_read(scratch, string, place);
	__u32 flag;

	if (n < 0)
		return; /* the string is not in memory, or nowhere; at the exit of a call that succeeded it is */
	__builtin_memset(found, 0, sizeof(*found));
	found->task = (__u64)task;
	found->fd = place->directory;
	found->length = n - 1;
	found->follow = place->follow;
	resolve(found);
	at.dentry = found->dentry;
	at.mount = found->mount;
	switch (found->state) {
	case RESOLUTION_FOUND:
		flag = MARTLET_FILE_CLAIMED;
		break;
	case RESOLUTION_MISSING:
		flag = MARTLET_FILE_PARENT;
		break;
	default:
		flag = MARTLET_FILE_START;
		at.dentry = found->start;
		at.mount = found->start_mount;
	}
	if (!at.dentry)
		return;
	file_write(&at);
	out->flags |= flag;
}

/* Whether the call changed the inode that its entry found. */
static __always_inline bool proven(struct parked *slot, struct martlet_file *before)
{
	__s64 seconds;
	__u32 nanoseconds;

	if (!slot || !slot->subject)
		return false;
	if (slot->touches)
		return touched(slot, slot->subject);
	change_time_read(&seconds, &nanoseconds, as(inode, slot->subject));
	return seconds != before->ctime_s || nanoseconds != before->ctime_ns;
}

#endif
