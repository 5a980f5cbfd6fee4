/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* exec: a process replaced its image. */
#ifndef MARTLET_RECORD_EXEC_H
#define MARTLET_RECORD_EXEC_H

#include "file.h"
#include "process.h"

#define MARTLET_ARGS_MAX 65536 /* bytes of argv, and of envp, that a record takes */

/* martlet_exec_record.flags */
enum martlet_exec_flag {
	MARTLET_EXEC_ARGS_TRUNCATED = 1 << 0,
	MARTLET_EXEC_ENVS_TRUNCATED = 1 << 1,
	MARTLET_EXEC_FD_PATH = 1 << 2,  /* execveat through a descriptor: `filename` is the kernel's /dev/fd/N[/NAME] */
	MARTLET_EXEC_REDACTED = 1 << 3, /* set in recordings, never by a probe: `args` and `envs` are final */
};

struct martlet_exec_record {
	struct martlet_record_header header;
	struct martlet_process process;
	struct martlet_file executable;   /* the file of the call: the script where there is one */
	struct martlet_file interpreter;  /* the image that was loaded, where it is another file */
	__u32 flags;                      /* enum martlet_exec_flag */
	__u32 argc;
	__u32 envc;
	__u32 reserved;
	struct martlet_slice filename;    /* the kernel's copy of the pathname argument */
	struct martlet_slice args;        /* NUL-terminated strings, read from the new stack */
	struct martlet_slice envs;
};
_Static_assert(sizeof(struct martlet_exec_record) == 304, "bump MARTLET_ABI_VERSION");

#endif
