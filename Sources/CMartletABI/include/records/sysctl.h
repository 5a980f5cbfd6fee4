/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* sysctl: a parameter of the kernel was read or written. */
#ifndef MARTLET_RECORD_SYSCTL_H
#define MARTLET_RECORD_SYSCTL_H

#include "header.h"

#define MARTLET_SYSCTL_NAME 256
#define MARTLET_SYSCTL_VALUE 1024

/* martlet_sysctl_record.flags */
enum martlet_sysctl_flag {
	MARTLET_SYSCTL_WRITE = 1 << 0,         /* written; else read */
	MARTLET_SYSCTL_NAME_CUT = 1 << 1,
	MARTLET_SYSCTL_OLD_CUT = 1 << 2,
	MARTLET_SYSCTL_NEW_CUT = 1 << 3,
};

/* Texts end at their first NUL. The last members of the fixed part, not slices: the record is made where it is sent from. */
struct martlet_sysctl_record {
	struct martlet_record_header header;
	__u32 flags;                           /* enum martlet_sysctl_flag */
	__u32 position;                        /* offset in the file of the parameter */
	__u8 name[MARTLET_SYSCTL_NAME];        /* "kernel/core_pattern" */
	__u8 old_value[MARTLET_SYSCTL_VALUE];  /* as a read just before would have it */
	__u8 new_value[MARTLET_SYSCTL_VALUE];  /* of a write: the kernel's copy of what it is to be */
	struct martlet_span span;              /* of the acting thread; zero where MARTLET_FLAG_SPAN is not set */
};
_Static_assert(sizeof(struct martlet_sysctl_record) == 2400, "bump MARTLET_ABI_VERSION");

#endif
