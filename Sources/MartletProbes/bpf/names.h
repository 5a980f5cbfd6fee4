/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The table in which the kernel finds the names that it has cached (fs/dcache.c). It tells nobody where that is. But each name
 * in it knows what points to it, and to the first of a bucket that is the table itself: `martlet_names` shows the sensor some
 * buckets with the hashes that led to them, from which it reckons where the table begins (NameTable.swift).
 * Hook:    none; the sensor runs it once
 * Checked: 6.18
 */
#ifndef MARTLET_NAMES_H
#define MARTLET_NAMES_H

#include "file.h"

#define BUCKET_NAMES 1024 /* names of one bucket that are looked at: there are some four on a full machine */
#define SAMPLED_NAMES 1024

struct martlet_name_table name_table SEC(".data.names");
struct martlet_name_samples name_samples SEC(".data.samples");

struct bucket_search {
	__u64 node;   /* hlist_bl_node */
	__u64 bucket; /* what points to the first */
};

/* To the node before; at the first, to the bucket. */
static long before_step(__u32 index, struct bucket_search *search)
{
	__u64 place = word_at(search->node + bpf_core_field_offset(struct hlist_bl_node, pprev));
	__u64 back = place ? word_at(place + bpf_core_field_offset(struct hlist_bl_node, pprev)) : 0;

	/* A node is pointed to; what is behind a bucket is the next one, and none of its nodes leads here. */
	if (back && (word_at(back) & ~1ULL) == place) {
		search->node = place;
		return 0;
	}
	search->bucket = place;
	return 1;
}

struct sample_walk {
	__u64 node, last;
};

/* The cached names of a directory, where their list begins and ends. */
static __always_inline void children_start(struct dentry *directory, __u64 *node, __u64 *last)
{
	struct dentry___6_7 *old = (void *)directory;

	if (bpf_core_field_exists(struct dentry, d_children)) {
		*last = 0;
		*node = (__u64)directory->d_children.first;
	} else {
		*last = address_of((void *)directory) + bpf_core_field_offset(struct dentry___6_7, d_subdirs);
		*node = (__u64)BPF_CORE_READ(old, d_subdirs.next);
	}
}

/* The child that a node of the list is part of; the node becomes the next one. */
static __always_inline __u64 children_next(__u64 *node)
{
	__u64 address;

	if (bpf_core_field_exists(struct dentry, d_sib)) {
		address = *node - bpf_core_field_offset(struct dentry, d_sib);
		*node = (__u64)as(hlist_node, *node)->next;
	} else {
		address = *node - bpf_core_field_offset(struct dentry___6_7, d_child);
		*node = (__u64)as(list_head, *node)->next;
	}
	return address;
}

static long sample_step(__u32 index, struct sample_walk *walk)
{
	struct bucket_search search = {};
	struct martlet_name_sample *sample;
	__u32 count = name_samples.count;
	__u64 child;

	if (walk->node == walk->last || count >= MARTLET_NAME_SAMPLES)
		return 1;
	child = children_next(&walk->node);
	search.node = child + bpf_core_field_offset(struct dentry, d_hash);
	numbers_forget(&search, sizeof(search));
	bpf_loop(BUCKET_NAMES, before_step, &search, 0);
	if (search.bucket) {
		sample = &name_samples.rows[count & (MARTLET_NAME_SAMPLES - 1)];
		sample->bucket = search.bucket;
		sample->hash = as(dentry, child)->d_name.hash;
		name_samples.count = count + 1;
	}
	return 0;
}

/* Shows the buckets of names in the root directory of who runs it. */
SEC("raw_tp")
int martlet_names(void *context)
{
	struct sample_walk walk = {};

	children_start(current_task()->fs->root.dentry, &walk.node, &walk.last);
	numbers_forget(&walk, sizeof(walk));
	bpf_loop(SAMPLED_NAMES, sample_step, &walk, 0);
	return 0;
}

#endif
