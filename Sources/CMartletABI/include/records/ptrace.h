/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ptrace: a request of a tracer, or to be traced; one process reads or writes the memory of another. */
#ifndef MARTLET_RECORD_PTRACE_H
#define MARTLET_RECORD_PTRACE_H

#include "header.h"

/* martlet_ptrace_record.request: numbers that no request of ptrace(2) has */
#define MARTLET_PROCESS_VM_READV 0x100000000
#define MARTLET_PROCESS_VM_WRITEV 0x100000001

struct martlet_ptrace_record {
	struct martlet_record_header header;
	__s64 request;   /* PTRACE_*, or one of the above */
	__u64 address;   /* the address argument, whatever the request takes it for */
	__u32 tracee;    /* tgid, in the initial pid namespace; 0: none was named or found */
	__u32 reserved;
};
_Static_assert(sizeof(struct martlet_ptrace_record) == 96, "bump MARTLET_ABI_VERSION");

#endif
