/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* setrlimit: a limit of a process was set. */
#ifndef MARTLET_RECORD_SETRLIMIT_H
#define MARTLET_RECORD_SETRLIMIT_H

#include "header.h"

struct martlet_setrlimit_record {
	struct martlet_record_header header;
	__u64 current;    /* the limit in force; all bits: no limit */
	__u64 maximum;    /* what it may be raised to */
	__u32 resource;   /* RLIMIT_* */
	__u32 target;     /* whose limit: tgid, in the initial pid namespace; 0: not found */
};
_Static_assert(sizeof(struct martlet_setrlimit_record) == 96, "bump MARTLET_ABI_VERSION");

#endif
