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

/* What became of a tree of mounts. */
struct mounts_change {
	__u64 mount;    /* struct mount: the topmost that changed; 0: none did */
	__u64 unique;   /* its */
	__u32 moved;
	__u32 id;
};

/* Where a walk over a tree of mounts is, parents before children. */
struct mounts_position {
	__u64 root, at;
	__u32 ascending;
	__u32 over;     /* there is no next mount, or a tree that changes meanwhile led astray */
	__u32 done;     /* all of the tree was seen */
};

struct mounts_walk {
	struct mounts_position here;
	__u64 tid;
	__u64 next;     /* the row that is next in the chain */
	struct mounts_change change;
	struct scratch *scratch; /* the last: of what is before, the verifier is not to know the values */
};

static __always_inline struct mount *mount_at(struct mounts_walk *walk) { return as(mount, walk->here.at); }

static __always_inline __u64 unique_of(struct mount *mount)
{
	return bpf_core_field_exists(mount->mnt_id_unique) ? mount->mnt_id_unique : 0;
}

/* Goes on to the next mount. A function of its own, which the verifier looks at once, not for each way into it. */
__noinline int mounts_step(struct mounts_position *here)
{
	struct mount *mount;
	__u64 parent, next;

	if (!here)
		return 0;
	mount = as(mount, here->at);
	if (!here->ascending) {
		next = (__u64)mount->mnt_mounts.next;
		if (next && next != here->at + bpf_core_field_offset(struct mount, mnt_mounts)) {
			here->at = next - bpf_core_field_offset(struct mount, mnt_child);
			return 0;
		}
		here->ascending = 1;
	}
	if (here->at == here->root) {
		here->over = here->done = 1;
		return 0;
	}
	parent = (__u64)mount->mnt_parent;
	next = (__u64)mount->mnt_child.next;
	if (!parent || !next) {
		here->over = 1;
	} else if (next == parent + bpf_core_field_offset(struct mount, mnt_mounts)) {
		here->at = parent;
	} else {
		here->at = next - bpf_core_field_offset(struct mount, mnt_child);
		here->ascending = 0;
	}
	return 0;
}

/* Goes on to the next mount, as the last thing of a step of a walk. */
static __always_inline long mounts_advance(struct mounts_walk *walk)
{
	mounts_step(&walk->here);
	return walk->here.over != 0;
}

static __always_inline void mounts_start(struct mounts_walk *walk, struct task_struct *task)
{
	walk->here.root = walk->here.at = (__u64)task->nsproxy->mnt_ns->root;
	walk->here.ascending = walk->here.over = walk->here.done = 0;
	walk->tid = task->pid;
}

/* Takes `step` from mount to mount. */
#define mounts_loop(count, step, walk)                                         \
	({                                                                     \
		numbers_forget(walk, offsetof(struct mounts_walk, scratch));   \
		bpf_loop(count, step, walk, 0);                                \
	})

static long note_step(__u32 index, struct mounts_walk *walk)
{
	if (!walk->here.ascending) {
		struct mount *mount = mount_at(walk);
		struct mount_key key = { walk->here.at, walk->tid };
		struct mount_place place = { .parent = (__u64)mount->mnt_parent,
					     .mountpoint = (__u64)mount->mnt_mountpoint,
					     .unique = unique_of(mount),
					     .next = walk->next,
					     .id = mount->mnt_id };

		if (bpf_map_update_elem(&mount_places, &key, &place, BPF_ANY))
			return 1;
		walk->next = walk->here.at;
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
	if (!walk->here.ascending) {
		struct mount *mount = mount_at(walk);
		struct mount_key key = { walk->here.at, walk->tid };
		struct mount_place *place = bpf_map_lookup_elem(&mount_places, &key);
		__u64 unique = unique_of(mount);
		bool moved = place && (place->parent != (__u64)mount->mnt_parent ||
				       place->mountpoint != (__u64)mount->mnt_mountpoint);

		if (place)
			place->seen = 1;
		else
			id_append(walk->scratch, mount->mnt_id);
		/* What propagates, and what hangs below, was made after what it was made for. */
		if ((!place || moved) && (!walk->change.mount || unique < walk->change.unique)) {
			walk->change.mount = walk->here.at;
			walk->change.unique = unique;
			walk->change.moved = moved;
		}
	}
	return mounts_advance(walk);
}

/*
 * Of the mounts that are gone, the topmost; of several the oldest, and where the kernel does not number them (before 6.8) the
 * first of the tree, which is the last of the chain.
 */
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
	if (!walk->change.mount || place->unique <= walk->change.unique) {
		walk->change.mount = key.mount;
		walk->change.unique = place->unique;
		walk->change.id = place->id;
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
__noinline int mounts_forget(__u64 next)
{
	struct mounts_walk walk = { .tid = current_task()->pid, .next = next };

	mounts_loop(MOUNTS + 1, forget_step, &walk);
	return 0;
}

/* Notes the mounts of the current task's namespace, for the exit of its call. */
static __always_inline void mounts_note(struct task_struct *task)
{
	struct mounts_walk walk = {};
	struct mount_key first = {};
	struct mount_place chain = {};

	mounts_start(&walk, task);
	mounts_loop(MOUNT_STEPS, note_step, &walk);
	first.tid = walk.tid;
	chain.next = walk.next;
	/* Without the whole a comparison would lie. */
	if (!walk.here.done || bpf_map_update_elem(&mount_places, &first, &chain, BPF_ANY))
		mounts_forget(address_of((void *)walk.next));
}

/*
 * Compares the mounts with those that were noted: what changed is the topmost that is new or moved, and the ids of the new
 * ones are at the end of the tail. False where nothing was noted, or not all of the tree could be seen.
 */
__noinline int mounts_compare(struct mounts_change *change)
{
	struct mounts_walk walk = { .scratch = scratch_in_use() };
	struct mount_key first = {};

	mounts_start(&walk, current_task());
	first.tid = walk.tid;
	if (!walk.scratch || !change || !bpf_map_lookup_elem(&mount_places, &first))
		return false;
	mounts_loop(MOUNT_STEPS, compare_step, &walk);
	*change = walk.change;
	return walk.here.done;
}

/* What changed is the topmost of the mounts that are gone; the ids of all of them are at the end of the tail. */
__noinline int mounts_gone(struct mounts_change *change)
{
	struct mounts_walk walk = { .scratch = scratch_in_use(), .tid = current_task()->pid };

	if (!walk.scratch || !change)
		return 0;
	mounts_loop(MOUNTS + 1, gone_step, &walk);
	*change = walk.change;
	return 0;
}

#endif
