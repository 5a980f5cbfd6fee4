/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* syscalls: which system calls a process made that it had not made before. */
#ifndef MARTLET_RECORD_SYSCALLS_H
#define MARTLET_RECORD_SYSCALLS_H

#include "header.h"

#define MARTLET_SYSCALL_WORDS 8 /* numbers 0 to 511 */

struct martlet_syscalls_record {
	struct martlet_record_header header;
	__u64 numbers[MARTLET_SYSCALL_WORDS];  /* bit N of word M: call number 64 * M + N, of the architecture's own table */
};
_Static_assert(sizeof(struct martlet_syscalls_record) == 136, "bump MARTLET_ABI_VERSION");

#endif
