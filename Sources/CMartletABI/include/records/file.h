/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A file as the kernel resolved it: a part of records, never one of its own. */
#ifndef MARTLET_RECORD_FILE_H
#define MARTLET_RECORD_FILE_H

#include "header.h"

/* martlet_file.layer: which layer of an overlay holds the inode */
enum martlet_layer {
	MARTLET_LAYER_NONE = 0,  /* not on an overlay */
	MARTLET_LAYER_UPPER = 1,
	MARTLET_LAYER_LOWER = 2,
};

/* martlet_file.flags */
enum martlet_file_flag {
	MARTLET_FILE_PRESENT = 1 << 0,    /* the members below mean something */
	MARTLET_FILE_TRUNCATED = 1 << 1,  /* more components or bytes than a record takes: the path starts too deep */
	MARTLET_FILE_DETACHED = 1 << 2,   /* the walk ended in a mount that no namespace shows */
	MARTLET_FILE_INTERNAL = 1 << 3,   /* on a mount of the kernel's own (memfd, shmem): there is a name, no path */
	MARTLET_FILE_CLAIMED = 1 << 4,    /* where the caller's string led before the call; that the kernel went there is not known */
	MARTLET_FILE_PARENT = 1 << 5,     /* this is the directory of the file: the caller's string has its name at its end */
	MARTLET_FILE_START = 1 << 6,      /* this is the directory that the caller's string starts from */
	MARTLET_FILE_LATE = 1 << 7,       /* found in the midst of the call: what that changes is zero */
};

struct martlet_file {
	__u64 inode;                      /* on an overlay the lower file's number if there is one */
	__s64 mtime_s;                    /* seconds and nanoseconds since the Unix epoch */
	__s64 ctime_s;
	__u32 mtime_ns;
	__u32 ctime_ns;
	__u32 uid;                        /* owner, in the initial user namespace */
	__u32 gid;
	__u32 mount_id;
	__u32 device;                     /* kernel dev_t of the superblock: major << 20 | minor */
	__u32 mount_depth;                /* bytes of `path` that lie inside the file's own mount; the rest is its mount point */
	__u16 mode;                       /* i_mode with the type bits */
	__u8 layer;                       /* enum martlet_layer */
	__u8 flags;                       /* enum martlet_file_flag */
	struct martlet_slice path;        /* component names from the file up to the root, a NUL after each */
	struct martlet_slice filesystem;  /* type name, "ext4" */
};
_Static_assert(sizeof(struct martlet_file) == 72, "bump MARTLET_ABI_VERSION");

#endif
