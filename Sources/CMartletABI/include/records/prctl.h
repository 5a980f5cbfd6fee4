/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* prctl: a thread changed or asked for an attribute of itself or of its process. */
#ifndef MARTLET_RECORD_PRCTL_H
#define MARTLET_RECORD_PRCTL_H

#include "header.h"

struct martlet_prctl_record {
	struct martlet_record_header header;
	__u32 option;                /* PR_* */
	__u32 is_name_cut;           /* PR_SET_NAME: the caller gave a longer name than the kernel keeps */
	struct martlet_slice name;   /* PR_SET_NAME: what the thread is called now */
};
_Static_assert(sizeof(struct martlet_prctl_record) == 88, "bump MARTLET_ABI_VERSION");

#endif
