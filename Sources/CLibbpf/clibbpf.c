#include "CLibbpf.h"

#include <stdarg.h>
#include <stdio.h>

static clibbpf_log current_log;

static int print(enum libbpf_print_level level, const char *format, va_list arguments)
{
	char line[4096];

	if (!current_log || level == LIBBPF_DEBUG)
		return 0;
	vsnprintf(line, sizeof(line), format, arguments);
	current_log(level, line);
	return 0;
}

void clibbpf_set_log(clibbpf_log log)
{
	current_log = log;
	libbpf_set_print(print);
}

struct bpf_object *clibbpf_open(const void *bytes, size_t size, const char *name)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name);

	return bpf_object__open_mem(bytes, size, &options);
}
