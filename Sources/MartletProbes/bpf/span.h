/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The span of distributed tracing that a thread is in. A process whose tracer registered an array says there, one slot a
 * thread, what each of its threads works for. Included by record.h: every record tells the span of its thread.
 *
 * While nobody has registered, a record pays for one load.
 */
#ifndef MARTLET_SPAN_H
#define MARTLET_SPAN_H

struct tracer {
	__u64 slots;               /* address of the array in the process */
	__u64 max_threads;         /* its length; 0: an exec is about to destroy it, and `span` is what the thread had */
	struct martlet_span span;
};

/* Not one that drops the oldest when it is full: a process that lives on would lose its spans and never know. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, __u32); /* tgid */
	__type(value, struct tracer);
} MAP(tracers);

__u64 tracer_count SEC(".data.spans");

static __always_inline struct tracer *tracer_of(struct task_struct *task)
{
	__u32 tgid = task->tgid;

	return tracer_count ? bpf_map_lookup_elem(&tracers, &tgid) : NULL;
}

/* The id of `task` in the pid namespace that it lives in. */
static __always_inline __u32 own_tid(struct task_struct *task)
{
	struct pid *pid = task->thread_pid;

	return as(upid, (__u64)pid + bpf_core_field_offset(struct pid, numbers) +
				(__u64)pid->level * bpf_core_type_size(struct upid))->nr;
}

/*
 * Reads the slot of `task`. A process has the memory of its own at hand, and not that of another on whose behalf it may
 * be working (a packet that an interrupt found).
 */
static __always_inline void slot_read(struct martlet_span *span, struct tracer *tracer, struct task_struct *task)
{
	struct task_struct *current = as(task_struct, bpf_get_current_task_btf());
	__u64 max_threads = tracer->max_threads;

	if (!max_threads)
		*span = tracer->span;
	else if (task->mm && task->mm == current->mm)
		bpf_probe_read_user(span, sizeof(*span),
				    (void *)(tracer->slots + sizeof(*span) * (own_tid(task) % max_threads)));
}

static __always_inline void span_read(struct martlet_span *span, struct task_struct *task)
{
	struct tracer *tracer = tracer_of(task);

	span->span_id = span->trace_id = 0;
	if (tracer)
		slot_read(span, tracer, task);
}

/* Takes the span of a thread whose exec is about to destroy the array. */
static __always_inline void tracer_settle(struct task_struct *task)
{
	struct tracer *tracer = tracer_of(task);

	if (!tracer)
		return;
	slot_read(&tracer->span, tracer, task);
	tracer->max_threads = 0;
}

/* Forgets what `task` registered; with `settled` also what tracer_settle took. */
static __always_inline void tracer_forget(struct task_struct *task, bool settled)
{
	struct tracer *tracer = tracer_of(task);
	__u32 tgid = task->tgid;

	if (tracer && (settled || tracer->max_threads) && !bpf_map_delete_elem(&tracers, &tgid))
		__sync_fetch_and_sub(&tracer_count, 1);
}

#endif
