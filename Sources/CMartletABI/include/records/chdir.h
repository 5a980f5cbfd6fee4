/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* chdir: a process moved to another working directory, or was refused. */
#ifndef MARTLET_RECORD_CHDIR_H
#define MARTLET_RECORD_CHDIR_H

#include "file.h"

struct martlet_chdir_record {
	struct martlet_record_header header;
	struct martlet_file file;        /* the new directory; where refused, the one that the string starts from */
	struct martlet_slice user_path;  /* the argument of chdir(2) as given; not there for fchdir(2) */
};
_Static_assert(sizeof(struct martlet_chdir_record) == 152, "bump MARTLET_ABI_VERSION");

#endif
