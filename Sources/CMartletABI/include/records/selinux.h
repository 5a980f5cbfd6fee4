/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* selinux: a process wrote to a file that steers SELinux. */
#ifndef MARTLET_RECORD_SELINUX_H
#define MARTLET_RECORD_SELINUX_H

#include "file.h"

#define MARTLET_SELINUX_TEXT 64

/* martlet_selinux_record.kind */
enum martlet_selinux_kind {
	MARTLET_SELINUX_NONE = 0,
	MARTLET_SELINUX_ENFORCE = 1,
	MARTLET_SELINUX_DISABLE = 2,
	MARTLET_SELINUX_BOOL = 3,
	MARTLET_SELINUX_COMMIT = 4,
};

struct martlet_selinux_record {
	struct martlet_record_header header;
	struct martlet_file file;    /* the node that was written to */
	__u32 kind;                  /* enum martlet_selinux_kind */
	__u32 reserved;
	struct martlet_slice text;   /* what was written, as the caller's memory has it after the call */
};
_Static_assert(sizeof(struct martlet_selinux_record) == 160, "bump MARTLET_ABI_VERSION");

#endif
