/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* connect, accept: a connection was made, or refused. */
#ifndef MARTLET_RECORD_CONNECTION_H
#define MARTLET_RECORD_CONNECTION_H

#include "address.h"

struct martlet_connection_record {
	struct martlet_record_header header;
	struct martlet_address local;
	struct martlet_address peer;
	__u32 protocol;  /* IPPROTO_*; 0 for families other than IP's */
	__u32 netns;     /* inode number of the socket's network namespace */
};
_Static_assert(sizeof(struct martlet_connection_record) == 144, "bump MARTLET_ABI_VERSION");

#endif
