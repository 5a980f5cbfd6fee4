/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What every record begins with. */
#ifndef MARTLET_RECORD_HEADER_H
#define MARTLET_RECORD_HEADER_H

#include <linux/types.h>

/* The kinds of record, in the order in which events were added. Numbers are never reused: recordings hold them. */
enum martlet_record_type {
	MARTLET_RECORD_NONE = 0,
	MARTLET_RECORD_FORK = 1,
	MARTLET_RECORD_EXEC = 2,
	MARTLET_RECORD_EXIT = 3,
	MARTLET_RECORD_OPEN = 4,
	MARTLET_RECORD_SETUID = 5,
	MARTLET_RECORD_SETGID = 6,
	MARTLET_RECORD_CAPSET = 7,
	MARTLET_RECORD_SIGNAL = 8,
	MARTLET_RECORD_CHDIR = 9,
	MARTLET_RECORD_MKDIR = 10,
	MARTLET_RECORD_RMDIR = 11,
	MARTLET_RECORD_LINK = 12,
	MARTLET_RECORD_RENAME = 13,
	MARTLET_RECORD_UNLINK = 14,
	MARTLET_RECORD_CHMOD = 15,
	MARTLET_RECORD_CHOWN = 16,
	MARTLET_RECORD_UTIMES = 17,
	MARTLET_RECORD_SETXATTR = 18,
	MARTLET_RECORD_REMOVEXATTR = 19,
	MARTLET_RECORD_SPLICE = 20,
	MARTLET_RECORD_MOUNT = 21,
	MARTLET_RECORD_UMOUNT = 22,
	MARTLET_RECORD_UNSHARE = 23,
	MARTLET_RECORD_MMAP = 24,
	MARTLET_RECORD_MPROTECT = 25,
	MARTLET_RECORD_PTRACE = 26,
	MARTLET_RECORD_BPF = 27,
	MARTLET_RECORD_LOAD_MODULE = 28,
	MARTLET_RECORD_UNLOAD_MODULE = 29,
	MARTLET_RECORD_SELINUX = 30,
	MARTLET_RECORD_BIND = 31,
	MARTLET_RECORD_DNS = 32,
	MARTLET_RECORD_IMDS = 33,
	MARTLET_RECORD_CONNECT = 34,
	MARTLET_RECORD_ACCEPT = 35,
	MARTLET_RECORD_PRCTL = 36,
	MARTLET_RECORD_SETSOCKOPT = 37,
	MARTLET_RECORD_SETRLIMIT = 38,
	MARTLET_RECORD_SYSCTL = 39,
	MARTLET_RECORD_CGROUP_WRITE = 40,
	MARTLET_RECORD_SYSCALLS = 41,
	MARTLET_RECORD_SESSION = 60,  /* no event: what a process says of the person it works for */
	MARTLET_RECORD_TYPES = 61,
};

/* martlet_record_header.flags */
enum martlet_record_flag {
	MARTLET_FLAG_ASYNC = 1 << 0,       /* the operation came through io_uring, not through the system call */
	MARTLET_FLAG_COMPAT = 1 << 1,      /* a 32-bit system call on a 64-bit kernel */
	MARTLET_FLAG_THREAD = 1 << 2,      /* fork: the new task is a thread of the same process, no event */
	MARTLET_FLAG_USER_PATH = 1 << 3,   /* in old recordings: the path is the caller's string. Now the file's flags tell */
	MARTLET_FLAG_SPAN = 1 << 4,        /* the record ends in a martlet_span */
};

/* A run of bytes of the record: offset from its first byte. {0, 0} is "not there". */
struct martlet_slice {
	__u32 offset;
	__u32 length;
};

/* The identity the acting thread held when the record was written; ids in the initial user namespace. */
struct martlet_credentials {
	__u32 uid;
	__u32 gid;
	__u32 euid;
	__u32 egid;
	__u32 fsuid;
	__u32 fsgid;
	__u64 cap_effective;
	__u64 cap_permitted;
};

struct martlet_record_header {
	__u32 size;                             /* of the whole record, tail included */
	__u16 type;                             /* enum martlet_record_type */
	__u16 flags;                            /* enum martlet_record_flag */
	__u64 ktime_ns;                         /* CLOCK_MONOTONIC, when the hook ran */
	__s64 result;                           /* what the call returned; 0 where there is no call */
	__u32 pid;                              /* tgid, in the initial pid namespace */
	__u32 tid;                              /* pid of the thread, in the initial pid namespace */
	struct martlet_credentials credentials;
};

/*
 * The span of distributed tracing that the acting thread was in: the last bytes of a record that has MARTLET_FLAG_SPAN.
 * Few have, and a slice in the header would cost all others eight bytes.
 */
struct martlet_span {
	__u64 span_id;
	__u64 trace_id;
};
_Static_assert(sizeof(struct martlet_span) == 16, "bump MARTLET_ABI_VERSION");

_Static_assert(sizeof(struct martlet_record_header) == 72, "bump MARTLET_ABI_VERSION");

#endif
