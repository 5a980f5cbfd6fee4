/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* load_module, unload_module: code of the kernel came or went. */
#ifndef MARTLET_RECORD_MODULE_H
#define MARTLET_RECORD_MODULE_H

#include "file.h"

/* martlet_module_record.flags */
enum martlet_module_flag {
	MARTLET_MODULE_FROM_MEMORY = 1 << 0,     /* init_module(2): the image has no file */
	MARTLET_MODULE_ARGS_TRUNCATED = 1 << 1,  /* there are more parameters than a record takes */
};

struct martlet_module_record {
	struct martlet_record_header header;
	struct martlet_file file;          /* of finit_module(2) */
	__u32 flags;                       /* enum martlet_module_flag */
	__u32 reserved;
	struct martlet_slice name;         /* the kernel's; of an unload that found none, the caller's */
	struct martlet_slice args;         /* parameters as one text, from the caller's memory */
};
_Static_assert(sizeof(struct martlet_module_record) == 168, "bump MARTLET_ABI_VERSION");

#endif
