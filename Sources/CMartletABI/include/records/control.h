/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the sensor sets before the probes run, and what they keep while they do. */
#ifndef MARTLET_RECORD_CONTROL_H
#define MARTLET_RECORD_CONTROL_H

#include "header.h"

#define MARTLET_SYSCALLS 512          /* numbers beyond have no row: nothing we watch is there */
#define MARTLET_SCRATCH_SIZE 262144   /* bytes a processor has to build a record in; a power of two */
#define MARTLET_WAKEUP_BYTES 262144   /* the consumer is woken when so much waits; else its timer finds it */

/* Which reading of its arguments a system call wants at its exit; 0 is "nobody asks". */
enum martlet_handler {
	MARTLET_HANDLER_NONE = 0,
	MARTLET_HANDLER_OPEN = 1,
	MARTLET_HANDLER_OPENAT = 2,
	MARTLET_HANDLER_OPENAT2 = 3,
	MARTLET_HANDLER_CREAT = 4,
	MARTLET_HANDLER_OPEN_BY_HANDLE_AT = 5,
	MARTLET_HANDLER_TRUNCATE = 6,
	MARTLET_HANDLER_SETUID = 7,
	MARTLET_HANDLER_SETFSUID = 8,
	MARTLET_HANDLER_SETGID = 9,
	MARTLET_HANDLER_SETFSGID = 10,
	MARTLET_HANDLER_CAPSET = 11,
	MARTLET_HANDLER_KILL = 12,
	MARTLET_HANDLER_CHDIR = 13,
	MARTLET_HANDLER_FCHDIR = 14,
	MARTLET_HANDLERS = 15,
};

/* Fixed from load on, so that the verifier drops what this kernel or this run does not need. */
struct martlet_config {
	__u8 handlers[2][MARTLET_SYSCALLS];  /* [0] native numbers, [1] those of 32-bit calls: enum martlet_handler */
	__u64 events;                        /* bit of each martlet_record_type that is wanted */
	__u64 has_task_from_vpid;            /* the kernel offers bpf_task_from_vpid (6.14) */
};

struct martlet_state {
	__u64 live;  /* processes in scope that have not ended */
};

/* One process in scope, by tgid. */
struct martlet_scope {
	__u32 dumped;  /* a thread of it went through the core dump path */
};

#endif
