/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * selinux, cgroup_write: a process wrote to a file that is no store but a lever.
 *   selinux:      enforce, disable, a boolean, commit_pending_bools
 *   cgroup_write: cgroup.procs, cgroup.threads, tasks: the files by which a process or a thread is moved to another group
 * Hook:    the exit of write, pwrite64, writev, pwritev, pwritev2, sendfile; the submission of an io_uring request that
 *          completes without a word, and the completion of the others.
 *          tp_btf/cgroup_attach_task(struct cgroup *, const char *path, struct task_struct *, bool threadgroup), attached
 *          only if a cgroup_write is wanted
 * Why:     the descriptor leads to the file. What was written is read from the caller's memory, for the kernel keeps no
 *          copy; whom the kernel moved it tells while it does
 * Checked: 6.18; selinux: 6.12
 *
 * Not seen: splice, which may be wanted for an event of its own.
 */
#ifndef MARTLET_WRITE_H
#define MARTLET_WRITE_H

#include "call.h"
#include "file.h"
#include "quiet.h"
#include "ring.h"
#include "scope.h"

/* Inode numbers of selinuxfs, which it fixes itself (security/selinux/selinuxfs.c). */
#define SEL_ENFORCE 4
#define SEL_COMMIT_BOOLS 11
#define SEL_DISABLE 13
#define SEL_BOOL_OFFSET 0x02000000
#define SEL_OFFSET_MASK 0xff000000

/* What was written: its place in the caller's memory. */
struct written {
	__u64 start;
	__u64 size;
};

static __always_inline __u32 selinux_kind(struct inode *inode)
{
	switch (inode->i_ino) {
	case SEL_ENFORCE: return MARTLET_SELINUX_ENFORCE;
	case SEL_DISABLE: return MARTLET_SELINUX_DISABLE;
	case SEL_COMMIT_BOOLS: return MARTLET_SELINUX_COMMIT;
	}
	return (inode->i_ino & SEL_OFFSET_MASK) == SEL_BOOL_OFFSET ? MARTLET_SELINUX_BOOL : MARTLET_SELINUX_NONE;
}

/* Appends the beginning of what was written. */
static __always_inline void written_read(struct scratch *scratch, struct martlet_slice *slice,
					 const struct written *written, __u64 limit)
{
	__u64 size = written->size;

	asm volatile("" : "+r"(size)); /* the bound that follows must be on the register that is passed */
	if (size > limit)
		size = limit;
	if (!bpf_probe_read_user(tail_pointer(scratch), size, (const void *)written->start))
		slice_close(scratch, slice, size);
}

static __always_inline int selinux_emit(struct task_struct *task, struct file *file, const struct written *written,
					bool async)
{
	__u32 kind = selinux_kind(file->f_inode);
	struct martlet_selinux_record *record;
	struct scratch *scratch;

	if (!kind)
		return 0;
	/* The write itself is the event, not its result. */
	scratch = record_begin(MARTLET_RECORD_SELINUX, sizeof(*record), task, 0);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->header.flags = async ? MARTLET_FLAG_ASYNC : 0;
	record->kind = kind;
	file_read(scratch, &record->file, file->f_path.mnt, file->f_path.dentry);
	written_read(scratch, &record->text, written, MARTLET_SELINUX_TEXT);
	record_submit(scratch);
	return 0;
}

/* Whom the call that a thread is in moved to another group. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u32);
} MAP(moved);

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(martlet_cgroup_attach, struct cgroup *group, const char *path, struct task_struct *task)
{
	__u32 *slot;

	if (!in_scope(current_task()))
		return 0;
	slot = bpf_task_storage_get(&moved, bpf_get_current_task_btf(), NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (slot)
		*slot = as(task_struct, task)->pid;
	return 0;
}

/* Whether a name of a control group's file is that of one by which something is moved. */
static __always_inline bool moves(struct dentry *dentry)
{
	char name[16] = {};

	bpf_probe_read_kernel_str(name, sizeof(name), dentry->d_name.name);
	return !__builtin_memcmp(name, "cgroup.procs", 13) || !__builtin_memcmp(name, "cgroup.threads", 15) ||
	       !__builtin_memcmp(name, "tasks", 6);
}

static __always_inline int cgroup_write_emit(struct task_struct *task, struct file *file, const struct written *written,
					     long result, bool async)
{
	__u32 *slot = bpf_task_storage_get(&moved, bpf_get_current_task_btf(), NULL, 0);
	struct martlet_cgroup_write_record *record;
	struct scratch *scratch;
	__u32 pid = 0;

	if (slot) {
		pid = result < 0 ? 0 : *slot; /* what was left by a call that nobody looked at moved nobody now */
		*slot = 0;
	}
	if (is_failure(result) || !moves(file->f_path.dentry))
		return 0;
	scratch = record_begin(MARTLET_RECORD_CGROUP_WRITE, sizeof(*record), task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->header.flags = async ? MARTLET_FLAG_ASYNC : 0;
	record->moved = pid;
	file_read(scratch, &record->file, file->f_path.mnt, file->f_path.dentry);
	written_read(scratch, &record->text, written, MARTLET_CGROUP_TEXT);
	record_submit(scratch);
	return 0;
}

/* What a write to a file may be, if that is wanted; 0 for the others. */
static __always_inline __u32 write_type(struct file *file)
{
	__u64 magic = file ? file->f_inode->i_sb->s_magic : 0;

	if (magic == SELINUX_MAGIC && wanted(MARTLET_RECORD_SELINUX))
		return MARTLET_RECORD_SELINUX;
	if ((magic == CGROUP2_SUPER_MAGIC || magic == CGROUP_SUPER_MAGIC) && wanted(MARTLET_RECORD_CGROUP_WRITE))
		return MARTLET_RECORD_CGROUP_WRITE;
	return 0;
}

static __always_inline int write_emit(struct task_struct *task, struct file *file, const struct written *written,
				      long result, bool async)
{
	__u32 type = write_type(file);

	if (type == MARTLET_RECORD_SELINUX)
		return selinux_emit(task, file, written, async);
	if (type == MARTLET_RECORD_CGROUP_WRITE)
		return cgroup_write_emit(task, file, written, result, async);
	return 0;
}

/* Takes the first of the buffers whose list `written` is. */
static __always_inline void first_buffer(struct written *written)
{
	struct written list = *written;

	if (bpf_probe_read_user(written, sizeof(*written), (const void *)list.start))
		written->size = 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_write, struct pt_regs *regs, long result)
{
	struct written written;
	struct call call;

	call_read(&call, regs);
	written.start = call.args[1];
	written.size = call.args[2];
	if (call.handler == MARTLET_HANDLER_WRITEV)
		first_buffer(&written);
	else if (call.handler == MARTLET_HANDLER_SENDFILE)
		written.size = 0; /* comes from a file */
	return write_emit(call.task, file_of(call.task, call.args[0]), &written, result, false);
}

static __always_inline int request_written(struct io_kiocb *io, struct file *file)
{
	struct io_rw *rw = as(io_rw, &io->cmd);
	struct written written = { .start = rw->addr, .size = rw->len };

	if (ring_handler_of(watch.completions, io) == MARTLET_HANDLER_WRITEV)
		first_buffer(&written);
	return write_emit(submitter_of(io), file, &written, io->cqe.res, true);
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(submit_write, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);
	struct file *file = file_by_number(io, io->cqe.fd);
	__u32 type = write_type(file);

	/* a request before it in a chain may open its file yet */
	if (!file)
		type = wanted(MARTLET_RECORD_CGROUP_WRITE) ? MARTLET_RECORD_CGROUP_WRITE : MARTLET_RECORD_SELINUX;
	if (type)
		quiet_begin(io, submitter_of(io), type);
	return 0;
}

/* One that succeeded without a word. */
__noinline int write_complete(__u64 request, __u32 number, __u32 type)
{
	struct io_kiocb *io = as(io_kiocb, request);
	struct file *file = quiet_file(io, number);

	if (file)
		request_written(io, file);
	else
		ledger_miss(type, cgroup_of(submitter_of(io)));
	return 0;
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(ring_write, void *ring_context, void *request)
{
	struct io_kiocb *io = as(io_kiocb, request);

	quiet_forget((__u64)request);
	return request_written(io, io->file);
}

#endif
