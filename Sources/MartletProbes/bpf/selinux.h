/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * selinux: a process wrote to a file that steers SELinux: enforce, disable, a boolean, commit_pending_bools.
 * Hook:    the exit of write, pwrite64, writev
 * Why:     the descriptor leads to the node. What was written is read from the caller's memory: the kernel keeps no copy
 * Checked: 6.12
 */
#ifndef MARTLET_SELINUX_H
#define MARTLET_SELINUX_H

#include "call.h"
#include "file.h"

/* Inode numbers of selinuxfs, which it fixes itself (security/selinux/selinuxfs.c). */
#define SEL_ENFORCE 4
#define SEL_COMMIT_BOOLS 11
#define SEL_DISABLE 13
#define SEL_BOOL_OFFSET 0x02000000
#define SEL_OFFSET_MASK 0xff000000

static __always_inline __u32 selinux_kind(struct inode *inode)
{
	if (inode->i_sb->s_magic != SELINUX_MAGIC)
		return MARTLET_SELINUX_NONE;
	switch (inode->i_ino) {
	case SEL_ENFORCE: return MARTLET_SELINUX_ENFORCE;
	case SEL_DISABLE: return MARTLET_SELINUX_DISABLE;
	case SEL_COMMIT_BOOLS: return MARTLET_SELINUX_COMMIT;
	}
	return (inode->i_ino & SEL_OFFSET_MASK) == SEL_BOOL_OFFSET ? MARTLET_SELINUX_BOOL : MARTLET_SELINUX_NONE;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_selinux, struct pt_regs *regs, long result)
{
	struct martlet_selinux_record *record;
	struct scratch *scratch;
	struct file *file;
	struct call call;
	__u64 text[2];    /* where, how long: also an iovec */
	__u64 size;
	__u32 kind;

	call_read(&call, regs);
	file = file_of(call.task, call.args[0]);
	kind = file ? selinux_kind(file->f_inode) : MARTLET_SELINUX_NONE;
	if (!kind)
		return 0;
	text[0] = call.args[1];
	text[1] = call.args[2];
	if (call.handler == MARTLET_HANDLER_WRITEV && bpf_probe_read_user(text, sizeof(text), (const void *)call.args[1]))
		return 0;
	/* The write itself is the event, not its result. */
	scratch = record_begin(MARTLET_RECORD_SELINUX, sizeof(*record), call.task, 0);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->kind = kind;
	file_read(scratch, &record->file, file->f_path.mnt, file->f_path.dentry);
	size = text[1];
	asm volatile("" : "+r"(size)); /* the bound that follows must be on the register that is passed */
	if (size > MARTLET_SELINUX_TEXT)
		size = MARTLET_SELINUX_TEXT;
	if (!bpf_probe_read_user(tail_pointer(scratch), size, (const void *)text[0]))
		slice_close(scratch, &record->text, size);
	record_submit(scratch);
	return 0;
}

#endif
