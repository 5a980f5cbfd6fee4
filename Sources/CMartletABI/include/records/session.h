/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* session: a process said which session of a person it belongs to. A piece of it, as one request holds it. */
#ifndef MARTLET_RECORD_SESSION_H
#define MARTLET_RECORD_SESSION_H

#include "header.h"

struct martlet_session_record {
	struct martlet_record_header header;
	__u64 id;
	__u32 cursor;               /* which piece, from 1 */
	__u32 session_type;         /* enum martlet_session_type, or what the process says */
	struct martlet_slice data;  /* the piece, padded with NUL */
};
_Static_assert(sizeof(struct martlet_session_record) == 96, "bump MARTLET_ABI_VERSION");

#endif
