/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bpf: a command of bpf(2).
 * Hook:    the exit of bpf
 * Why:     the result is known, and descriptors, old and new, lead to the kernel's own map or program. Which descriptors,
 *          the caller's memory says, after the call
 * Checked: 6.12, 6.18
 *
 * The helpers of a program are those that the instructions handed to the load call, read from the caller's memory; the
 * kernel itself keeps addresses. They are remembered by the program's id for the commands to come.
 */
#ifndef MARTLET_BPF_H
#define MARTLET_BPF_H

#include "call.h"
#include "filter.h"

#define ATTRIBUTE_WORDS 10
#define INSTRUCTIONS 4           /* read at a time */
#define INSTRUCTIONS_MAX 1000000 /* the verifier takes no more */
#define CALL_HELPER 0x85         /* BPF_JMP | BPF_CALL */

struct helpers {
	__u64 words[MARTLET_BPF_HELPER_WORDS];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32); /* program id */
	__type(value, struct helpers);
} MAP(program_helpers);

struct instructions_walk {
	struct martlet_bpf_record *record;
	__u64 next;  /* in the caller's memory */
	__u32 left;
	__u32 reserved;
};

static long instructions_step(__u32 index, struct instructions_walk *walk)
{
	__u64 instructions[INSTRUCTIONS] = {};
	__u32 size = walk->left < INSTRUCTIONS ? walk->left * 8 : sizeof(instructions);

	asm volatile("" : "+r"(size)); /* the bound must be on the register that is passed */
	if (!size || size > sizeof(instructions) ||
	    bpf_probe_read_user(instructions, size, (const void *)walk->next))
		return 1;
	for (int i = 0; i < INSTRUCTIONS; i++) {
		__u32 helper = instructions[i] >> 32;

		/* code, and the source register that tells a helper from a function of the program or the kernel */
		if ((instructions[i] & 0xf0ff) == CALL_HELPER && helper < 64 * MARTLET_BPF_HELPER_WORDS)
			walk->record->program.helpers[(helper >> 6) & (MARTLET_BPF_HELPER_WORDS - 1)] |= 1ULL << (helper & 63);
	}
	walk->next += sizeof(instructions);
	walk->left -= size / 8;
	return 0;
}

/* Reads the helpers of a program that was just loaded, and keeps them for later commands. */
static __always_inline void helpers_note(struct martlet_bpf_record *record, __u32 id, __u64 instructions, __u32 count)
{
	struct instructions_walk walk = { .record = record, .next = instructions, .left = count };

	bpf_loop(INSTRUCTIONS_MAX / INSTRUCTIONS, instructions_step, &walk, 0);
	if (!walk.left)
		bpf_map_update_elem(&program_helpers, &id, record->program.helpers, BPF_ANY);
}

/* Reads what is behind a descriptor; the kernel's name of it tells whether that is a map or a program. */
__noinline int bpf_subject_read(__u32 fd, __u64 instructions, __u32 count)
{
	struct file *file = file_of(current_task(), fd);
	struct scratch *scratch = scratch_in_use();
	struct martlet_bpf_record *record;
	__u64 name[2] = {};

	if (!scratch || !file || file->f_path.dentry->d_sb->s_magic != ANON_INODE_FS_MAGIC)
		return 0;
	record = (void *)scratch->bytes;
	bpf_probe_read_kernel_str(name, sizeof(name), file->f_path.dentry->d_name.name);
	if (!__builtin_memcmp(name, "bpf-map", 8) && !record->map.id) {
		struct bpf_map *map = as(bpf_map, file->private_data);

		record->map.id = map->id;
		record->map.type = map->map_type;
		slice_kernel_string(scratch, &record->map.name, map->name, sizeof(map->name));
	} else if (!__builtin_memcmp(name, "bpf-prog\0", 9) && !record->program.id) {
		struct bpf_prog *program = as(bpf_prog, file->private_data);
		struct bpf_prog_aux *aux = program->aux;
		__u32 id = aux->id;
		struct helpers *helpers;

		if (count)
			helpers_note(record, id, instructions, count);
		record->program.id = id;
		record->program.type = program->type;
		record->program.attach_type = program->expected_attach_type;
		bpf_probe_read_kernel(record->program.tag, sizeof(record->program.tag), program->tag);
		slice_kernel_string(scratch, &record->program.name, aux->name, sizeof(aux->name));
		helpers = bpf_map_lookup_elem(&program_helpers, &id);
		if (helpers) {
			record->program.flags = MARTLET_BPF_HELPERS_KNOWN;
			__builtin_memcpy(record->program.helpers, helpers, sizeof(*helpers));
		}
	}
	return 0;
}

/* The descriptors that a command is about; -1 for none. `attribute` is the caller's, in words of 32 bits. */
static __always_inline void subjects_of(__u32 command, const __u32 *attribute, long result, __u32 *first, __u32 *second)
{
	switch (command) {
	case BPF_MAP_CREATE:
	case BPF_PROG_LOAD:
	case BPF_OBJ_GET:
	case BPF_PROG_GET_FD_BY_ID:
	case BPF_MAP_GET_FD_BY_ID:
		*first = result < 0 ? -1 : result;
		break;
	case BPF_MAP_LOOKUP_ELEM:
	case BPF_MAP_UPDATE_ELEM:
	case BPF_MAP_DELETE_ELEM:
	case BPF_MAP_GET_NEXT_KEY:
	case BPF_MAP_LOOKUP_AND_DELETE_ELEM:
	case BPF_MAP_FREEZE:
	case BPF_PROG_TEST_RUN:
	case BPF_OBJ_GET_INFO_BY_FD:
	case BPF_PROG_QUERY:
	case BPF_LINK_CREATE:
		*first = attribute[0];
		break;
	case BPF_PROG_DETACH:  /* from what, and what */
	case BPF_PROG_BIND_MAP:
		*first = attribute[0];
		*second = attribute[1];
		break;
	case BPF_PROG_ATTACH:
		*first = attribute[1];
		break;
	case BPF_OBJ_PIN:
	case BPF_RAW_TRACEPOINT_OPEN:
		*first = attribute[2];
		break;
	case BPF_LINK_UPDATE:  /* the old program if it is named, else the new one */
		*first = attribute[3];
		*second = attribute[1];
		break;
	case BPF_MAP_LOOKUP_BATCH:
	case BPF_MAP_LOOKUP_AND_DELETE_BATCH:
	case BPF_MAP_UPDATE_BATCH:
	case BPF_MAP_DELETE_BATCH:
		*first = attribute[9];
		break;
	}
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_bpf, struct pt_regs *regs, long result)
{
	__u32 attribute[ATTRIBUTE_WORDS] = {}, first = -1, second = -1, size;
	struct filter_event event = { .type = MARTLET_RECORD_BPF };
	struct martlet_bpf_record *record;
	struct scratch *scratch;
	__u64 instructions = 0;
	__u32 count = 0;
	struct call call;

	call_read(&call, regs);
	size = call.args[2] < sizeof(attribute) ? call.args[2] : sizeof(attribute);
	asm volatile("" : "+r"(size)); /* the bound that follows must be on the register that is passed */
	if (size <= sizeof(attribute))
		bpf_probe_read_user(attribute, size, (const void *)call.args[1]);
	event.numbers[MARTLET_NUMBER_RESULT] = result;
	event.numbers[MARTLET_NUMBER_ASKED] = (__u32)call.args[0];
	/* what a program calls is noted when it is loaded, whoever asks for that */
	if (call.args[0] != BPF_PROG_LOAD && filtered(&event, call.task))
		return 0;
	scratch = record_begin(MARTLET_RECORD_BPF, sizeof(*record), call.task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->command = call.args[0];
	if (record->command == BPF_PROG_LOAD) {
		count = attribute[1];
		instructions = attribute[2] | (__u64)attribute[3] << 32;
	}
	subjects_of(record->command, attribute, result, &first, &second);
	if (first != (__u32)-1)
		bpf_subject_read(first, instructions, count);
	if (second != (__u32)-1)
		bpf_subject_read(second, 0, 0);
	record_submit(scratch);
	return 0;
}

#endif
