/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a call changes, while it does. It is the proof of what the entry found, and where the kernel did not have the name in its
 * cache then, it has it now: the file is found late.
 * Hook:    tp_btf/inode_set_ctime_to_ts, tp_btf/ctime_ns_xchg, tp_btf/ctime_xchg_skip(struct inode *, ...)
 * Why:     whatever changes an inode gives it a new change time, on every file system, in the midst of the call and in
 *          the thread that makes it. The kernel has these since 6.13
 * Checked: 6.18
 *
 * What is found late is not as it was before the call: what that has changed by then is left out. Before a chown that would be the
 * owner, which no event of a file may lack: its file is not found late.
 */
#ifndef MARTLET_LATE_H
#define MARTLET_LATE_H

#include "change.h"

#define MAX_ALIASES 64 /* names of one inode that are looked at */

struct alias_search {
	__u64 node;      /* of the inode's list of names */
	__u64 directory;
	__u64 name;
	__u64 found;
};

static long alias_step(__u32 index, struct alias_search *search)
{
	__u64 address = search->node - bpf_core_field_offset(struct dentry, d_u.d_alias);
	struct dentry *dentry = as(dentry, address);

	if (!search->node)
		return 1;
	if ((__u64)dentry->d_parent == search->directory && dentry->d_name.hash == (__u32)search->name &&
	    dentry->d_name.len == search->name >> 32)
		search->found = address;
	search->node = (__u64)as(hlist_node, search->node)->next;
	return !!search->found;
}

/* Leaves out of a file what the call has changed, or may have. */
static __always_inline void changed_forget(struct martlet_file *file, __u32 type)
{
	file->ctime_s = file->ctime_ns = 0;
	if (type == MARTLET_RECORD_CHMOD)
		file->mode = 0;
	if (type == MARTLET_RECORD_UTIMES)
		file->mtime_s = file->mtime_ns = 0;
}

/* Finds the file of the parked record, if it is the one with this inode. A function of its own, which the verifier looks at once. */
__noinline int late_find(__u64 inode)
{
	struct file_place place = { .offset = offsetof(struct martlet_change_record, file) };
	struct parked *slot = parked_record();
	struct martlet_change_record *record;
	struct alias_search search = {};
	struct scratch *scratch;

	if (!slot || slot->size > PARKED_BYTES)
		return 0;
	search.node = (__u64)as(inode, inode)->i_dentry.first;
	search.directory = slot->directory;
	search.name = slot->name;
	numbers_forget(&search, sizeof(search));
	bpf_loop(MAX_ALIASES, alias_step, &search, 0);
	if (!search.found)
		return 0;
	place.mount = slot->mount;
	place.dentry = search.found;
	scratch = record_reopen(slot);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	file_write(&place);
	record->file.flags |= MARTLET_FILE_CLAIMED | MARTLET_FILE_LATE;
	changed_forget(&record->file, slot->type);
	if (record_close(scratch, slot)) {
		slot->directory = 0;
		subject_note(slot, place.mount, place.dentry, slot->type);
	}
	return 0;
}

static __always_inline int touch(struct inode *inode)
{
	struct parked *slot = parked_record();

	if (!slot)
		return 0;
	slot->touched[slot->touches++ & (TOUCHED - 1)] = (__u64)inode;
	if (slot->directory)
		late_find(address_of(inode));
	return 0;
}

SEC("tp_btf/inode_set_ctime_to_ts")
int BPF_PROG(martlet_ctime_set, struct inode *inode)
{
	return touch(inode);
}

SEC("tp_btf/ctime_ns_xchg")
int BPF_PROG(martlet_ctime_swap, struct inode *inode)
{
	return touch(inode);
}

SEC("tp_btf/ctime_xchg_skip")
int BPF_PROG(martlet_ctime_same, struct inode *inode)
{
	return touch(inode);
}

#endif
