/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tree of mounts of a namespace, and what changed in it since the entry of a call.
 *
 * At the exit of mount(2) and umount(2) nothing leads from their strings to the mount that came, moved or went. So the
 * entry notes where each mount of the namespace hangs, and the exit looks which one hangs elsewhere, was not there, or is
 * not there any more. That costs a walk over the mounts on either side, some 0.5 µs each, of a call that is rare.
 */
#ifndef MARTLET_MOUNTS_H
#define MARTLET_MOUNTS_H

#include "call.h"
#include "park.h"

#define MOUNTS 16384 /* mounts of a namespace that are noted, and ids that a record takes */
#define MOUNT_STEPS (2 * MOUNTS)

struct mount_key {
	__u64 mount;  /* struct mount; 0: the row that the chain of this thread's rows begins in */
	__u64 tid;
};

struct mount_place {
	__u64 parent, mountpoint;
	__u64 unique;  /* mnt_id_unique */
	__u64 next;    /* struct mount of the next row of the thread; 0 at the end */
	__u32 id;
	__u32 seen;    /* it is still there at the exit */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MOUNTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct mount_key);
	__type(value, struct mount_place);
} MAP(mount_places);

/* A walk over a tree of mounts, parents before children. */
struct mounts_walk {
	__u64 root, at;
	__u32 ascending;
	__u32 done;     /* all of the tree was seen */
	__u64 tid;
	__u64 next;     /* the row that is next in the chain */
	__u64 found;    /* struct mount: the topmost that changed */
	__u64 unique;   /* its */
	__u32 moved;
	__u32 id;
	struct scratch *scratch;
};

static __always_inline struct mount *mount_at(struct mounts_walk *walk) { return as(mount, walk->at); }

static __always_inline __u64 unique_of(struct mount *mount)
{
	return bpf_core_field_exists(mount->mnt_id_unique) ? mount->mnt_id_unique : 0;
}

/* Goes on to the next mount. Returns 1 at the end, and where a tree that changes meanwhile led astray. */
static __always_inline long mounts_advance(struct mounts_walk *walk)
{
	struct mount *mount = mount_at(walk);
	__u64 parent, next;

	if (!walk->ascending) {
		next = (__u64)mount->mnt_mounts.next;
		if (next && next != walk->at + bpf_core_field_offset(struct mount, mnt_mounts)) {
			walk->at = next - bpf_core_field_offset(struct mount, mnt_child);
			return 0;
		}
		walk->ascending = 1;
	}
	if (walk->at == walk->root) {
		walk->done = 1;
		return 1;
	}
	parent = (__u64)mount->mnt_parent;
	next = (__u64)mount->mnt_child.next;
	if (!parent || !next)
		return 1;
	if (next == parent + bpf_core_field_offset(struct mount, mnt_mounts)) {
		walk->at = parent;
	} else {
		walk->at = next - bpf_core_field_offset(struct mount, mnt_child);
		walk->ascending = 0;
	}
	return 0;
}

static __always_inline void mounts_start(struct mounts_walk *walk, struct task_struct *task)
{
	walk->root = walk->at = (__u64)task->nsproxy->mnt_ns->root;
	walk->ascending = walk->done = 0;
	walk->tid = task->pid;
}

static long note_step(__u32 index, struct mounts_walk *walk)
{
	if (!walk->ascending) {
		struct mount *mount = mount_at(walk);
		struct mount_key key = { walk->at, walk->tid };
		struct mount_place place = { .parent = (__u64)mount->mnt_parent,
					     .mountpoint = (__u64)mount->mnt_mountpoint,
					     .unique = unique_of(mount),
					     .next = walk->next,
					     .id = mount->mnt_id };

		if (bpf_map_update_elem(&mount_places, &key, &place, BPF_ANY))
			return 1;
		walk->next = walk->at;
	}
	return mounts_advance(walk);
}

/* Appends the id of a mount to the tail. */
static __always_inline void id_append(struct scratch *scratch, __u32 id)
{
	*(__u32 *)tail_pointer(scratch) = id;
	scratch->tail += sizeof(id);
}

static long compare_step(__u32 index, struct mounts_walk *walk)
{
	if (!walk->ascending) {
		struct mount *mount = mount_at(walk);
		struct mount_key key = { walk->at, walk->tid };
		struct mount_place *place = bpf_map_lookup_elem(&mount_places, &key);
		__u64 unique = unique_of(mount);
		bool moved = place && (place->parent != (__u64)mount->mnt_parent ||
				       place->mountpoint != (__u64)mount->mnt_mountpoint);

		if (place)
			place->seen = 1;
		else
			id_append(walk->scratch, mount->mnt_id);
		/* What propagates, and what hangs below, was made after what it was made for. */
		if ((!place || moved) && (!walk->found || unique < walk->unique)) {
			walk->found = walk->at;
			walk->unique = unique;
			walk->moved = moved;
		}
	}
	return mounts_advance(walk);
}

/* Of the mounts that are gone, the topmost. */
static long gone_step(__u32 index, struct mounts_walk *walk)
{
	struct mount_key key = { walk->next, walk->tid }, above = { .tid = walk->tid };
	struct mount_place *place = bpf_map_lookup_elem(&mount_places, &key), *parent;

	if (!place)
		return 1;
	walk->next = place->next;
	if (place->seen || !key.mount)
		return !walk->next;
	id_append(walk->scratch, place->id);
	above.mount = place->parent;
	parent = bpf_map_lookup_elem(&mount_places, &above);
	if (parent && !parent->seen)
		return !walk->next;
	if (!walk->found || place->unique < walk->unique) {
		walk->found = key.mount;
		walk->unique = place->unique;
		walk->id = place->id;
	}
	return !walk->next;
}

static long forget_step(__u32 index, struct mounts_walk *walk)
{
	struct mount_key key = { walk->next, walk->tid };
	struct mount_place *place = bpf_map_lookup_elem(&mount_places, &key);

	if (!place)
		return 1;
	walk->next = place->next;
	bpf_map_delete_elem(&mount_places, &key);
	return !walk->next;
}

/* Takes what the current thread noted out of the map, from the row that begins its chain, or the row at `next`. */
static __always_inline void mounts_forget(struct task_struct *task, __u64 next)
{
	struct mounts_walk walk = { .tid = task->pid, .next = next };

	bpf_loop(MOUNTS + 1, forget_step, &walk, 0);
}

/* Notes the mounts of the current task's namespace, for the exit of its call. */
static __always_inline void mounts_note(struct task_struct *task)
{
	struct mounts_walk walk = {};
	struct mount_key first = {};
	struct mount_place chain = {};

	mounts_start(&walk, task);
	bpf_loop(MOUNT_STEPS, note_step, &walk, 0);
	first.tid = walk.tid;
	chain.next = walk.next;
	/* Without the whole a comparison would lie. */
	if (!walk.done || bpf_map_update_elem(&mount_places, &first, &chain, BPF_ANY))
		mounts_forget(task, walk.next);
}

/*
 * Compares the mounts with those that were noted: `found` is the topmost that is new or moved, and the ids of the new ones
 * are at the end of the tail. False where nothing was noted, or not all of the tree could be seen.
 */
static __always_inline bool mounts_compare(struct mounts_walk *walk, struct task_struct *task)
{
	struct mount_key first = { .tid = task->pid };

	if (!bpf_map_lookup_elem(&mount_places, &first))
		return false;
	mounts_start(walk, task);
	bpf_loop(MOUNT_STEPS, compare_step, walk, 0);
	return walk->done;
}

/* The topmost of the mounts that are gone, in `found` and `id`; the ids of all of them are at the end of the tail. */
static __always_inline void mounts_gone(struct mounts_walk *walk)
{
	walk->next = walk->found = 0;
	bpf_loop(MOUNTS + 1, gone_step, walk, 0);
}

#endif
