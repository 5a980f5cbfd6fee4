#define _GNU_SOURCE /* vasprintf, memmem */
#include "CLibbpf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_LINE 2048

static clibbpf_log current_log;

static int print(enum libbpf_print_level level, const char *format, va_list arguments)
{
	const char *shown, *next;
	char *line;
	int length;

	if (!current_log || level == LIBBPF_DEBUG)
		return 0;
	length = vasprintf(&line, format, arguments);
	if (length < 0)
		return 0;
	shown = line;
	if (length > LONGEST_LINE) {
		/* Why the verifier refuses a program stands behind pages of what it saw before. */
		shown += length - LONGEST_LINE;
		next = strchr(shown, '\n');
		if (next)
			shown = next + 1;
	}
	current_log(level, shown);
	free(line);
	return 0;
}

void clibbpf_set_log(clibbpf_log log)
{
	current_log = log;
	libbpf_set_print(print);
}

struct bpf_object *clibbpf_open(const void *bytes, size_t size, const char *name, const char *types)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name, .btf_custom_path = types);

	return bpf_object__open_mem(bytes, size, &options);
}

int clibbpf_load_copy(const struct bpf_program *program, const char *name, enum bpf_attach_type type, int function)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = type, .attach_btf_id = function);

	return bpf_prog_load(BPF_PROG_TYPE_TRACING, name, "Dual BSD/GPL", bpf_program__insns(program),
			     bpf_program__insn_cnt(program), &options);
}

bool clibbpf_has_name(const struct btf *types, const char *name)
{
	__u32 size;
	const struct btf_header *header = btf__raw_data(types, &size);
	const char *names = (const char *)header + header->hdr_len + header->str_off;
	const char *end = names + header->str_len, *found = names;

	/* Each name stands between two NULs: to look for it so is faster than to read all types. */
	for (; (found = memmem(found, end - found, name, strlen(name) + 1)); found++)
		if (found > names && !found[-1])
			return true;
	return false;
}

/* What a type is under its names and qualifiers. */
static const struct btf_type *plain(const struct btf *types, __u32 id)
{
	return btf__type_by_id(types, btf__resolve_type(types, id));
}

bool clibbpf_takes(const struct btf *types, const char *function, __u32 index, const char *structure)
{
	int id = btf__find_by_name_kind(types, function, BTF_KIND_FUNC);
	const struct btf_type *type = id > 0 ? btf__type_by_id(types, id) : NULL;

	type = type ? btf__type_by_id(types, type->type) : NULL;
	if (!type || !btf_is_func_proto(type) || index >= btf_vlen(type))
		return false;
	type = plain(types, btf_params(type)[index].type);
	if (!type || !btf_is_ptr(type))
		return false;
	type = plain(types, type->type);
	return type && btf_is_struct(type) && !strcmp(btf__name_by_offset(types, type->name_off), structure);
}

int clibbpf_member_offset(const struct btf *types, const char *structure, const char *member)
{
	int id = btf__find_by_name_kind(types, structure, BTF_KIND_STRUCT);
	const struct btf_type *type = id > 0 ? btf__type_by_id(types, id) : NULL;

	for (__u16 i = 0; type && i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(types, btf_members(type)[i].name_off), member))
			return btf_member_bit_offset(type, i) / 8;
	return -1;
}
