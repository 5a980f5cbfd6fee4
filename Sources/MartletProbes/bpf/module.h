/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * load_module, unload_module: code of the kernel came or went.
 * Hook:    the exit of init_module, finit_module, delete_module; in between tp_btf/module_load(struct module *) and
 *          tp_btf/module_free(struct module *)
 * Why:     the result is known at the exit, the module's own name only in between. Its parameters are read from the
 *          caller's memory at the exit: of the kernel's copy, which it takes apart in place, only the first word is left
 * Checked: 6.12; the calls, without modules: 6.18
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
	char name[MODULE_NAME];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct module_seen);
} modules_seen SEC(".maps");

static __always_inline int module_note(struct module *module)
{
	struct module_seen *seen;

	if (!in_scope(current_task()))
		return 0;
	seen = bpf_task_storage_get(&modules_seen, bpf_get_current_task_btf(), NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (seen)
		bpf_probe_read_kernel_str(seen->name, sizeof(seen->name), module->name);
	return 0;
}

SEC("tp_btf/module_load")
int BPF_PROG(martlet_module_load, struct module *module)
{
	return module_note(as(module, module));
}

SEC("tp_btf/module_free")
int BPF_PROG(martlet_module_free, struct module *module)
{
	return module_note(as(module, module));
}

static __always_inline void module_args_read(struct scratch *scratch, struct martlet_module_record *record, __u64 args)
{
	slice_user_string(scratch, &record->args, (const void *)args, MODULE_ARGS);
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
			module_args_read(scratch, record, call.args[2]);
		} else if (call.handler == MARTLET_HANDLER_FINIT_MODULE) {
			file = file_of(call.task, call.args[0]);
			module_args_read(scratch, record, call.args[1]);
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
