/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* splice: data was moved between a pipe and another file without a copy, or was to be. */
#ifndef MARTLET_RECORD_SPLICE_H
#define MARTLET_RECORD_SPLICE_H

#include "file.h"

struct martlet_splice_record {
	struct martlet_record_header header;
	struct martlet_file file;  /* the end that is no pipe; not there between two pipes */
	__u32 entry_flag;          /* PIPE_BUF_FLAG_* of the pipe's latest buffer, before the call */
	__u32 exit_flag;           /* and after it */
};
_Static_assert(sizeof(struct martlet_splice_record) == 152, "bump MARTLET_ABI_VERSION");

#endif
