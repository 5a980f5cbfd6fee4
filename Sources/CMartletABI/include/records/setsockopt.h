/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* setsockopt: an option of a socket was set. */
#ifndef MARTLET_RECORD_SETSOCKOPT_H
#define MARTLET_RECORD_SETSOCKOPT_H

#include "header.h"

#define MARTLET_FILTER_MAX 4096 /* bytes of a filter that a record takes: 512 instructions */

/* struct sock_filter of the kernel's headers. */
struct martlet_instruction {
	__u16 code;
	__u8 if_true;
	__u8 if_false;
	__u32 constant;
};

struct martlet_setsockopt_record {
	struct martlet_record_header header;
	__s32 level;                  /* SOL_*, IPPROTO_* */
	__s32 option;
	__u16 family;                 /* of the socket: AF_* */
	__u16 socket_type;            /* SOCK_* */
	__u16 protocol;               /* IPPROTO_*, or what the family takes it for */
	__u16 filter_length;          /* instructions of a filter that was attached; 0: none was */
	struct martlet_slice filter;  /* struct martlet_instruction[], the kernel's copy: a beginning, or all */
};
_Static_assert(sizeof(struct martlet_setsockopt_record) == 96, "bump MARTLET_ABI_VERSION");

#endif
