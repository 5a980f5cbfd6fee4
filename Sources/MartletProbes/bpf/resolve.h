/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a path leads to, found at the entry of a call that is going to change or remove it: the walk that the kernel is
 * about to do, over the names that it has cached, through symbolic links and mounts. What the kernel does not have in its
 * caches is not found; nor is anything behind procfs' links to other processes, or on file systems that compare names in
 * their own way.
 *
 * The string may change before the kernel takes its copy. So what was found is a claim, which the exit of the call has to
 * check against what the kernel did (change.h).
 *
 * A child is searched for where the kernel does it: in the bucket of its hash (names.h), or in its parent's list where that is not
 * known. The hash of a name is the kernel's own (fs/namei.c, hash_name on 64 bits, since 4.8).
 */
#ifndef MARTLET_RESOLVE_H
#define MARTLET_RESOLVE_H

#include "names.h"

#define MAX_NAMES 2048     /* a path of 4,096 bytes has no more */
#define MAX_CHILDREN 8192  /* cached names of one directory that are looked at, where its list is searched: the latest */
#define MAX_MOUNTS 8192    /* mounts below one mount */
#define MAX_STACKED 8      /* mounts on one place */
#define MAX_LINKS 40       /* as the kernel's MAXSYMLINKS */
#define MAX_DEPTH 8        /* links that are being followed at once; a power of two */

/* A scratch has room to spare: beyond `WORK` are the texts of a resolution, strings and the bodies of links. */
#define WORK 131072
#define TEXT_BYTES 65536
#define NAME_AT (WORK + TEXT_BYTES)
#define OTHER_NAME_AT (NAME_AT + 2 * NAME_BYTES)
#define STATE_AT (OTHER_NAME_AT + 2 * NAME_BYTES)

enum resolution_state {
	RESOLUTION_LOST = 0,  /* the cache does not have it */
	RESOLUTION_FOUND,     /* `dentry` on `mount` */
	RESOLUTION_MISSING,   /* `dentry` is the directory that has no such last name: `name` */
};

/* A question and its answer. */
struct resolution {
	__u64 task;          /* task_struct whose root, directory and descriptors count */
	int fd;              /* where a relative path starts; AT_FDCWD */
	__u32 length;        /* of the path, which begins at WORK; an empty one leads to `fd` itself */
	__u32 follow;        /* a link that is the last name too */
	__u32 state;         /* enum resolution_state */
	__u64 dentry, mount; /* the answer: struct dentry, struct mount */
	union {
		struct {
			__u64 start, start_mount; /* LOST: where the path starts from; 0 where `fd` is none */
		};
		__u64 name; /* MISSING: the last one, as its dentry would have it: its length, and the hash below that */
	};
};

/*
 * A walk on its way. It is kept in the scratch: of numbers on the stack the verifier would follow every value that they
 * take from step to step.
 */
struct wanderer {
	__u64 task;
	__u64 dentry, mount;
	__u64 root, root_mount;
	__u32 at;            /* in the text: what is left of the path */
	__u32 text_tail;
	__u32 links, depth;
	__u32 follow;
	__u32 state;
	__u32 resume[MAX_DEPTH]; /* where to go on after each link that is being followed */

	__u32 name_at, name_length;
	__u32 hash;
	__u64 hash_x, hash_y;
	__u64 node, last;    /* of the list that is being searched */
	__u64 found;         /* in it */
};

/* What the steps get. */
struct walker { struct scratch *scratch; };

static __always_inline struct wanderer *wanderer_of(struct walker *walker)
{
	return (void *)(walker->scratch->bytes + STATE_AT);
}

static __always_inline __u8 text_at(struct scratch *scratch, __u32 at)
{
	return scratch->bytes[WORK + (at & (TEXT_BYTES - 1))];
}

static __always_inline __u64 *name_words(struct scratch *scratch, __u32 base)
{
	return (__u64 *)(scratch->bytes + base);
}

/*
 * Whether the dentry that was found has the name at NAME_AT, which has zeros behind its end. Without a branch: the verifier
 * would try each. As all functions here that are not static: it looks at them once, not on each way that leads to them.
 */
__noinline int found_is_named(void)
{
	struct walker walker = { scratch_in_use() };
	__u64 *wanted, *other;
	struct wanderer *at;
	__u64 difference = 0;

	if (!walker.scratch)
		return false;
	at = wanderer_of(&walker);
	wanted = name_words(walker.scratch, NAME_AT);
	other = name_words(walker.scratch, OTHER_NAME_AT);
	__builtin_memset(other, 0, NAME_BYTES);
	if (bpf_probe_read_kernel(other, at->name_length & (NAME_BYTES - 1), as(dentry, at->found)->d_name.name))
		return false;
	for (__u32 i = 0; i < NAME_BYTES / 8; i++)
		difference |= wanted[i] ^ other[i];
	return !difference;
}

/* Whether the dentry is the child that is searched for, which ends the search. */
static __always_inline bool child_is(struct wanderer *at, __u64 address)
{
	struct dentry *child = as(dentry, address);

	if (child->d_name.hash != at->hash || child->d_name.len != at->name_length || !child->d_hash.pprev)
		return false;
	at->found = address;
	if (found_is_named())
		return true;
	at->found = 0;
	return false;
}

static long child_step(__u32 index, struct walker *walker)
{
	struct wanderer *at = wanderer_of(walker);

	return at->node == at->last || child_is(at, children_next(&at->node));
}

static long bucket_step(__u32 index, struct walker *walker)
{
	struct wanderer *at = wanderer_of(walker);
	__u64 address = at->node - bpf_core_field_offset(struct dentry, d_hash);

	if (!at->node)
		return 1;
	at->node = (__u64)as(hlist_bl_node, at->node)->next;
	return (__u64)as(dentry, address)->d_parent == at->dentry && child_is(at, address);
}

#define rol64(word, shift) ((word) << (shift) | (word) >> (64 - (shift)))

/* Mixes one whole word of the name into its hash. */
static long hash_step(__u32 index, struct walker *walker)
{
	struct wanderer *at = wanderer_of(walker);

	at->hash_x ^= name_words(walker->scratch, NAME_AT)[index & (NAME_BYTES / 8 - 1)];
	if ((index + 1) * 8 > at->name_length)
		return 1;
	at->hash_y ^= at->hash_x;
	at->hash_x = rol64(at->hash_x, 12);
	at->hash_x += at->hash_y;
	at->hash_y = rol64(at->hash_y, 45);
	at->hash_y *= 9;
	return 0;
}

/* Finds the cached child of the directory that has the name. */
__noinline int child_find(void)
{
	const __u64 golden = 0x61c8864680b583ebULL;
	struct walker walker = { scratch_in_use() };
	struct dentry *directory;
	struct wanderer *at;
	__u64 *name; /* not bytes, which would be cleared one by one */

	if (!walker.scratch)
		return 0;
	at = wanderer_of(&walker);
	directory = as(dentry, at->dentry);
	name = name_words(walker.scratch, NAME_AT);
	at->found = 0;
	if (directory->d_flags & (DCACHE_OP_HASH | DCACHE_OP_COMPARE))
		return 0;
	__builtin_memset(name, 0, NAME_BYTES);
	if (bpf_probe_read_kernel(name, at->name_length & (NAME_BYTES - 1),
				  walker.scratch->bytes + WORK + (at->name_at & (TEXT_BYTES - 1))))
		return 0;
	at->hash_x = 0;
	at->hash_y = at->dentry;
	bpf_loop(NAME_BYTES / 8, hash_step, &walker, 0);
	at->hash = ((at->hash_y ^ at->hash_x * golden) * golden) >> 32;
	if (name_table.buckets) {
		/* The lowest bit is the bucket's lock. */
		at->node = word_at(name_table.buckets + (at->hash >> name_table.shift) * sizeof(__u64)) & ~1ULL;
		bpf_loop(BUCKET_NAMES, bucket_step, &walker, 0);
	} else {
		children_start(directory, &at->node, &at->last);
		bpf_loop(MAX_CHILDREN, child_step, &walker, 0);
	}
	return 0;
}

static long mount_step(__u32 index, struct walker *walker)
{
	struct wanderer *at = wanderer_of(walker);
	__u64 address = at->node - bpf_core_field_offset(struct mount, mnt_child);

	if (at->node == at->last)
		return 1;
	if ((__u64)as(mount, address)->mnt_mountpoint == at->dentry) {
		at->found = address;
		return 1;
	}
	at->node = (__u64)as(list_head, at->node)->next;
	return 0;
}

/* From a mount point to the root of what is mounted there. */
static long descend_step(__u32 index, struct walker *walker)
{
	struct wanderer *at = wanderer_of(walker);
	__u64 flag = 1 << 16; /* before 6.10 no enumeration tells */

	if (bpf_core_enum_value_exists(enum dentry_flags, DCACHE_MOUNTED))
		flag = bpf_core_enum_value(enum dentry_flags, DCACHE_MOUNTED);
	if (!(as(dentry, at->dentry)->d_flags & flag))
		return 1;
	at->found = 0;
	at->last = at->mount + bpf_core_field_offset(struct mount, mnt_mounts);
	at->node = (__u64)as(mount, at->mount)->mnt_mounts.next;
	bpf_loop(MAX_MOUNTS, mount_step, walker, 0);
	if (!at->found)
		return 1; /* something is mounted here in another namespace */
	at->mount = at->found;
	at->dentry = (__u64)as(mount, at->mount)->mnt.mnt_root;
	return 0;
}

/* One step up; at the root of a mount first to the place that it hangs at. */
static long ascend_step(__u32 index, struct walker *walker)
{
	struct wanderer *at = wanderer_of(walker);
	struct mount *mount = as(mount, at->mount);

	if (at->dentry == at->root && at->mount == at->root_mount)
		return 1;
	if (at->dentry != (__u64)mount->mnt.mnt_root) {
		at->dentry = (__u64)as(dentry, at->dentry)->d_parent;
		return 1;
	}
	if ((__u64)mount->mnt_parent == at->mount)
		return 1;
	at->dentry = (__u64)mount->mnt_mountpoint;
	at->mount = (__u64)mount->mnt_parent;
	return 0;
}

/* The body of a link that has it in memory. Those of overlays are their layers'. */
static __always_inline const char *link_body(struct inode *inode)
{
	struct dentry *real;

	if (inode->i_sb->s_magic == OVERLAYFS_MAGIC) {
		real = overlay_real(inode);
		inode = real ? as(inode, real->d_inode) : inode;
	}
	return inode->i_link;
}

static long scan_step(__u32 index, struct walker *walker)
{
	struct wanderer *at = wanderer_of(walker);
	__u8 byte = text_at(walker->scratch, at->at);

	if (!byte || byte == '/')
		return 1;
	at->at++;
	return 0;
}

/* Goes into a link, whose body becomes the next text. False where that cannot be done. */
static __always_inline bool link_enter(struct walker *walker, struct inode *inode)
{
	struct wanderer *at = wanderer_of(walker);
	struct scratch *scratch = walker->scratch;
	const char *body = link_body(inode);
	long n;

	if (!body || at->depth >= MAX_DEPTH || ++at->links > MAX_LINKS || at->text_tail > TEXT_BYTES - 2 * PATH_BYTES)
		return false;
	n = bpf_probe_read_kernel_str(scratch->bytes + WORK + (at->text_tail & (TEXT_BYTES - 1)), PATH_BYTES, body);
	if (n <= 1)
		return false;
	at->resume[at->depth & (MAX_DEPTH - 1)] = at->at;
	at->depth++;
	at->at = at->text_tail;
	at->text_tail += n;
	if (text_at(scratch, at->at) == '/') {
		at->dentry = at->root;
		at->mount = at->root_mount;
	}
	return true;
}

/* Whether the link that was found is procfs' own to the task that asks: `self` or `thread-self`, at its top. */
static __always_inline bool is_self(struct wanderer *at, __u8 first, struct inode *inode)
{
	struct dentry *directory = as(dentry, at->dentry);

	return inode->i_sb->s_magic == PROC_MAGIC && directory->d_parent == directory &&
	       ((first == 's' && at->name_length == 4) || (first == 't' && at->name_length == 11));
}

/* Whether the text goes on with the word, and a name ends behind it. */
#define text_is(scratch, from, a, b, c, d)                                                   \
	(text_at(scratch, from) == (a) && text_at(scratch, (from) + 1) == (b) &&              \
	 text_at(scratch, (from) + 2) == (c) && (!(d) || text_at(scratch, (from) + 3) == (d)) && \
	 (!text_at(scratch, (from) + 3 + !!(d)) || text_at(scratch, (from) + 3 + !!(d)) == '/'))

/*
 * Goes where /proc/self leads with what follows it: `root`, `cwd`, `fd/N` of the task itself. These links have no body:
 * the kernel jumps. False for anything else in procfs.
 */
static __always_inline bool self_enter(struct walker *walker)
{
	struct wanderer *at = wanderer_of(walker);
	struct scratch *scratch = walker->scratch;
	struct task_struct *task = as(task_struct, at->task);
	__u32 from = at->at + 1, fd = 0;
	struct path *path = NULL;
	struct file *file;
	__u8 digit;

	if (text_is(scratch, from, 'r', 'o', 'o', 't')) {
		path = &task->fs->root;
		at->at = from + 4;
	} else if (text_is(scratch, from, 'c', 'w', 'd', 0)) {
		path = &task->fs->pwd;
		at->at = from + 3;
	} else if (text_at(scratch, from) == 'f' && text_at(scratch, from + 1) == 'd' && text_at(scratch, from + 2) == '/') {
		from += 3;
		for (__u32 i = 0; i < 7; i++) {
			digit = text_at(scratch, from) - '0';
			if (digit > 9)
				break;
			fd = fd * 10 + digit;
			from++;
		}
		digit = text_at(scratch, from);
		file = !digit || digit == '/' ? file_of(task, fd) : NULL;
		if (file)
			path = &file->f_path;
		at->at = from;
	}
	if (!path)
		return false;
	at->dentry = (__u64)path->dentry;
	at->mount = mount_of(path->mnt);
	return true;
}

static long resolve_step(__u32 index, struct walker *walker)
{
	struct wanderer *at = wanderer_of(walker);
	struct scratch *scratch = walker->scratch;
	__u8 first = text_at(scratch, at->at), next;
	struct inode *inode = NULL;

	if (first == '/') {
		at->at++;
		return 0;
	}
	if (!first) {
		if (!at->depth) {
			at->state = RESOLUTION_FOUND;
			return 1;
		}
		at->depth--;
		at->at = at->resume[at->depth & (MAX_DEPTH - 1)];
		return 0;
	}
	at->name_at = at->at;
	bpf_loop(NAME_BYTES, scan_step, walker, 0);
	at->name_length = at->at - at->name_at;
	if (at->name_length >= NAME_BYTES)
		return 1;
	if (first == '.' && at->name_length == 1)
		return 0;
	if (first == '.' && at->name_length == 2 && text_at(scratch, at->name_at + 1) == '.') {
		bpf_loop(MAX_STACKED, ascend_step, walker, 0);
		bpf_loop(MAX_STACKED, descend_step, walker, 0);
		return 0;
	}
	next = text_at(scratch, at->at);
	child_find();
	if (at->found)
		inode = as(dentry, at->found)->d_inode;
	if (!inode) {
		if (!at->depth && (!next || !text_at(scratch, at->at + 1)))
			at->state = RESOLUTION_MISSING;
		return 1;
	}
	inode = as(inode, inode);
	if ((inode->i_mode & S_IFMT) == S_IFLNK && (next || at->depth || at->follow)) {
		if (is_self(at, first, inode))
			return !self_enter(walker);
		return !link_enter(walker, inode);
	}
	at->dentry = at->found;
	bpf_loop(MAX_STACKED, descend_step, walker, 0);
	return 0;
}

/* Answers `out`. */
__noinline int resolve(struct resolution *out)
{
	struct walker walker = { scratch_in_use() };
	struct fs_struct *places;
	struct wanderer *at;
	struct path *start;
	struct file *file;

	if (!out || !walker.scratch)
		return 0;
	at = wanderer_of(&walker);
	places = as(fs_struct, as(task_struct, out->task)->fs);
	__builtin_memset(at, 0, sizeof(*at));
	at->task = out->task;
	at->text_tail = out->length + 1;
	at->follow = out->follow;
	at->root = (__u64)places->root.dentry;
	at->root_mount = mount_of(places->root.mnt);
	start = &places->pwd;
	if (text_at(walker.scratch, 0) == '/') {
		start = &places->root;
	} else if (out->fd != AT_FDCWD) {
		file = file_of(as(task_struct, at->task), out->fd);
		if (!file)
			return 0;
		start = &file->f_path;
	}
	at->dentry = (__u64)start->dentry;
	at->mount = mount_of(start->mnt);
	out->start = at->dentry;
	out->start_mount = at->mount;
	bpf_loop(MAX_NAMES, resolve_step, &walker, 0);
	out->dentry = at->dentry;
	out->mount = at->mount;
	out->state = at->state;
	if (at->state == RESOLUTION_MISSING)
		out->name = (__u64)at->name_length << 32 | at->hash;
	return 0;
}

#endif
