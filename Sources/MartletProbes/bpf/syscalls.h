/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The exit of every system call, and the way from its number to the event it is.
 * Hook:    tp_btf/sys_exit(struct pt_regs *, long result)
 * Why:     the registers still hold the arguments, the kernel has resolved them, and the result is known. There is no
 *          program at the entry: it would double what a call costs that nobody asks for
 * Checked: 6.18
 *
 * pt_regs hold six arguments of a native call in di, si, dx, r10, r8, r9, and of a 32-bit one in bx, cx, dx, si, di.
 */
#include "chdir.h"
#include "credentials.h"
#include "open.h"
#include "scope.h"
#include "signal.h"

struct arguments {
	__u64 first, second, third, fourth;
};

static __always_inline void arguments_read(struct arguments *out, struct pt_regs *regs, bool compat)
{
	if (compat) {
		out->first = (__u32)regs->bx;
		out->second = (__u32)regs->cx;
		out->third = (__u32)regs->dx;
		out->fourth = (__u32)regs->si;
	} else {
		out->first = regs->di;
		out->second = regs->si;
		out->third = regs->dx;
		out->fourth = regs->r10;
	}
}

/* The flags of openat2 are in memory of the caller, who may have changed them: those the kernel keeps come from it. */
static __always_inline void how_read(struct open_call *call, struct task_struct *task, const void *user_how, long result)
{
	const __u32 dropped = 00001700 | 02000000; /* O_CREAT O_EXCL O_NOCTTY O_TRUNC, O_CLOEXEC: not kept in f_flags */
	struct file *file = result >= 0 ? file_of(task, result) : NULL;
	__u64 how[2] = {};

	bpf_probe_read_user(how, sizeof(how), user_how);
	call->flags = how[0];
	call->mode = how[1];
	if (file)
		call->flags = (how[0] & (dropped | 0100000)) | (file->f_flags & ~(dropped | 0100000));
}

static __always_inline int open_handle(struct task_struct *task, __u32 handler, struct arguments *in, long result)
{
	struct open_call call = { .directory = AT_FDCWD, .user_path = (const void *)in->first };

	switch (handler) {
	case MARTLET_HANDLER_OPEN:
		call.flags = in->second;
		call.mode = in->third;
		break;
	case MARTLET_HANDLER_OPENAT:
		call.directory = in->first;
		call.user_path = (const void *)in->second;
		call.flags = in->third;
		call.mode = in->fourth;
		break;
	case MARTLET_HANDLER_OPENAT2:
		call.directory = in->first;
		call.user_path = (const void *)in->second;
		how_read(&call, task, (const void *)in->third, result);
		break;
	case MARTLET_HANDLER_CREAT:
		call.flags = O_CREAT | O_WRONLY | O_TRUNC;
		call.mode = in->second;
		break;
	case MARTLET_HANDLER_OPEN_BY_HANDLE_AT:
		call.user_path = NULL;
		call.flags = in->third;
		break;
	case MARTLET_HANDLER_TRUNCATE:
		call.flags = O_CREAT | O_WRONLY | O_TRUNC;
		call.path_only = true;
		break;
	}
	return open_emit(task, &call, result);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(martlet_syscall, struct pt_regs *regs, long result)
{
	__u64 number = regs->orig_ax;
	struct task_struct *task;
	struct arguments in;
	__u32 handler;
	bool compat;

	/* Nothing before this test, and no helper in it: it is what every call of every process pays. */
	if (number >= MARTLET_SYSCALLS || !(config.handlers[0][number] | config.handlers[1][number]))
		return 0;
	task = as(task_struct, bpf_get_current_task_btf());
	compat = task->thread_info.status & TS_COMPAT;
	handler = config.handlers[compat][number];
	if (!handler || !scope_of(task))
		return 0;
	arguments_read(&in, regs, compat);
	switch (handler) {
	case MARTLET_HANDLER_OPEN ... MARTLET_HANDLER_TRUNCATE:
		return open_handle(task, handler, &in, result);
	case MARTLET_HANDLER_SETUID:
		return result ? 0 : credentials_emit(task, MARTLET_RECORD_SETUID, result);
	case MARTLET_HANDLER_SETFSUID:
		return fs_id_committed(&task->cred->user_ns->uid_map, task->cred->fsuid.val, in.first, result) ?
			credentials_emit(task, MARTLET_RECORD_SETUID, 0) : 0;
	case MARTLET_HANDLER_SETGID:
		return result ? 0 : credentials_emit(task, MARTLET_RECORD_SETGID, result);
	case MARTLET_HANDLER_SETFSGID:
		return fs_id_committed(&task->cred->user_ns->gid_map, task->cred->fsgid.val, in.first, result) ?
			credentials_emit(task, MARTLET_RECORD_SETGID, 0) : 0;
	case MARTLET_HANDLER_CAPSET:
		return result ? 0 : credentials_emit(task, MARTLET_RECORD_CAPSET, result);
	case MARTLET_HANDLER_KILL:
		return signal_emit(task, in.first, in.second, result);
	case MARTLET_HANDLER_CHDIR:
		return chdir_emit(task, (const void *)in.first, 0, result);
	case MARTLET_HANDLER_FCHDIR:
		return chdir_emit(task, NULL, in.first, result);
	}
	return 0;
}
