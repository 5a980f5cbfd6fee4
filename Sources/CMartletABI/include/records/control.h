/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the sensor sets before the probes run, and what they keep while they do. */
#ifndef MARTLET_RECORD_CONTROL_H
#define MARTLET_RECORD_CONTROL_H

#include "handlers.h"
#include "header.h"

#define MARTLET_SYSCALLS 512          /* numbers beyond have no row: nothing we watch is there */
#define MARTLET_OPCODES 64            /* of io_uring; those beyond have no row either */
#define MARTLET_SCRATCH_SIZE 262144   /* bytes a processor has to build a record in; a power of two */

/* The handler of each call: [0] native numbers, [1] those of 32-bit calls. */
struct martlet_calls {
	__u8 handlers[2][MARTLET_SYSCALLS];
};

/* Which processes are watched. */
enum martlet_scope_kind {
	MARTLET_SCOPE_TREE = 0,    /* those in the map `scope`, and what descends from them */
	MARTLET_SCOPE_CGROUP = 1,  /* those in a cgroup of version 2 and in all below it */
	MARTLET_SCOPE_HOST = 2,    /* all */
};

/* What is looked at. It may change at any time, to what was loaded. */
struct martlet_watch {
	struct martlet_calls exits;              /* calls that are looked at when they end */
	struct martlet_calls entries;            /* calls that are looked at when they begin too */
	__u8 completions[MARTLET_OPCODES];       /* handler of each io_uring operation */
	__u8 submissions[MARTLET_OPCODES];
	__u64 events;                            /* bit of each martlet_record_type that is wanted */
	__u64 inside;                            /* of each whose files functions inside of calls tell (inside_change.h) */
};

/* Fixed from load on, so that the verifier drops what this kernel does not need. */
struct martlet_config {
	__u64 ring_size;                         /* bytes of the ring buffer */
	__u64 brake_ns;                          /* how long who fills the ring may be held up at an event (share.h); 0: not at all */
	__u64 has_task_from_vpid;                /* the kernel offers bpf_task_from_vpid (6.14) */
	__u64 has_task_from_pid;                 /* bpf_task_from_pid (6.2) */
	__u64 has_packet_pages;                  /* the kernel lets tracepoints read the pages of packets (6.12) */
	__u64 cgroup_id;                         /* kernfs id of the cgroup that is the scope */
	__u32 cgroup_level;                      /* how many are above it */
	__u32 scope;                             /* enum martlet_scope_kind */
	__u32 own_tgid;                          /* the sensor's, in the initial pid namespace */
	__u32 reserved;
};

/* How overlayfs, whose module may come later, lays out what it knows of a file: bytes from the inode on, and in its entry. */
struct martlet_overlay {
	__u32 is_known;
	__s32 upper;      /* the dentry in the upper layer */
	__s32 lower;      /* the dentry in the first of the lower layers; where has_entry is not 0, the entry that has it */
	__u32 has_entry;
	__u32 count;      /* in the entry: how many lower layers have the file */
	__u32 first;      /* the dentry in the first of them */
};

/* Where the kernel finds cached names, once the sensor has found that out: the bucket of a name is the one at `hash >> shift`. */
struct martlet_name_table {
	__u64 buckets;  /* 0: not known */
	__u64 shift;
};

#define MARTLET_NAME_SAMPLES 64 /* a power of two */

/* What it is found out by. */
struct martlet_name_sample {
	__u64 bucket;  /* address */
	__u64 hash;    /* of a name in it */
};

struct martlet_name_samples {
	__u64 count;
	struct martlet_name_sample rows[MARTLET_NAME_SAMPLES];
};

struct martlet_state {
	__u64 has_exempt;  /* there was one in the map `exempt`: till then nobody looks into it */
};

/* The reader of the ring, as those see it who wait for it (share.h). */
struct martlet_reader {
	__u64 position;   /* up to where it had read */
	__u64 since_ns;   /* when it had got there */
	__u64 looked_ns;  /* when somebody looked at it last */
	__u64 held_ns;    /* how long all together have waited */
};

/* What is remembered of a process in scope, by tgid. */
struct martlet_scope {
	__u32 dumped;  /* a thread of it went through the core dump path */
};

#endif
