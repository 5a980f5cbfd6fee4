/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* bpf: a command of bpf(2), with the kernel's own view of the map and the program that it is about. */
#ifndef MARTLET_RECORD_BPF_H
#define MARTLET_RECORD_BPF_H

#include "header.h"

#define MARTLET_BPF_HELPER_WORDS 4 /* of 64 helpers each */

/* martlet_bpf_program.flags */
enum martlet_bpf_program_flag {
	MARTLET_BPF_HELPERS_KNOWN = 1 << 0,  /* its load was seen; else nothing is known of the helpers */
};

struct martlet_bpf_map {
	__u32 id;                  /* 0: the command is about no map */
	__u32 type;                /* enum bpf_map_type */
	struct martlet_slice name;
};

struct martlet_bpf_program {
	__u32 id;                  /* 0: the command is about no program */
	__u32 type;                /* enum bpf_prog_type */
	__u32 attach_type;         /* enum bpf_attach_type, as expected at load; 0 also where the type has none */
	__u32 flags;               /* enum martlet_bpf_program_flag */
	__u8 tag[8];
	__u64 helpers[MARTLET_BPF_HELPER_WORDS]; /* bit of each enum bpf_func_id that an instruction calls */
	struct martlet_slice name;
};

struct martlet_bpf_record {
	struct martlet_record_header header;
	__u32 command;             /* enum bpf_cmd */
	__u32 reserved;
	struct martlet_bpf_map map;
	struct martlet_bpf_program program;
};
_Static_assert(sizeof(struct martlet_bpf_record) == 160, "bump MARTLET_ABI_VERSION");

#endif
