/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * exec: a process replaced its image.
 * Hook:    tp_btf/sched_process_exec(struct task_struct *, pid_t old_pid, struct linux_binprm *)
 * Why:     once an exec, after the point of no return, with the new credentials and the new stack in place
 * Checked: 6.18
 */
#include "file.h"
#include "process.h"
#include "scope.h"
#include "usage.h"

#define TASK_WORKS 4096

struct works_walk {
	__u64 work;
	__u64 script;
};

static long works_step(__u32 index, struct works_walk *walk)
{
	struct callback_head *work = as(callback_head, walk->work);
	struct inode *inode;
	struct file *file;

	if (!walk->work)
		return 1;
	/* What is around the work is a file if it looks like one: its inode is its dentry's. Wild reads give 0. */
	if (bpf_core_field_exists(struct file, f_task_work))
		file = as(file, walk->work - bpf_core_field_offset(struct file, f_task_work));
	else
		file = as(file, walk->work - bpf_core_field_offset(struct file___6_1, f_rcuhead));
	inode = file->f_inode;
	if (inode && inode == file->f_path.dentry->d_inode)
		walk->script = (__u64)file;
	walk->work = (__u64)work->next;
	return 0;
}

/*
 * The script of an exec that ended in an interpreter. The kernel let go of it, but closing waits until the task returns
 * to user mode: the file is still whole, in the list of work queued on the task. That list grows at its head and the
 * script is the first thing an exec closes (nested scripts, the dynamic loader and close-on-exec come after), so it is
 * the last closing in the list.
 */
static __always_inline struct file *script_of(struct task_struct *task)
{
	struct works_walk walk = { .work = (__u64)task->task_works };

	bpf_loop(TASK_WORKS, works_step, &walk, 0);
	return walk.script ? as(file, walk.script) : NULL;
}

/* Copies [start, end) of the new stack, at most MARTLET_ARGS_MAX bytes of it; false if some is missing. */
static __always_inline bool vector_read(struct scratch *scratch, struct martlet_slice *slice, unsigned long start,
					unsigned long end)
{
	__u64 size = end - start;
	bool whole = size <= MARTLET_ARGS_MAX;

	if (end <= start)
		return true;
	asm volatile("" : "+r"(size)); /* the bound that follows must be on the register that is passed */
	if (size > MARTLET_ARGS_MAX)
		size = MARTLET_ARGS_MAX;
	if (bpf_probe_read_user(tail_pointer(scratch), size, (void *)start))
		return false;
	slice_close(scratch, slice, size);
	return whole;
}

/*
 * Hook:    tp_btf/sched_prepare_exec(struct task_struct *, struct linux_binprm *)
 * Why:     the last moment at which the memory of the old image is there, and the thread has its own id
 * Checked: 6.18
 */
SEC("tp_btf/sched_prepare_exec")
int BPF_PROG(martlet_exec_begin, struct task_struct *task)
{
	tracer_settle(as(task_struct, task));
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(martlet_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	struct martlet_exec_record *record;
	struct file *loaded, *executable;
	struct scratch *scratch;
	struct mm_struct *mm;

	task = as(task_struct, task);
	bprm = as(linux_binprm, bprm);
	mm = task->mm;
	loaded = executable = bprm->file;
	exempt_end(task);
	if (!in_scope(task) || !wanted(MARTLET_RECORD_EXEC))
		return 0;
	usage_end(task);
	tracer_forget(task, false); /* where the kernel has no tp_btf/sched_prepare_exec: the array is gone */
	scratch = record_begin(MARTLET_RECORD_EXEC, sizeof(*record), task, 0);
	tracer_forget(task, true);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->process.ppid = task->real_parent->tgid;
	record->argc = bprm->argc;
	record->envc = bprm->envc;
	process_read(scratch, &record->process, task);
	cgroup_read(scratch, &record->process, task);
	if (bprm->interp != bprm->filename) {
		executable = bprm->executable ? bprm->executable : script_of(task);
		if (executable && executable != loaded)
			file_read(scratch, &record->interpreter, loaded->f_path.mnt, loaded->f_path.dentry);
		else
			executable = loaded;
	}
	file_read(scratch, &record->executable, executable->f_path.mnt, executable->f_path.dentry);
	if (bpf_core_field_exists(bprm->fdpath) && bprm->fdpath)
		record->flags |= MARTLET_EXEC_FD_PATH;
	slice_kernel_string(scratch, &record->filename, bprm->filename, PATH_BYTES);
	if (!vector_read(scratch, &record->args, mm->arg_start, mm->arg_end))
		record->flags |= MARTLET_EXEC_ARGS_TRUNCATED;
	if (!vector_read(scratch, &record->envs, mm->env_start, mm->env_end))
		record->flags |= MARTLET_EXEC_ENVS_TRUNCATED;
	record_submit(scratch);
	return 0;
}
