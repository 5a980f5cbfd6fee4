/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Events that no rule can hold for make no record (MartletModel/EventFilter.swift says what is asked). A probe brings the
 * numbers of its event and the file that it is about, before it reads anything that costs. Whatever cannot be told is
 * let through.
 */
#ifndef MARTLET_FILTER_H
#define MARTLET_FILTER_H

#include "file.h"

#define FILTER_DEPTH 64 /* names of a path that are looked at; what lies deeper is let through; a power of two */
#define FILTER_CLIMB 128 /* the same with the mounts that are crossed */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * MARTLET_RECORD_TYPES);
	__type(key, __u32);
	__type(value, struct martlet_filter);
} MAP(filters);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct martlet_filter_name);
	__type(value, struct martlet_filter_entry);
} MAP(file_names);

/*
 * Where the names of one path are noted. What the climb finds out is here and not on its stack, where the verifier would
 * follow each number that it can be.
 */
struct filter_room {
	__u32 busy;
	__u32 depth;
	__u32 crossed;             /* mounts lie behind the climb */
	__u32 whole;               /* it has come to the root of the namespace */
	__u64 names[FILTER_DEPTH]; /* where each lies, the file's own first */
	struct martlet_filter_name key;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct filter_room);
} MAP(filter_rooms);

struct martlet_filtering filtering SEC(".data.filtering");

/* An event, as far as filters ask. */
struct filter_event {
	__s64 numbers[MARTLET_NUMBERS];
	__u64 mount, dentry; /* of its file; 0: it has none */
	__u64 gates;         /* of which the names are wanted */
	__u32 type;          /* enum martlet_record_type */
	__u32 round;         /* of the filters that it is held against: martlet_filtering.round at its begin */
};

static __always_inline struct martlet_filter *filter_of(struct filter_event *event)
{
	__u32 row = event->type + (event->round & 1) * MARTLET_RECORD_TYPES;
	struct martlet_filter *filter = bpf_map_lookup_elem(&filters, &row);

	return filter && filter->is_on ? filter : NULL;
}

struct filter_sum {
	struct martlet_filter *filter;
	struct filter_event *event;
	__u64 open; /* gates */
};

/* One test of a number: closes its gates if it fails. */
static long filter_test_step(__u32 index, struct filter_sum *sum)
{
	struct martlet_filter_test *test = &sum->filter->tests[index];
	__s64 number;
	__u32 holds;

	if (index >= MARTLET_FILTER_TESTS)
		return 1;
	number = sum->event->numbers[test->number & (MARTLET_NUMBERS - 1)] & test->mask;
	holds = number >= test->least && number <= test->greatest && test->residues >> (number & 63) & 1;
	if (holds == test->inverted)
		sum->open &= ~test->gates;
	return 0;
}

/*
 * The gates that the numbers of an event leave open. A function of its own, which the verifier looks at once, and whose
 * stack is free again when the names are looked at.
 */
__noinline __u64 filter_numbers_open(struct filter_event *event)
{
	struct filter_sum sum = { .event = event };

	if (!event)
		return ~0ULL;
	sum.filter = filter_of(event);
	if (!sum.filter)
		return ~0ULL;
	sum.open = sum.filter->gates;
	bpf_loop(sum.filter->count, filter_test_step, &sum, 0);
	return sum.open;
}

struct filter_climb {
	struct filter_room *room;
	__u64 dentry;
	__u64 root;      /* of the mount that the climb is in */
	__u64 mount;
};

/* Notes one name: the same way as walk_step (file.h), which writes the path that rules will see. */
static long filter_climb_step(__u32 index, struct filter_climb *climb)
{
	struct dentry *dentry = as(dentry, climb->dentry);
	struct filter_room *room = climb->room;
	__u64 up = (__u64)dentry->d_parent;
	__u32 depth = room->depth;

	if (climb->dentry == climb->root) {
		struct mount *mount = as(mount, climb->mount);
		__u64 parent = (__u64)mount->mnt_parent;

		if (parent == climb->mount) {
			room->whole = 1;
			return 1;
		}
		room->crossed = 1;
		climb->dentry = (__u64)mount->mnt_mountpoint;
		climb->mount = parent;
		climb->root = (__u64)as(mount, parent)->mnt.mnt_root;
		return 0;
	}
	if (depth >= FILTER_DEPTH || (up == climb->dentry && depth))
		return 1;
	room->names[depth & (FILTER_DEPTH - 1)] = (__u64)dentry->d_name.name;
	room->depth = depth + 1;
	room->whole = up == climb->dentry; /* a file that hangs in no tree has a name and no path */
	climb->dentry = up;
	return room->whole;
}

static __always_inline struct martlet_filter_entry *filter_look(struct filter_room *room, __u32 node, __u32 index)
{
	const void *name = (const void *)room->names[index & (FILTER_DEPTH - 1)];

	__builtin_memset(&room->key, 0, sizeof(room->key));
	if (!name_copy(room->key.name, name)) {
		__builtin_memset(&room->key, 0, sizeof(room->key));
		bpf_probe_read_kernel_str(room->key.name, sizeof(room->key.name), name);
	}
	room->key.node = node;
	return bpf_map_lookup_elem(&file_names, &room->key);
}

struct filter_descent {
	struct filter_room *room;
	__u64 gates;
	__u32 node;
};

/* One directory down from the root. */
static long filter_descend_step(__u32 index, struct filter_descent *descent)
{
	__u32 below = index + 1; /* names above this one, itself included */
	struct martlet_filter_entry *entry;

	if (below >= descent->room->depth)
		return 1;
	entry = filter_look(descent->room, descent->node, descent->room->depth - below);
	if (!entry)
		return 1;
	descent->gates |= entry->gates;
	descent->node = entry->node;
	return !entry->node;
}

/* The gates among event->gates that the names of its file open. */
static __always_inline __u64 filter_open(struct martlet_filter *filter, struct filter_room *room, struct filter_event *event)
{
	struct filter_climb climb = {
		.room = room,
		.dentry = event->dentry,
		.mount = event->mount,
		.root = (__u64)as(mount, event->mount)->mnt.mnt_root,
	};
	struct filter_descent descent = { .room = room, .node = filter->root_node };
	__u64 wanted = event->gates, open = wanted & filter->unnamed;
	struct martlet_filter_entry *entry;

	room->depth = room->crossed = room->whole = 0;
	bpf_loop(FILTER_CLIMB, filter_climb_step, &climb, 0);
	if (!room->whole)
		open |= wanted & filter->directories;
	if (!room->depth)
		return room->whole ? open : wanted; /* the root itself has no name */
	/* beside its own path, rules know the file by the one below the overlay's mount point */
	if (room->crossed && as(dentry, event->dentry)->d_sb->s_magic == OVERLAYFS_MAGIC)
		open |= wanted & filter->directories;
	if (wanted & ~open & filter->leaves) {
		entry = filter_look(room, filter->leaf_node, 0);
		if (entry)
			open |= entry->gates;
	}
	if (wanted & ~open & filter->parents && room->depth > 1) {
		entry = filter_look(room, filter->parent_node, 1);
		if (entry)
			open |= entry->gates;
	}
	if (wanted & ~open & filter->directories) {
		bpf_loop(FILTER_DEPTH, filter_descend_step, &descent, 0);
		open |= descent.gates;
	}
	return open & wanted;
}

/* The gates that the names of an event's file open. A function of its own, which the verifier looks at once. */
__noinline __u64 filter_names_open(struct filter_event *event)
{
	struct martlet_filter *filter;
	struct filter_room *room;
	__u32 zero = 0;
	__u64 open;

	if (!event)
		return ~0ULL;
	filter = filter_of(event);
	room = bpf_map_lookup_elem(&filter_rooms, &zero);
	if (!filter || !room || room->busy)
		return ~0ULL;
	room->busy = 1;
	open = filter_open(filter, room, event);
	room->busy = 0;
	return open;
}

/* Whether a rule may hold for an event whose names are asked for only if its numbers do not decide. */
__noinline int filter_admits(struct filter_event *event)
{
	struct martlet_filter *filter = event ? filter_of(event) : NULL;

	if (!filter)
		return 1;
	event->gates = filter_numbers_open(event);
	if (!event->gates || event->gates & filter->unnamed)
		return !!event->gates;
	return event->dentry && filter_names_open(event) & event->gates;
}

/* The same for an event whose names were asked for before: `names` are the gates that those opened. */
__noinline int filter_admits_named(struct filter_event *event, __u64 names)
{
	struct martlet_filter *filter = event ? filter_of(event) : NULL;

	return !filter || filter_numbers_open(event) & names;
}

/* Whether no rule can hold for the event. It is counted then, and there is nothing more to do. */
static __always_inline bool filtered(struct filter_event *event, struct task_struct *task)
{
	event->round = filtering.round;
	if (filter_admits(event))
		return false;
	ledger_pass(event->type, cgroup_of(task));
	return true;
}

/* The same before the file of the event is known, which may cost more than the rest: where its numbers decide. */
static __always_inline bool filtered_by_numbers(struct filter_event *event, struct task_struct *task)
{
	event->round = filtering.round;
	if (!filter_of(event) || filter_numbers_open(event))
		return false;
	ledger_pass(event->type, cgroup_of(task));
	return true;
}

#endif
