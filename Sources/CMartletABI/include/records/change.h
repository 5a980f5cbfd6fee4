/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mkdir, rmdir, link, rename, unlink, chmod, chown, utimes, setxattr, removexattr: a file or its name was changed, or that
 * was refused. One shape for all: what a type does not have is zero.
 */
#ifndef MARTLET_RECORD_CHANGE_H
#define MARTLET_RECORD_CHANGE_H

#include "file.h"

struct martlet_change_record {
	struct martlet_record_header header;
	struct martlet_file file;              /* as it was before the call; of a mkdir, the new directory */
	struct martlet_file destination;       /* link, rename: under the new name, after the call */
	__s64 atime_s;                         /* utimes: what the inode has after the call */
	__s64 mtime_s;
	__u32 atime_ns;
	__u32 mtime_ns;
	__u32 times;                           /* enum martlet_change_times */
	__u32 flags;                           /* AT_*, RENAME_* */
	__u32 mode;                            /* chmod, mkdir: as asked */
	__u32 uid;                             /* chown: as asked, 0xffffffff for "as it is" */
	__u32 gid;
	__u32 reserved;
	struct martlet_slice user_path;        /* the first path as given */
	struct martlet_slice user_destination; /* the second */
	struct martlet_slice attribute;        /* name of an extended attribute */
};
_Static_assert(sizeof(struct martlet_change_record) == 288, "bump MARTLET_ABI_VERSION");

/* Which times a utimes set. */
enum martlet_change_times {
	MARTLET_CHANGE_ATIME = 1 << 0,
	MARTLET_CHANGE_MTIME = 1 << 1,
};

#endif
