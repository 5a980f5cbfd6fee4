/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What only the inside of a call knows: the file that the kernel came to, as it was before the call did its work.
 * Hook:    fexit/may_open(idmap, const struct path *, int asked, int flags), fexit/vfs_open(const struct path *, struct file *),
 *          fentry/vfs_truncate(const struct path *, loff_t)
 * Why:     may_open says whether a file that a walk came to may be opened, and an overlay copies the file afterwards; vfs_open
 *          ends with what security modules and the file's driver say; to vfs_truncate truncate(2) hands what it has found
 * Checked: 6.1, 6.12
 *
 * It is parked with the thread, and the exit of the call takes it up (open.h). Kernels that let no functions be hooked, or have
 * one of these inlined, go without: the exit does what it can.
 */
#ifndef MARTLET_INSIDE_H
#define MARTLET_INSIDE_H

#include "call.h"
#include "file.h"
#include "park.h"
#include "scope.h"

/* Opens of which something is parked, or more: while there are none, exits of opens pay for one load. */
__u64 noted SEC(".data.noted");

/* The handler of the call that the current thread is in, if it is watched and the call is looked at; else 0. */
static __always_inline __u32 handler_inside(void)
{
	struct pt_regs *regs = as(pt_regs, bpf_task_pt_regs(bpf_get_current_task_btf()));
	__u32 handler = handler_of(&watch.exits, regs);

	return handler && in_scope(current_task()) ? handler : 0;
}

static __always_inline bool is_open(__u32 handler)
{
	return handler >= MARTLET_HANDLER_OPEN && handler <= MARTLET_HANDLER_OPEN_BY_HANDLE_AT;
}

/* Takes what was noted inside of the open that ends: a whole record of what was refused, or the copied file (`size` is 0). */
static __always_inline struct parked *note_take(void)
{
	struct parked *slot = noted ? parked_record() : NULL;

	if (!slot || !is_open(slot->handler))
		return NULL;
	slot->handler = 0;
	__sync_fetch_and_sub(&noted, 1);
	return slot;
}

/* Parks a record with a file and no more. False where there is no room. */
static __always_inline bool path_note(struct path *path, __u32 handler, __u32 open_flags)
{
	struct martlet_open_record *record;
	struct scratch *scratch = record_prepare(sizeof(*record));

	if (!scratch)
		return false;
	record = (void *)scratch->bytes;
	record->open_flags = open_flags;
	file_read(scratch, &record->file, path->mnt, path->dentry);
	return record_park(scratch, handler);
}

static __always_inline void refusal_note(struct path *path)
{
	__u32 handler = handler_inside();
	bool is_first;

	if (!is_open(handler) || nameless(path->dentry->d_sb))
		return;
	is_first = !parked_record();
	if (path_note(path, handler, 0) && is_first)
		__sync_fetch_and_add(&noted, 1);
}

/* Notes that a file which is opened for writing is in none but a lower layer, where the open does not leave it. */
static __always_inline void copy_note(struct path *path)
{
	__u32 handler = handler_inside();
	struct parked *slot;

	if (!is_open(handler))
		return;
	slot = bpf_task_storage_get(&parked, bpf_get_current_task_btf(), NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!slot)
		return;
	if (!slot->handler)
		__sync_fetch_and_add(&noted, 1);
	slot->handler = handler;
	slot->size = 0;
	slot->dentry = (__u64)path->dentry;
}

SEC("fexit/may_open")
int BPF_PROG(inside_may_open, void *idmap, struct path *path, int asked, int flags, int result)
{
	struct dentry *dentry;

	path = as(path, path);
	if (result == -EACCES || result == -EPERM) {
		refusal_note(path);
	} else if (!result && asked & MAY_WRITE) {
		dentry = path->dentry;
		if (dentry->d_sb->s_magic == OVERLAYFS_MAGIC && overlay_layer(dentry->d_inode) == MARTLET_LAYER_LOWER)
			copy_note(path);
	}
	return 0;
}

SEC("fexit/vfs_open")
int BPF_PROG(inside_vfs_open, struct path *path, struct file *file, int result)
{
	if (result == -EACCES || result == -EPERM)
		refusal_note(as(path, path));
	return 0;
}

SEC("fentry/vfs_truncate")
int BPF_PROG(inside_vfs_truncate, struct path *path, long length)
{
	__u32 handler = handler_inside();

	if (handler == MARTLET_HANDLER_TRUNCATE)
		path_note(as(path, path), handler, O_CREAT | O_WRONLY | O_TRUNC);
	return 0;
}

#endif
