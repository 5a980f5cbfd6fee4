/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* mprotect: a process asked for other protections of its memory. */
#ifndef MARTLET_RECORD_MPROTECT_H
#define MARTLET_RECORD_MPROTECT_H

#include "header.h"

struct martlet_mprotect_record {
	struct martlet_record_header header;
	__u64 vm_start;     /* of the last area in the range as it was before the call; all zero where there was none */
	__u64 vm_end;
	__u64 vm_flags;     /* VM_*, before the call */
	__u32 protection;   /* PROT_*, as asked */
	__u32 reserved;
};
_Static_assert(sizeof(struct martlet_mprotect_record) == 104, "bump MARTLET_ABI_VERSION");

#endif
