/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* mmap: a process asked for a mapping. The header's result is the address, or a negated errno. */
#ifndef MARTLET_RECORD_MMAP_H
#define MARTLET_RECORD_MMAP_H

#include "file.h"

struct martlet_mmap_record {
	struct martlet_record_header header;
	struct martlet_file file;  /* what is mapped; not there for anonymous memory */
	__u64 length;              /* bytes, as asked */
	__u64 offset;              /* bytes into the file, as asked */
	__u32 protection;          /* PROT_* */
	__u32 map_flags;           /* MAP_* */
};
_Static_assert(sizeof(struct martlet_mmap_record) == 168, "bump MARTLET_ABI_VERSION");

#endif
