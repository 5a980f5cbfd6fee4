/* libbpf, and what of it Swift cannot call. */
#ifndef CLIBBPF_H
#define CLIBBPF_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>

/* libbpf's log as whole lines: its own callback takes a va_list. `level` is enum libbpf_print_level. */
typedef void (*clibbpf_log)(int level, const char *line);
void clibbpf_set_log(clibbpf_log log);

/*
 * bpf_object__open_mem, for which libbpf wants an options struct that only a macro can make. `types` is the file with the
 * types to relocate by, which is read when the object is loaded; NULL: the kernel's own.
 */
struct bpf_object *clibbpf_open(const void *bytes, size_t size, const char *name, const char *types);

/* A new file in memory, for clibbpf_write_excerpt; -1 with errno. */
int clibbpf_excerpt_file(void);

/*
 * Writes what an object whose own types are `wanted` needs of the kernel's types to be relocated by. Each type has the
 * number that it has in the kernel. False if it cannot be written.
 */
bool clibbpf_write_excerpt(const struct btf *kernel, const struct btf *wanted, int descriptor);

/* Whether a type, a function, a member or a value is called so. */
bool clibbpf_has_name(const struct btf *types, const char *name);

/*
 * Loads a copy of a loaded tracing program, one without functions of its own, for the function of the kernel whose id in
 * its BTF is `function`; `type` is BPF_TRACE_FENTRY or BPF_TRACE_FEXIT. Returns the copy's descriptor, or -errno.
 */
int clibbpf_load_copy(const struct bpf_program *program, const char *name, enum bpf_attach_type type, int function);

/* Whether the kernel, whose types are given, has the function, and its argument `index` is a pointer to such a structure. */
bool clibbpf_takes(const struct btf *types, const char *function, __u32 index, const char *structure);

/* Where a struct has a member, in bytes; -1 where the types have none such. */
int clibbpf_member_offset(const struct btf *types, const char *structure, const char *member);

#endif
