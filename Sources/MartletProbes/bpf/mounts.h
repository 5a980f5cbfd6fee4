/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tree of mounts of a namespace, and what changed in it since the entry of a call.
 *
 * At the exit of mount(2) and umount(2) nothing leads from their strings to the mount that came, moved or went. So the
 * entry notes where each mount of the namespace hangs, and the exit looks which one hangs elsewhere, was not there, or is
 * not there any more. That costs a walk over the mounts on either side, some 0.2 µs each, of a call that is rare.
 */
#ifndef MARTLET_MOUNTS_H
#define MARTLET_MOUNTS_H

#include "call.h"
#include "park.h"

#define MOUNTS 16384 /* mounts of a namespace that are noted, and ids that a record takes */
#define MOUNT_STEPS (2 * MOUNTS)

struct mount_key {
	__u64 mount;  /* struct mount; 0: how many of this thread's are in the map */
	__u64 tid;
};

struct mount_place {
	__u64 parent, mountpoint;
	__u64 unique;  /* mnt_id_unique; in the row of the count, the count */
	__u32 id;
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MOUNTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct mount_key);
	__type(value, struct mount_place);
} mount_places SEC(".maps");

/* A walk over a tree of mounts, parents before children. */
struct mounts_walk {
	__u64 root, at;
	__u32 ascending;
	__u32 done;     /* all of the tree was seen */
	__u64 tid;
	__u64 count;
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
					     .id = mount->mnt_id };

		if (bpf_map_update_elem(&mount_places, &key, &place, BPF_ANY))
			return 1;
		walk->count++;
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

		if (place) {
			bpf_map_delete_elem(&mount_places, &key);
			walk->count--;
		} else {
			id_append(walk->scratch, mount->mnt_id);
		}
		/* What propagates, and what hangs below, was made after what it was made for. */
		if ((!place || moved) && (!walk->found || unique < walk->unique)) {
			walk->found = walk->at;
			walk->unique = unique;
			walk->moved = moved;
		}
	}
	return mounts_advance(walk);
}

/* Of the mounts that are left, which are gone, the topmost. */
static long gone_step(void *map, struct mount_key *key, struct mount_place *place, struct mounts_walk *walk)
{
	struct mount_key above = { place->parent, walk->tid };

	if (key->tid != walk->tid || !key->mount)
		return 0;
	id_append(walk->scratch, place->id);
	if (place->parent != key->mount && bpf_map_lookup_elem(&mount_places, &above))
		return 0;
	if (!walk->found || place->unique < walk->unique) {
		walk->found = key->mount;
		walk->unique = place->unique;
		walk->id = place->id;
	}
	return 0;
}

static long sweep_step(void *map, struct mount_key *key, struct mount_place *place, struct mounts_walk *walk)
{
	struct mount_key copy = *key;

	if (copy.tid == walk->tid)
		bpf_map_delete_elem(&mount_places, &copy);
	return 0;
}

/* Notes the mounts of the current task's namespace, for the exit of its call. */
static __always_inline void mounts_note(struct task_struct *task)
{
	struct mounts_walk walk = {};
	struct mount_key counter = {};
	struct mount_place total = {};

	mounts_start(&walk, task);
	bpf_loop(MOUNT_STEPS, note_step, &walk, 0);
	if (!walk.done) { /* without the whole a comparison would lie */
		bpf_for_each_map_elem(&mount_places, sweep_step, &walk, 0);
		return;
	}
	counter.tid = walk.tid;
	total.unique = walk.count;
	bpf_map_update_elem(&mount_places, &counter, &total, BPF_ANY);
}

/*
 * Compares the mounts with those that were noted: `found` is the topmost that is new or moved, and the ids of the new ones
 * are at the end of the tail. What stays in the map, `count` rows, is gone. False where nothing was noted, or not all of
 * the tree could be seen.
 */
static __always_inline bool mounts_compare(struct mounts_walk *walk, struct task_struct *task)
{
	struct mount_key counter = { .tid = task->pid };
	struct mount_place *total = bpf_map_lookup_elem(&mount_places, &counter);

	if (!total)
		return false;
	walk->count = total->unique;
	bpf_map_delete_elem(&mount_places, &counter);
	mounts_start(walk, task);
	bpf_loop(MOUNT_STEPS, compare_step, walk, 0);
	return walk->done;
}

/* Takes out of the map what is left of the current call. */
static __always_inline void mounts_forget(struct mounts_walk *walk)
{
	if (walk->count)
		bpf_for_each_map_elem(&mount_places, sweep_step, walk, 0);
}

/* The same where nothing was compared. */
static __always_inline void mounts_abandon(struct task_struct *task)
{
	struct mounts_walk walk = { .tid = task->pid };

	bpf_for_each_map_elem(&mount_places, sweep_step, &walk, 0);
}

#endif
