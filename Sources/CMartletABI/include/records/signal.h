/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* signal: kill(2) aimed at a process. */
#ifndef MARTLET_RECORD_SIGNAL_H
#define MARTLET_RECORD_SIGNAL_H

#include "header.h"

struct martlet_signal_record {
	struct martlet_record_header header;
	__u32 signal;
	__u32 target;  /* tgid, in the initial pid namespace; 0: not found */
};
_Static_assert(sizeof(struct martlet_signal_record) == 80, "bump MARTLET_ABI_VERSION");

#endif
