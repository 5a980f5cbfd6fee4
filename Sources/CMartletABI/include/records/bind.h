/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* bind: a socket got an address, or was refused one. */
#ifndef MARTLET_RECORD_BIND_H
#define MARTLET_RECORD_BIND_H

#include "address.h"

struct martlet_bind_record {
	struct martlet_record_header header;
	struct martlet_address address;  /* as asked: port 0 is "any" */
};
_Static_assert(sizeof(struct martlet_bind_record) == 104, "bump MARTLET_ABI_VERSION");

#endif
