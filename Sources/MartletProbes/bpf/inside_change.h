/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which file a change is really about: told by functions inside of the calls, which the kernel hands what it found.
 * Hook:    fentry/security_path_mkdir, _rmdir, _unlink(const struct path *directory, struct dentry *, ...),
 *          _rename(const struct path *, struct dentry *, const struct path *, struct dentry *, ...),
 *          _link(struct dentry *, const struct path *, struct dentry *), _chmod, _chown(const struct path *, ...);
 *          fentry/vfs_utimes(const struct path *, ...), vfs_setxattr, vfs_removexattr, vfs_set_acl, vfs_remove_acl
 *          (idmap, struct dentry *, const char *, ...); access control lists go by the last two from 6.2 on
 * Why:     each is called once the path was walked, and before permissions are asked and anything is done: the file is what it
 *          was, whatever becomes of the call, and no string leads to it any more
 * Checked: 6.1, 6.12
 *
 * What they tell goes into the record that the entry has parked. A call that was tried again tells it again. Those of
 * attributes get no mount: they prove what the entry found, or leave it a claim. Their name is the kernel's copy.
 */
#ifndef MARTLET_INSIDE_CHANGE_H
#define MARTLET_INSIDE_CHANGE_H

#include "change.h"
#include "inside.h"

/* What a function was given. */
struct reach {
	__u32 type;                  /* of the change: enum martlet_record_type */
	__u64 mount, dentry;         /* the file; `mount` is 0 where only the entry could know it */
	__u64 new_mount, new_dentry; /* link, rename: the second name */
	const void *attribute;
};

/* Writes that into the record of the call, if one is parked. A function of its own, which the verifier looks at once. */
__noinline int change_reach(struct reach *reach)
{
	struct file_place file = { .offset = offsetof(struct martlet_change_record, file) };
	struct file_place destination = { .offset = offsetof(struct martlet_change_record, destination) };
	struct parked *slot = parked_record();
	struct martlet_change_record *record;
	struct scratch *scratch;
	bool is_same;
	__u32 handler;

	if (!reach || !slot || slot->type != reach->type || slot->handler != handler_inside())
		return 0;
	handler = slot->handler;
	file.mount = slot->mount;
	file.dentry = slot->dentry;
	is_same = slot->dentry == reach->dentry;
	scratch = record_reopen(slot);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	if (reach->mount) {
		file.mount = reach->mount;
		file.dentry = reach->dentry;
		file_write(&file);
	}
	destination.mount = reach->new_mount;
	destination.dentry = reach->new_dentry;
	if (destination.dentry)
		file_write(&destination);
	if (reach->attribute)
		slice_kernel_string(scratch, &record->attribute, reach->attribute, NAME_BYTES);
	slot = record_park(scratch, handler);
	if (!slot)
		return 0;
	/* an overlay hands an attribute on to the file below: the first was the call's */
	slot->type = reach->attribute ? 0 : reach->type;
	slot->is_reached = reach->mount || is_same;
	if (file.dentry)
		subject_note(slot, file.mount, file.dentry, reach->type);
	if (destination.dentry)
		destination_note(slot, destination.mount, destination.dentry, reach->type);
	return 0;
}

static __always_inline int file_reach(__u32 type, struct path *path, struct dentry *dentry)
{
	struct reach reach = { .type = type, .mount = mount_of(as(path, path)->mnt), .dentry = (__u64)dentry };

	if (!dentry)
		reach.dentry = (__u64)as(path, path)->dentry;
	change_reach(&reach);
	return 0;
}

/* Of the directory there is the name alone: what the call makes of it is told when it ends. */
SEC("fentry/security_path_mkdir")
int BPF_PROG(inside_security_path_mkdir, struct path *directory, struct dentry *dentry)
{
	return file_reach(MARTLET_RECORD_MKDIR, directory, dentry);
}

SEC("fentry/security_path_unlink")
int BPF_PROG(inside_security_path_unlink, struct path *directory, struct dentry *dentry)
{
	return file_reach(MARTLET_RECORD_UNLINK, directory, dentry);
}

SEC("fentry/security_path_rmdir")
int BPF_PROG(inside_security_path_rmdir, struct path *directory, struct dentry *dentry)
{
	return file_reach(MARTLET_RECORD_RMDIR, directory, dentry);
}

SEC("fentry/security_path_chmod")
int BPF_PROG(inside_security_path_chmod, struct path *path)
{
	return file_reach(MARTLET_RECORD_CHMOD, path, NULL);
}

SEC("fentry/security_path_chown")
int BPF_PROG(inside_security_path_chown, struct path *path)
{
	return file_reach(MARTLET_RECORD_CHOWN, path, NULL);
}

SEC("fentry/vfs_utimes")
int BPF_PROG(inside_vfs_utimes, struct path *path)
{
	return file_reach(MARTLET_RECORD_UTIMES, path, NULL);
}

SEC("fentry/security_path_rename")
int BPF_PROG(inside_security_path_rename, struct path *from, struct dentry *file, struct path *to, struct dentry *name)
{
	struct reach reach = {
		.type = MARTLET_RECORD_RENAME,
		.mount = mount_of(as(path, from)->mnt),
		.dentry = (__u64)file,
		.new_mount = mount_of(as(path, to)->mnt),
		.new_dentry = (__u64)name,
	};

	change_reach(&reach);
	return 0;
}

/* A link is made in the mount of its file only. */
SEC("fentry/security_path_link")
int BPF_PROG(inside_security_path_link, struct dentry *file, struct path *to, struct dentry *name)
{
	struct reach reach = { .type = MARTLET_RECORD_LINK, .dentry = (__u64)file, .new_dentry = (__u64)name };

	reach.mount = reach.new_mount = mount_of(as(path, to)->mnt);
	change_reach(&reach);
	return 0;
}

static __always_inline int attribute_reach(__u32 type, struct dentry *dentry, const char *name)
{
	struct reach reach = { .type = type, .dentry = (__u64)dentry, .attribute = name };

	change_reach(&reach);
	return 0;
}

SEC("fentry/vfs_setxattr")
int BPF_PROG(inside_vfs_setxattr, void *idmap, struct dentry *dentry, const char *name)
{
	return attribute_reach(MARTLET_RECORD_SETXATTR, dentry, name);
}

SEC("fentry/vfs_removexattr")
int BPF_PROG(inside_vfs_removexattr, void *idmap, struct dentry *dentry, const char *name)
{
	return attribute_reach(MARTLET_RECORD_REMOVEXATTR, dentry, name);
}

SEC("fentry/vfs_set_acl")
int BPF_PROG(inside_vfs_set_acl, void *idmap, struct dentry *dentry, const char *name)
{
	return attribute_reach(MARTLET_RECORD_SETXATTR, dentry, name);
}

SEC("fentry/vfs_remove_acl")
int BPF_PROG(inside_vfs_remove_acl, void *idmap, struct dentry *dentry, const char *name)
{
	return attribute_reach(MARTLET_RECORD_REMOVEXATTR, dentry, name);
}

#endif
