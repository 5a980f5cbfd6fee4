/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An address of a socket: a part of records, never one of its own. */
#ifndef MARTLET_RECORD_ADDRESS_H
#define MARTLET_RECORD_ADDRESS_H

#include "header.h"

/* martlet_address.flags */
enum martlet_address_flag {
	MARTLET_ADDRESS_USER = 1 << 0,  /* the kernel kept none: this is the caller's memory, read after the call */
};

struct martlet_address {
	__u64 high, low;             /* of the IPv6 address, first byte most significant; IPv4 is ::ffff:a.b.c.d */
	__u16 family;                /* AF_*; where it is neither AF_INET nor AF_INET6 there are no ip and port */
	__u16 port;                  /* in the order of the host */
	__u32 flags;                 /* enum martlet_address_flag */
	struct martlet_slice name;   /* AF_UNIX: sun_path as far as the address goes; an abstract name begins with NUL */
};
_Static_assert(sizeof(struct martlet_address) == 32, "bump MARTLET_ABI_VERSION");

#endif
