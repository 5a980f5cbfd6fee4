/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * syscalls: which system calls a process made that its image had not made before.
 * Hook:    tp_btf/sys_enter(struct pt_regs *, long number), attached only if the event is wanted; what a process has not
 *          told yet is told a minute after it told the last, by its next call, and when its image ends (exec.h, exit.h)
 * Why:     a bit a call, in the kernel: each call of each process comes through here
 * Checked: 6.18
 *
 * Calls of the other table of the architecture, those of 32-bit programs, have other numbers, and are left out.
 */
#ifndef MARTLET_USAGE_H
#define MARTLET_USAGE_H

#include "call.h"
#include "scope.h"

#define USAGE_PERIOD_NS 60000000000ULL

/* What an image called. */
struct usage {
	__u64 seen[MARTLET_SYSCALL_WORDS];
	__u64 untold[MARTLET_SYSCALL_WORDS];
	__u64 told_ns;    /* when it told the last, or began */
	__u64 has_untold;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u32); /* tgid */
	__type(value, struct usage);
} usages SEC(".maps");

static __always_inline struct usage *usage_of(__u32 tgid)
{
	return bpf_map_lookup_elem(&usages, &tgid);
}

static __always_inline void usage_tell(struct usage *usage, struct task_struct *task)
{
	struct martlet_syscalls_record *record;
	struct scratch *scratch = record_begin(MARTLET_RECORD_SYSCALLS, sizeof(*record), task, 0);

	if (!scratch)
		return;
	record = (void *)scratch->bytes;
	for (int i = 0; i < MARTLET_SYSCALL_WORDS; i++)
		record->numbers[i] = __sync_fetch_and_and(&usage->untold[i], 0);
	usage->told_ns = bpf_ktime_get_ns();
	usage->has_untold = 0;
	record_submit(scratch);
}

/* Tells what is left to tell of an image that ends. */
static __always_inline void usage_end(struct task_struct *task)
{
	__u32 tgid = task->tgid;
	struct usage *usage;

	if (!wanted(MARTLET_RECORD_SYSCALLS))
		return;
	usage = usage_of(tgid);
	if (!usage)
		return;
	if (usage->has_untold)
		usage_tell(usage, task);
	bpf_map_delete_elem(&usages, &tgid);
}

static __always_inline struct usage *usage_begin(__u32 tgid)
{
	static const struct usage none;

	if (bpf_map_update_elem(&usages, &tgid, &none, BPF_NOEXIST))
		return NULL;
	return usage_of(tgid);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(martlet_usage, struct pt_regs *regs, long number)
{
	__u64 call = regs->orig_ax & ~X32_BIT;
	struct task_struct *task = current_task();
	__u32 tgid = task->tgid;
	struct usage *usage;
	__u64 word, bit;

	if (call >= MARTLET_SYSCALLS || task->thread_info.status & TS_COMPAT || !in_scope(task))
		return 0;
	usage = usage_of(tgid);
	if (!usage) {
		usage = usage_begin(tgid);
		if (!usage)
			return 0;
		usage->told_ns = bpf_ktime_get_ns();
	}
	word = call / 64 % MARTLET_SYSCALL_WORDS;
	bit = 1ULL << call % 64;
	if (!(usage->seen[word] & bit)) {
		__sync_fetch_and_or(&usage->seen[word], bit);
		__sync_fetch_and_or(&usage->untold[word], bit);
		usage->has_untold = 1;
	}
	if (usage->has_untold && bpf_ktime_get_ns() - usage->told_ns >= USAGE_PERIOD_NS)
		usage_tell(usage, task);
	return 0;
}

#endif
