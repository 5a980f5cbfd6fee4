/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mount: a mount was attached to the tree of a mount namespace, or moved within it.
 * Hook:    the entry and the exit of mount, move_mount; the exit of open_tree
 * Why:     both interfaces end in a tree that has one mount more, or one in another place (mounts.h): so the mount is the
 *          kernel's own, whatever became of the strings of the call. A detached mount, of fsmount or open_tree, is no
 *          event until move_mount attaches it
 * Checked: 6.12, 6.18
 *
 * What a bind mount was made from the kernel does not keep. Every mount that shows the new one's root may be it.
 */
#ifndef MARTLET_MOUNT_H
#define MARTLET_MOUNT_H

#include "file.h"
#include "mounts.h"

#define MS_REMOUNT 32
#define MS_BIND 4096
#define MS_PROPAGATION (1 << 17 | 1 << 18 | 1 << 19 | 1 << 20) /* unbindable, private, slave, shared */
#define MS_MGC_VAL 0xc0ed0000 /* once the mark of a new kind of flags; the kernel still takes it off */
#define MS_MGC_MSK 0xffff0000
#define OPEN_TREE_CLONE 1
#define DENTRIES 4096 /* from a directory up to the root of its file system */

/* Mounts that open_tree cloned and that are not attached yet, so far as was seen. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64); /* struct mount */
	__type(value, __u8);
} MAP(cloned_mounts);

/* Whether a call of mount(2) with these flags attaches something. */
static __always_inline bool attaches(__u32 flags)
{
	if ((flags & MS_MGC_MSK) == MS_MGC_VAL)
		flags &= ~MS_MGC_MSK;
	return !(flags & MS_REMOUNT) && (flags & MS_BIND || !(flags & MS_PROPAGATION));
}

static __always_inline struct vfsmount *vfsmount_of(__u64 mount)
{
	return as(vfsmount, mount + bpf_core_field_offset(struct mount, mnt));
}

struct dentry_walk {
	struct scratch *scratch; /* NULL: only look */
	__u64 dentry;
	__u64 end;
	__u32 found;
};

static long dentry_step(__u32 index, struct dentry_walk *walk)
{
	struct dentry *dentry = as(dentry, walk->dentry);
	__u64 up = (__u64)dentry->d_parent;

	if (walk->dentry == walk->end) {
		walk->found = 1;
		return 1;
	}
	walk->dentry = up;
	return (__u64)dentry == up;
}

static __always_inline bool is_below(__u64 dentry, __u64 directory)
{
	struct dentry_walk walk = { .dentry = dentry, .end = directory };

	bpf_loop(DENTRIES, dentry_step, &walk, 0);
	return walk.found;
}

static long name_step(__u32 index, struct dentry_walk *walk)
{
	struct dentry *dentry = as(dentry, walk->dentry);
	__u64 up = (__u64)dentry->d_parent;
	long n;

	if (up == walk->dentry || walk->scratch->tail - walk->end > PATH_BYTES - NAME_BYTES)
		return 1;
	n = bpf_probe_read_kernel_str(tail_pointer(walk->scratch), NAME_BYTES, dentry->d_name.name);
	if (n <= 0)
		return 1;
	walk->scratch->tail += n;
	walk->dentry = up;
	return 0;
}

/* The root of a mount has a path that ends in its file system, not in the mount point. */
static __always_inline void root_path_read(struct scratch *scratch, struct martlet_file *out, __u64 root)
{
	struct dentry_walk walk = { .scratch = scratch, .dentry = root };

	if (out->path.length)
		scratch->tail = out->path.offset;
	out->path.offset = walk.end = scratch->tail;
	bpf_loop(DENTRIES, name_step, &walk, 0);
	out->mount_depth = out->path.length = scratch->tail - out->path.offset;
}

/* Notes the mounts that show what a new one does: their address, where their path is to come. */
static long source_step(__u32 index, struct mounts_walk *walk)
{
	struct martlet_mount_record *record = (void *)walk->scratch->bytes;
	struct mount *mount = mount_at(walk);

	if (record->source_count >= MARTLET_MOUNT_SOURCES)
		return 1;
	if (!walk->here.ascending && walk->here.at != walk->change.mount) {
		struct vfsmount *new = vfsmount_of(walk->change.mount);
		__u64 unique = unique_of(mount);

		/* What is younger was made by the same call. */
		if (mount->mnt.mnt_sb == new->mnt_sb && (!unique || unique < walk->change.unique) &&
		    is_below((__u64)new->mnt_root, (__u64)mount->mnt.mnt_root)) {
			struct martlet_mount_source *source =
				&record->sources[record->source_count & (MARTLET_MOUNT_SOURCES - 1)];

			source->mount_id = mount->mnt_id;
			bpf_probe_read_kernel(&source->path, sizeof(source->path), &walk->here.at);
			record->source_count++;
		}
	}
	return mounts_advance(walk);
}

static long source_path_step(__u32 index, struct mounts_walk *walk)
{
	struct martlet_mount_record *record = (void *)walk->scratch->bytes;
	struct martlet_mount_source *source = &record->sources[index & (MARTLET_MOUNT_SOURCES - 1)];
	struct martlet_file file = {};
	__u64 mount = 0;

	if (index >= record->source_count)
		return 1;
	bpf_probe_read_kernel(&mount, sizeof(mount), &source->path);
	path_read(walk->scratch, &file, mount, (__u64)vfsmount_of(walk->change.mount)->mnt_root);
	source->path = file.path;
	source->flags = file.flags;
	return 0;
}

/* Fills in what a bind mount may have been made from. */
__noinline int mount_sources_read(__u64 found, __u64 unique)
{
	struct mounts_walk walk = { .scratch = scratch_in_use(), .change = { .mount = found, .unique = unique } };

	if (!walk.scratch)
		return 0;
	mounts_start(&walk, current_task());
	bpf_loop(MOUNT_STEPS, source_step, &walk, 0);
	bpf_loop(MARTLET_MOUNT_SOURCES, source_path_step, &walk, 0);
	return 0;
}

/* Fills in what the caller called the source. */
__noinline int mount_word_read(__u64 user_source)
{
	struct path *directory = &current_task()->fs->pwd;
	struct scratch *scratch = scratch_in_use();
	struct martlet_mount_record *record;
	struct martlet_file base = {};

	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	slice_user_string(scratch, &record->user_source, (const void *)user_source, PATH_BYTES);
	path_read(scratch, &base, mount_of(directory->mnt), (__u64)directory->dentry);
	record->base = base.path;
	return 0;
}

static __always_inline void mount_finish(struct scratch *scratch, struct call *call, struct mounts_change *change)
{
	struct martlet_mount_record *record = (void *)scratch->bytes;
	struct mount *mount = as(mount, change->mount);
	__u64 found = address_of(mount); /* a plain number, as functions that are not static take it */

	record->attached.offset = sizeof(*record);
	record->attached.length = scratch->tail - sizeof(*record);
	record->mount_id = mount->mnt_id;
	record->parent_id = mount->mnt_parent->mnt_id;
	record->device = mount->mnt.mnt_sb->s_dev;
	file_read(scratch, &record->mountpoint, vfsmount_of((__u64)mount->mnt_parent), mount->mnt_mountpoint);
	file_read(scratch, &record->root, vfsmount_of(change->mount), mount->mnt.mnt_root);
	root_path_read(scratch, &record->root, (__u64)mount->mnt.mnt_root);
	if (call->handler == MARTLET_HANDLER_MOUNT)
		mount_word_read(call->args[0]);
	if (change->moved) {
		record->flags = MARTLET_MOUNT_MOVED;
	} else if (call->handler == MARTLET_HANDLER_MOUNT) {
		if (call->args[3] & MS_BIND) {
			record->flags = MARTLET_MOUNT_BIND;
			mount_sources_read(found, change->unique);
		}
	} else if (bpf_map_lookup_elem(&cloned_mounts, &found)) {
		record->flags = MARTLET_MOUNT_BIND;
		mount_sources_read(found, change->unique);
		bpf_map_delete_elem(&cloned_mounts, &found);
	}
}

SEC("tp_btf/sys_enter")
int BPF_PROG(enter_mount, struct pt_regs *regs, long number)
{
	struct call call;

	call_read(&call, regs);
	if (call.handler != MARTLET_HANDLER_MOUNT || attaches(call.args[3]))
		mounts_note(call.task);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_mount, struct pt_regs *regs, long result)
{
	struct mounts_change change = {};
	struct scratch *scratch;
	struct call call;
	bool noted;

	call_read(&call, regs);
	if (call.handler == MARTLET_HANDLER_MOUNT && !attaches(call.args[3]))
		return 0;
	scratch = record_prepare(sizeof(struct martlet_mount_record));
	if (!scratch) {
		mounts_forget(0);
		if (!result) {
			__u64 cgroup = ledger_see(MARTLET_RECORD_MOUNT, cgroup_of(call.task));

			ledger_lose(MARTLET_RECORD_MOUNT, cgroup, lost_scratch);
		}
		return 0;
	}
	noted = mounts_compare(&change);
	mounts_forget(0);
	if (result || (noted && !change.mount)) {
		record_drop(scratch);
		return 0;
	}
	scratch->envelope.cgroup = ledger_see(MARTLET_RECORD_MOUNT, cgroup_of(call.task));
	if (!noted) {
		record_lose(scratch, MARTLET_RECORD_MOUNT);
		return 0;
	}
	header_write(scratch, MARTLET_RECORD_MOUNT, call.task, 0);
	mount_finish(scratch, &call, &change);
	record_submit(scratch);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_open_tree, struct pt_regs *regs, long result)
{
	struct call call;
	struct file *file;
	__u8 mark = 1;
	__u64 mount;

	call_read(&call, regs);
	if (result < 0 || !(call.args[2] & OPEN_TREE_CLONE))
		return 0;
	file = file_of(call.task, result);
	if (!file)
		return 0;
	mount = mount_of(file->f_path.mnt);
	bpf_map_update_elem(&cloned_mounts, &mount, &mark, BPF_ANY);
	return 0;
}

#endif
