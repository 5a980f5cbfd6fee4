/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* open: a file was opened, or refused. */
#ifndef MARTLET_RECORD_OPEN_H
#define MARTLET_RECORD_OPEN_H

#include "file.h"

struct martlet_open_record {
	struct martlet_record_header header;
	struct martlet_file file;
	__u32 open_flags;                     /* O_*, of the architecture */
	__u32 mode;                           /* as asked, before the umask */
	struct martlet_slice user_path;       /* the caller's string, where there was no descriptor to tell the file */
};
_Static_assert(sizeof(struct martlet_open_record) == 160, "bump MARTLET_ABI_VERSION");

#endif
