/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The way from a system call to the program that knows it.
 * Hook:    tp_btf/sys_exit(struct pt_regs *, long result); tp_btf/sys_enter(struct pt_regs *, long number), attached only
 *          if an event is wanted that tells of a state which its call changes. Or, where the kernel allows it, fexit and
 *          fentry of the functions of the calls that are wanted: the sensor loads these same programs for them, which get
 *          the registers and the result at the same places and have to return 0
 * Why:     at the exit the kernel has resolved the arguments, and the result is known
 * Checked: 6.1, 6.12, 6.18; functions 6.1, 6.12
 *
 * Every call of every process comes through here, so a call that nobody asks for pays for one look into a table. Each
 * kind of call has small programs of its own, `exit_NAME` and, if need be, `enter_NAME`, in the header of its event. The
 * sensor loads those that are wanted and puts them into the arrays under their handlers. One program for all would have
 * to be verified whole whatever is wanted, and would meet the verifier's limits.
 */
#include "call.h"
#include "scope.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, MARTLET_HANDLERS);
	__type(key, __u32);
	__type(value, __u32);
} MAP(exit_programs), MAP(enter_programs);

SEC("tp_btf/sys_exit")
int BPF_PROG(martlet_syscall, struct pt_regs *regs, long result)
{
	__u32 handler = handler_of(&watch.exits, regs);

	if (handler && in_scope(current_task()))
		bpf_tail_call(ctx, &exit_programs, handler);
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(martlet_syscall_entry, struct pt_regs *regs, long number)
{
	__u32 handler = handler_of(&watch.entries, regs);

	if (handler && in_scope(current_task()))
		bpf_tail_call(ctx, &enter_programs, handler);
	return 0;
}
