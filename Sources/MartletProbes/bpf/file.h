/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A file as the kernel resolved it: inode, mount and the path, walked from the dentry up through the mounts to the root
 * of the mount namespace. bpf_d_path is not for tracepoints, and it would stop at a chroot.
 */
#ifndef MARTLET_FILE_H
#define MARTLET_FILE_H

#include "record.h"

#define PATH_BYTES 4096      /* of names and NULs: PATH_MAX */
#define PATH_COMPONENTS 2048 /* what PATH_BYTES can hold, mount crossings included */
#define NAME_BYTES 256       /* NAME_MAX and a NUL */
#define CTIME_QUERIED (1U << 31) /* 6.13 on: somebody has asked for the time since it was set */

#define WORDS_OF_NAME 4 /* a longer one is a helper's */

/* 1 << 8 * k for the first byte k of a word that is zero; 0 if none is. Of the marks that the subtraction makes the lowest is right. */
static __always_inline __u64 zero_mark(__u64 word)
{
	__u64 marks = (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;

	return (marks & -marks) >> 7;
}

/*
 * Copies a name from the kernel's cache of names, with its NUL and zeros up to the next word. Its bytes, NUL included; 0 if it has
 * more than WORDS_OF_NAME words, or cannot be read. Most are short, and a helper costs for one as much as all else of a step.
 * They begin at whole words, so that no word reaches beyond the memory that they are in.
 */
static __always_inline __u32 name_copy(void *out, const void *name)
{
#ifndef MARTLET_CANNOT_CAST
	for (__u32 i = 0; i < WORDS_OF_NAME; i++) {
		__u64 word = as(timespec64, name + i * sizeof(word))->tv_sec; /* as any type that begins with a number */
		__u64 mark = zero_mark(word);
		__u32 length;

		((__u64 *)out)[i] = word & (mark - 1);
		if (!mark)
			continue;
		length = i * sizeof(word) + (mark * 0x0001020304050607ULL >> 56); /* the byte that is k moves to the top */
		return length ? length + 1 : 0;
	}
#endif
	return 0;
}

/* What the walk carries from step to step. */
struct walk {
	__u64 dentry;
	__u64 root;    /* of the mount that the walk is in */
	__u64 mount;   /* struct mount */
	__u32 start;   /* tail when the walk began */
	__u32 depth;   /* bytes inside the file's own mount, once it was left */
	__u32 crossed;
	__u32 flags;   /* enum martlet_file_flag */
	__u32 done;
};

struct walking {
	struct walk *walk;
	struct scratch *scratch;
};

static long walk_step(__u32 index, struct walking *walking)
{
	struct scratch *scratch = walking->scratch;
	struct walk *walk = walking->walk;
	struct dentry *dentry = as(dentry, walk->dentry);
	__u64 up = (__u64)dentry->d_parent;
	long n;

	if (walk->dentry == walk->root) {
		struct mount *mount = as(mount, walk->mount);
		__u64 parent = (__u64)mount->mnt_parent;

		if (parent == walk->mount) {
			walk->done = 1;
			return 1;
		}
		if (!walk->crossed) {
			walk->depth = scratch->tail - walk->start;
			walk->crossed = 1;
		}
		walk->dentry = (__u64)mount->mnt_mountpoint;
		walk->mount = parent;
		walk->root = (__u64)as(mount, parent)->mnt.mnt_root;
		return 0;
	}
	if (up == walk->dentry && scratch->tail != walk->start) {
		/* the root of the file system, though the mount shows only a part that it is not in */
		walk->flags |= MARTLET_FILE_DETACHED;
		walk->done = 1;
		return 1;
	}
	if (scratch->tail - walk->start > PATH_BYTES - NAME_BYTES) {
		/* the name might not fit: what it has room for tells */
		__u32 room = PATH_BYTES - (scratch->tail - walk->start);

		if (dentry->d_name.len >= room)
			return 1;
	}
	n = name_copy(tail_pointer(scratch), dentry->d_name.name);
	if (!n)
		n = bpf_probe_read_kernel_str(tail_pointer(scratch), NAME_BYTES, dentry->d_name.name);
	if (n <= 0)
		return 1;
	scratch->tail += n;
	walk->done = up == walk->dentry; /* a file that hangs in no tree, a memfd: the name is all there is */
	walk->dentry = up;
	return walk->done;
}

/*
 * Walks up to the root, and appends the names. A function of its own, which the verifier looks at once; and what the walk
 * carries is memory of another, so that the verifier knows nothing of it and does not follow each way through the steps.
 */
__noinline int path_walk(struct walk *walk)
{
	struct walking walking = { walk, scratch_in_use() };

	if (walk && walking.scratch)
		bpf_loop(PATH_COMPONENTS, walk_step, &walking, 0);
	return 0;
}

/* Whether the namespace is one that the kernel made for a tree of mounts that no process sees. */
static __always_inline bool is_anonymous(struct mnt_namespace *namespace)
{
	struct mnt_namespace___6_17 *old = (void *)namespace;

	if (bpf_core_field_exists(namespace->ns.ns_id))
		return !namespace->ns.ns_id;
	return !BPF_CORE_READ(old, seq);
}

/* Appends the path of (mount, dentry) as components, the file's own name first. */
static __always_inline void path_read(struct scratch *scratch, struct martlet_file *out, __u64 mount, __u64 dentry)
{
	struct walk walk = {
		.dentry = dentry,
		.root = (__u64)as(mount, mount)->mnt.mnt_root,
		.mount = mount,
		.start = scratch->tail,
	};
	__s64 namespace;

	path_walk(&walk);
	if (!walk.done)
		walk.flags |= MARTLET_FILE_TRUNCATED;
	namespace = (__s64)as(mount, walk.mount)->mnt_ns;
	if (namespace < 0 && namespace >= -4095)
		walk.flags |= MARTLET_FILE_INTERNAL;
	else if (!namespace || is_anonymous(as(mnt_namespace, namespace)))
		walk.flags |= MARTLET_FILE_DETACHED;
	out->flags |= walk.flags;
	out->path.offset = walk.start;
	out->path.length = scratch->tail - walk.start;
	out->mount_depth = walk.crossed ? walk.depth : out->path.length;
}

static __always_inline void change_time_read(__s64 *seconds, __u32 *nanoseconds, struct inode *inode)
{
	struct inode___6_6 *middle = (void *)inode;
	struct inode___5_8 *old = (void *)inode;

	if (bpf_core_field_exists(inode->i_ctime_sec)) {
		*seconds = inode->i_ctime_sec;
		*nanoseconds = inode->i_ctime_nsec & ~CTIME_QUERIED;
	} else if (bpf_core_field_exists(middle->__i_ctime)) {
		*seconds = BPF_CORE_READ(middle, __i_ctime.tv_sec);
		*nanoseconds = BPF_CORE_READ(middle, __i_ctime.tv_nsec);
	} else {
		*seconds = BPF_CORE_READ(old, i_ctime.tv_sec);
		*nanoseconds = BPF_CORE_READ(old, i_ctime.tv_nsec);
	}
}

static __always_inline void modification_time_read(__s64 *seconds, __u32 *nanoseconds, struct inode *inode)
{
	struct inode___6_6 *middle = (void *)inode;
	struct inode___5_8 *old = (void *)inode;

	if (bpf_core_field_exists(inode->i_mtime_sec)) {
		*seconds = inode->i_mtime_sec;
		*nanoseconds = inode->i_mtime_nsec;
	} else if (bpf_core_field_exists(middle->__i_mtime)) {
		*seconds = BPF_CORE_READ(middle, __i_mtime.tv_sec);
		*nanoseconds = BPF_CORE_READ(middle, __i_mtime.tv_nsec);
	} else {
		*seconds = BPF_CORE_READ(old, i_mtime.tv_sec);
		*nanoseconds = BPF_CORE_READ(old, i_mtime.tv_nsec);
	}
}

static __always_inline void access_time_read(__s64 *seconds, __u32 *nanoseconds, struct inode *inode)
{
	struct inode___6_6 *middle = (void *)inode;
	struct inode___5_8 *old = (void *)inode;

	if (bpf_core_field_exists(inode->i_atime_sec)) {
		*seconds = inode->i_atime_sec;
		*nanoseconds = inode->i_atime_nsec;
	} else if (bpf_core_field_exists(middle->__i_atime)) {
		*seconds = BPF_CORE_READ(middle, __i_atime.tv_sec);
		*nanoseconds = BPF_CORE_READ(middle, __i_atime.tv_nsec);
	} else {
		*seconds = BPF_CORE_READ(old, i_atime.tv_sec);
		*nanoseconds = BPF_CORE_READ(old, i_atime.tv_nsec);
	}
}

struct martlet_overlay overlay SEC(".data.overlay");

static __always_inline __u64 word_at(__u64 address)
{
	__u64 word = 0;

	bpf_probe_read_kernel(&word, sizeof(word), (const void *)address);
	return word;
}

/* The dentry of an overlay's file in its upper layer, 0 if it is not there. */
static __always_inline __u64 overlay_upper(struct inode *inode)
{
	return word_at(address_of(inode) + overlay.upper);
}

static __always_inline __u64 overlay_lower(struct inode *inode)
{
	__u64 lower = word_at(address_of(inode) + overlay.lower);

	if (!overlay.has_entry || !lower)
		return lower;
	return (__u32)word_at(lower + overlay.count) ? word_at(lower + overlay.first) : 0;
}

/* The file of a layer that an overlay shows; NULL where that cannot be told. */
static __always_inline struct dentry *overlay_real(struct inode *inode)
{
	__u64 real = overlay.is_known ? overlay_upper(inode) : 0;

	if (overlay.is_known && !real)
		real = overlay_lower(inode);
	return real ? as(dentry, real) : NULL;
}

/* Which layer of an overlay has the inode. */
static __always_inline enum martlet_layer overlay_layer(struct inode *inode)
{
	if (!overlay.is_known)
		return MARTLET_LAYER_NONE;
	return overlay_upper(inode) ? MARTLET_LAYER_UPPER : MARTLET_LAYER_LOWER;
}

/* The same, and the number that a copy-up does not change. */
static __always_inline void overlay_read(struct martlet_file *out, struct inode *inode)
{
	__u64 layered = 0;

	out->layer = overlay_layer(inode);
	if (out->layer != MARTLET_LAYER_NONE)
		layered = overlay_lower(inode);
	if (out->layer == MARTLET_LAYER_UPPER && !layered)
		layered = overlay_upper(inode);
	if (layered)
		out->inode = as(inode, as(dentry, layered)->d_inode)->i_ino;
}

/* What the inode alone tells of a file. */
static __always_inline void inode_read(struct martlet_file *out, struct inode *inode, struct super_block *super)
{
	out->inode = inode->i_ino;
	out->mode = inode->i_mode;
	out->uid = inode->i_uid.val;
	out->gid = inode->i_gid.val;
	modification_time_read(&out->mtime_s, &out->mtime_ns, inode);
	change_time_read(&out->ctime_s, &out->ctime_ns, inode);
	if (super->s_magic == OVERLAYFS_MAGIC)
		overlay_read(out, inode);
}

/* Where a file is in the kernel, and at which offset of the record its martlet_file is to be. */
struct file_place {
	__u64 mount, dentry;
	__u32 offset;
};

/*
 * Writes a file into the record that this processor is building. A function of its own, which the verifier looks at once,
 * however many ways lead to it; what it is given comes through memory, for pointers are not passed as numbers.
 */
__noinline int file_write(struct file_place *place)
{
	struct scratch *scratch = scratch_in_use();
	struct super_block *super;
	struct martlet_file *out;
	struct dentry *dentry;
	struct inode *inode;

	if (!scratch || !place)
		return 0;
	dentry = as(dentry, place->dentry);
	super = dentry->d_sb;
	inode = dentry->d_inode;
	out = (void *)(scratch->bytes + (place->offset & RECORD_MASK));
	out->flags = MARTLET_FILE_PRESENT;
	inode_read(out, inode, super);
	out->device = super->s_dev;
	out->mount_id = as(mount, place->mount)->mnt_id;
	slice_kernel_string(scratch, &out->filesystem, super->s_type->name, NAME_BYTES);
	path_read(scratch, out, place->mount, place->dentry);
	return 0;
}

static __always_inline __u64 mount_of(struct vfsmount *mount)
{
	return (__u64)mount - bpf_core_field_offset(struct mount, mnt);
}

/* Fills `out`, a part of the record in `scratch`, with all about (mount, dentry). */
static __always_inline void file_read(struct scratch *scratch, struct martlet_file *out, struct vfsmount *mount,
				      struct dentry *dentry)
{
	struct file_place place = {
		.mount = mount_of(mount),
		.dentry = (__u64)dentry,
		.offset = (void *)out - (void *)scratch->bytes,
	};

	file_write(&place);
}

/* True for what has no name in any tree: pipes, sockets, anonymous inodes. A memfd has one, in its own way. */
static __always_inline bool nameless(struct super_block *super)
{
	return (super->s_flags & SB_NOUSER) && super->s_magic != TMPFS_MAGIC;
}

/* The file behind a descriptor of `task`, NULL if there is none. Another thread may have replaced it meanwhile. */
static __always_inline struct file *file_of(struct task_struct *task, __u32 fd)
{
	struct fdtable *table = task->files->fdt;
	struct file *file = NULL;

	if (fd >= table->max_fds)
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), table->fd + fd);
	return file ? as(file, file) : NULL;
}

#endif
