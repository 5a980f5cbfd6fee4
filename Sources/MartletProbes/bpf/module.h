/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * load_module, unload_module: code of the kernel came or went.
 * Hook:    the exit of init_module, finit_module, delete_module; in between tp_btf/module_load(struct module *) and
 *          tp_btf/module_free(struct module *)
 * Why:     the result is known at the exit, the module's name and the kernel's copy of its parameters only in between
 * Checked: 6.18 (the calls, which this one refuses: it has no modules)
 */
#ifndef MARTLET_MODULE_H
#define MARTLET_MODULE_H

#include "call.h"
#include "file.h"
#include "scope.h"

#define MODULE_NAME 64
#define MODULE_ARGS 1024

/* The module that the current call of a thread is about. */
struct module_seen {
	__u32 has_args;
	char name[MODULE_NAME];
	char args[MODULE_ARGS];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct module_seen);
} modules_seen SEC(".maps");

static __always_inline struct module_seen *module_note(struct module *module)
{
	struct module_seen *seen;

	if (!scope_of(current_task()))
		return NULL;
	seen = bpf_task_storage_get(&modules_seen, bpf_get_current_task_btf(), NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (seen)
		bpf_probe_read_kernel_str(seen->name, sizeof(seen->name), module->name);
	return seen;
}

SEC("tp_btf/module_load")
int BPF_PROG(martlet_module_load, struct module *module)
{
	struct module_seen *seen;

	module = as(module, module);
	seen = module_note(module);
	if (seen)
		seen->has_args = bpf_probe_read_kernel_str(seen->args, sizeof(seen->args), module->args) > 0;
	return 0;
}

SEC("tp_btf/module_free")
int BPF_PROG(martlet_module_free, struct module *module)
{
	module_note(as(module, module));
	return 0;
}

static __always_inline void module_args_read(struct scratch *scratch, struct martlet_module_record *record,
					     struct module_seen *seen, const void *user_args)
{
	if (seen && seen->has_args)
		slice_kernel_string(scratch, &record->args, seen->args, MODULE_ARGS);
	else if (user_args)
		slice_user_string(scratch, &record->args, user_args, MODULE_ARGS);
	if (record->args.length == MODULE_ARGS - 1)
		record->flags |= MARTLET_MODULE_ARGS_TRUNCATED;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_module, struct pt_regs *regs, long result)
{
	struct martlet_module_record *record;
	struct module_seen *seen;
	struct scratch *scratch;
	struct file *file = NULL;
	struct call call;
	__u32 type;

	call_read(&call, regs);
	type = call.handler == MARTLET_HANDLER_DELETE_MODULE ? MARTLET_RECORD_UNLOAD_MODULE : MARTLET_RECORD_LOAD_MODULE;
	seen = bpf_task_storage_get(&modules_seen, bpf_get_current_task_btf(), NULL, 0);
	scratch = record_begin(type, sizeof(*record), call.task, result);
	if (scratch) {
		record = (void *)scratch->bytes;
		if (seen)
			slice_kernel_string(scratch, &record->name, seen->name, MODULE_NAME);
		if (call.handler == MARTLET_HANDLER_INIT_MODULE) {
			record->flags = MARTLET_MODULE_FROM_MEMORY;
			module_args_read(scratch, record, seen, (const void *)call.args[2]);
		} else if (call.handler == MARTLET_HANDLER_FINIT_MODULE) {
			file = file_of(call.task, call.args[0]);
			module_args_read(scratch, record, seen, (const void *)call.args[1]);
		} else if (!record->name.length) {
			slice_user_string(scratch, &record->name, (const void *)call.args[0], MODULE_NAME);
		}
		if (file)
			file_read(scratch, &record->file, file->f_path.mnt, file->f_path.dentry);
		record_submit(scratch);
	}
	if (seen)
		bpf_task_storage_delete(&modules_seen, bpf_get_current_task_btf());
	return 0;
}

#endif
