#define _GNU_SOURCE /* memfd_create */
#include "CLibbpf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NAME_BITS 20

/* What is kept of the kernel's types. */
struct excerpt {
	const struct btf *kernel;
	bool *kept;  /* by id */
	__u32 last;  /* the greatest id that is */
};

/* A number for what libbpf takes for the same name: a version behind ___ does not count. */
static __u32 number_of(const char *name)
{
	__u32 number = 2166136261;

	for (; *name && strncmp(name, "___", 3); name++)
		number = (number ^ (__u8)*name) * 16777619;
	return number >> (32 - NAME_BITS);
}

/* Keeps a type, and those that it contains: not what it points to, which is of no matter for where its members are. */
static void keep(struct excerpt *excerpt, __u32 id)
{
	const struct btf_type *type = btf__type_by_id(excerpt->kernel, id);

	if (!id || !type || excerpt->kept[id])
		return;
	excerpt->kept[id] = true;
	if (id > excerpt->last)
		excerpt->last = id;
	if (btf_is_composite(type)) {
		for (__u16 i = 0; i < btf_vlen(type); i++)
			keep(excerpt, btf_members(type)[i].type);
	} else if (btf_is_array(type)) {
		keep(excerpt, btf_array(type)->type);
	} else if (btf_is_mod(type) || btf_is_typedef(type)) {
		keep(excerpt, type->type);
	}
}

static bool is_relocatable(const struct btf_type *type)
{
	return btf_is_composite(type) || btf_is_any_enum(type) || btf_is_typedef(type);
}

/* Keeps the types that are called like one of `wanted`. That two names have one number keeps a type too many. */
static bool keep_named(struct excerpt *excerpt, const struct btf *wanted)
{
	bool *numbers = calloc(1 << NAME_BITS, sizeof(*numbers));
	const struct btf_type *type;

	if (!numbers)
		return false;
	for (__u32 id = 1; id < btf__type_cnt(wanted); id++) {
		type = btf__type_by_id(wanted, id);
		if (type->name_off && is_relocatable(type))
			numbers[number_of(btf__name_by_offset(wanted, type->name_off))] = true;
	}
	for (__u32 id = 1; id < btf__type_cnt(excerpt->kernel); id++) {
		type = btf__type_by_id(excerpt->kernel, id);
		if (type->name_off && is_relocatable(type) &&
		    numbers[number_of(btf__name_by_offset(excerpt->kernel, type->name_off))])
			keep(excerpt, id);
	}
	free(numbers);
	return true;
}

static bool write_all(int descriptor, const void *bytes, size_t size)
{
	while (size) {
		ssize_t count = write(descriptor, bytes, size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		bytes += count;
		size -= count;
	}
	return true;
}

/* Writes the types up to the last that is kept, in the place of each other one the shortest that there is. */
static bool write_types(const struct excerpt *excerpt, int descriptor)
{
	__u32 size;
	const void *raw = btf__raw_data(excerpt->kernel, &size);
	const struct btf_header *model = raw;
	const struct btf_type filler = { .info = BTF_KIND_CONST << 24 };
	const void *end = raw + model->hdr_len + model->type_off + model->type_len;
	struct btf_header header = *model;
	void *types = malloc(model->type_len);
	void *next = types;
	bool is_written;

	if (!types)
		return false;
	for (__u32 id = 1; id <= excerpt->last; id++) {
		const void *type = btf__type_by_id(excerpt->kernel, id);
		const void *behind = id + 1 < btf__type_cnt(excerpt->kernel) ? btf__type_by_id(excerpt->kernel, id + 1) : end;

		if (!excerpt->kept[id]) {
			type = &filler;
			behind = &filler + 1;
		}
		memcpy(next, type, behind - type);
		next += behind - type;
	}
	header.hdr_len = sizeof(header);
	header.type_off = 0;
	header.type_len = next - types;
	header.str_off = header.type_len;
	is_written = write_all(descriptor, &header, sizeof(header)) && write_all(descriptor, types, header.type_len) &&
		     write_all(descriptor, raw + model->hdr_len + model->str_off, model->str_len);
	free(types);
	return is_written;
}

int clibbpf_excerpt_file(void)
{
	return memfd_create("martlet-types", MFD_CLOEXEC);
}

bool clibbpf_write_excerpt(const struct btf *kernel, const struct btf *wanted, int descriptor)
{
	struct excerpt excerpt = { .kernel = kernel, .kept = calloc(btf__type_cnt(kernel), sizeof(bool)) };
	bool is_written = excerpt.kept && keep_named(&excerpt, wanted) && write_types(&excerpt, descriptor);

	free(excerpt.kept);
	return is_written;
}
