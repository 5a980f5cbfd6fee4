/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* mount, umount, unshare: what a process sees of the file system changed its shape. */
#ifndef MARTLET_RECORD_MOUNT_H
#define MARTLET_RECORD_MOUNT_H

#include "file.h"

#define MARTLET_MOUNT_SOURCES 4

/* martlet_mount_record.flags */
enum martlet_mount_flag {
	MARTLET_MOUNT_BIND = 1 << 0,   /* part of a tree that is mounted already */
	MARTLET_MOUNT_MOVED = 1 << 1,  /* the mount itself is not new, only its place is */
};

/* A mount that shows the root of a new bind mount, and so may be the one that it was made from. */
struct martlet_mount_source {
	__u32 mount_id;
	__u32 flags;                /* enum martlet_file_flag: how much of the path there is */
	struct martlet_slice path;  /* of the root through this mount; names as in martlet_file.path */
};

struct martlet_mount_record {
	struct martlet_record_header header;
	__u32 mount_id;                    /* the topmost of what was attached */
	__u32 parent_id;                   /* of the mount that it hangs on */
	__u32 device;                      /* kernel dev_t of its superblock: major << 20 | minor */
	__u32 flags;                       /* enum martlet_mount_flag */
	struct martlet_file mountpoint;    /* the directory that is covered now */
	struct martlet_file root;          /* what covers it; its path is that inside of the file system */
	__u32 source_count;
	__u32 reserved;
	struct martlet_mount_source sources[MARTLET_MOUNT_SOURCES]; /* of a bind mount */
	struct martlet_slice user_source;  /* the caller's word for the source */
	struct martlet_slice base;         /* the directory that the word starts from; names as in martlet_file.path */
	struct martlet_slice attached;     /* ids of all mounts that are new in the namespace, __u32 each */
};
_Static_assert(sizeof(struct martlet_mount_record) == 328, "bump MARTLET_ABI_VERSION");

/* umount: the same struct tells of unshare, where the mounts are those of the new namespace. */
struct martlet_mounts_record {
	struct martlet_record_header header;
	__u32 mount_id;               /* umount: the topmost of what was taken away */
	__u32 reserved;
	struct martlet_slice mounts;  /* ids of all of them, __u32 each */
};
_Static_assert(sizeof(struct martlet_mounts_record) == 88, "bump MARTLET_ABI_VERSION");

#endif
