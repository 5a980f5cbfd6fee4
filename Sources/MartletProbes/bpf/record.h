/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How a record is built and handed over. A record grows in memory of its processor and is copied into the ring when it
 * is whole, so that it takes just the room it needs: an open is 300 bytes, an exec with a long command line 100 KiB.
 */
#ifndef MARTLET_RECORD_H
#define MARTLET_RECORD_H

#include "ledger.h"
#include "share.h"

#define COST_SAMPLING 64 /* one record of so many is timed */
#define WAKEUP_RECORDS 16 /* one record of so many wakes a consumer that may have been woken already */
#define TAIL_MASK (MARTLET_SCRATCH_SIZE - 1)
#define RECORD_MASK 1023 /* no fixed part is larger */

struct scratch {
	__u32 busy;
	__u32 tail;  /* bytes in use, fixed part included */
	__u64 waiting; /* bytes in the ring when the record was begun */
	struct martlet_span span;  /* of the acting thread; zero where it is in none */
	struct martlet_envelope envelope; /* leaves with the record that follows it */
	/* any tail below the size may be followed by the largest single copy, and the verifier asks for no more proof */
	__u8 bytes[MARTLET_SCRATCH_SIZE + MARTLET_ARGS_MAX];
};

/* One scratch a processor. Not a per-CPU map: those end at 32 KiB a value. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* the sensor sets it to the number of processors */
	__type(key, __u32);
	__type(value, struct scratch);
} MAP(scratches);

struct martlet_watch watch SEC(".data.watch");
struct martlet_state state SEC(".data.state");

static __always_inline bool wanted(__u32 type)
{
	return watch.events & (1ULL << type);
}

static __always_inline __u64 capabilities_of(kernel_cap_t___6_2 *set)
{
	return (__u64)set->cap[1] << 32 | set->cap[0];
}

static __always_inline void credentials_read(struct martlet_credentials *out, struct task_struct *task)
{
	const struct cred *cred = task->cred;
	struct cred___6_2 *old = (void *)cred;

	out->uid = cred->uid.val;
	out->gid = cred->gid.val;
	out->euid = cred->euid.val;
	out->egid = cred->egid.val;
	out->fsuid = cred->fsuid.val;
	out->fsgid = cred->fsgid.val;
	if (bpf_core_field_exists(cred->cap_effective.val)) {
		out->cap_effective = cred->cap_effective.val;
		out->cap_permitted = cred->cap_permitted.val;
	} else {
		out->cap_effective = capabilities_of(&old->cap_effective);
		out->cap_permitted = capabilities_of(&old->cap_permitted);
	}
}

#include "span.h"

/* The scratch of this processor; NULL when another record is being built there. */
static __always_inline struct scratch *scratch_take(void)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct scratch *scratch = bpf_map_lookup_elem(&scratches, &cpu);

	if (!scratch || scratch->busy)
		return NULL;
	scratch->busy = 1;
	return scratch;
}

/* Fills in all of a header but the size and the flags, on behalf of `task`. */
static __always_inline void header_fill(struct martlet_record_header *header, __u32 type, struct task_struct *task,
					__s64 result)
{
	header->type = type;
	header->ktime_ns = bpf_ktime_get_ns();
	header->result = result;
	header->pid = task->tgid;
	header->tid = task->pid;
	credentials_read(&header->credentials, task);
}

/* The same of the record in `scratch`, and takes the span. */
static __always_inline void header_write(struct scratch *scratch, __u32 type, struct task_struct *task, __s64 result)
{
	header_fill((void *)scratch->bytes, type, task, result);
	span_read(&scratch->span, task);
}

/* Counts the activity as seen, and finds where to build its record. NULL, and counted as lost, where there is nowhere. */
static __always_inline struct scratch *scratch_begin(__u32 type, struct task_struct *task)
{
	__u64 cgroup = ledger_see(type, cgroup_of(task)), waiting = ring_waiting();
	struct scratch *scratch;

	if (ring_is_short(waiting)) {
		share_brake(cgroup);
		waiting = ring_waiting();
	}
	if (share_spent(type, cgroup, task->tgid, waiting)) {
		ledger_lose(type, cgroup, lost_share);
		return NULL;
	}
	scratch = scratch_take();
	if (!scratch) {
		ledger_lose(type, cgroup, lost_scratch);
		return NULL;
	}
	scratch->waiting = waiting;
	scratch->envelope.cgroup = cgroup;
	return scratch;
}

/*
 * Counts the activity as seen and starts its record, on behalf of `task`. Returns NULL, and counts the loss, when
 * there is nowhere to build it. A record that was begun must be submitted or dropped.
 */
static __always_inline struct scratch *record_begin(__u32 type, __u32 size, struct task_struct *task, __s64 result)
{
	struct scratch *scratch;

	scratch = scratch_begin(type, task);
	if (!scratch)
		return NULL;
	scratch->tail = size;
	__builtin_memset(scratch->bytes, 0, size);
	header_write(scratch, type, task, result);
	return scratch;
}

static __always_inline void record_drop(struct scratch *scratch)
{
	scratch->busy = 0;
}

/* Drops a record that was counted as seen: something that it needs could not be read. */
static __always_inline void record_lose(struct scratch *scratch, __u32 type)
{
	ledger_lose(type, scratch->envelope.cgroup, lost_read);
	record_drop(scratch);
}

/*
 * Whether to wake the consumer for the record with this number. Not before the ring is filling, as its timer finds less: each
 * time that it sleeps its processor may cool down, and to be woken costs it as much as hundreds of records. Then one in a few does
 * it, which is soon enough; for each it would cost more than all the rest of an open.
 */
static __always_inline __u64 wakeup(__u64 waiting, __u64 number)
{
	return ring_is_filling(waiting) && number % WAKEUP_RECORDS == 0 ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

/* Hands a record over, with the envelope before it. `waiting` bytes were in the ring when it was begun. */
static __always_inline void record_output(struct martlet_record_header *header, __u64 size, __u64 waiting)
{
	struct martlet_envelope *envelope = (void *)header - sizeof(*envelope);
	struct martlet_ledger *row = ledger_of(header->type);

	header->size = size;
	if (bpf_ringbuf_output(&ring, envelope, sizeof(*envelope) + size, wakeup(waiting, row ? row->seen : 0))) {
		ledger_lose(header->type, envelope->cgroup, lost_ring);
	} else if (ring_is_filling(waiting)) {
		share_hold(envelope->cgroup, size);
		share_hold(SHARE_OF_PROCESS | header->pid, size);
	}
	if (row && row->seen % COST_SAMPLING == 1) {
		row->sampled++;
		row->sampled_ns += bpf_ktime_get_ns() - header->ktime_ns;
	}
}

/*
 * The scratch that the current program builds its record in, for functions that are not static. The verifier looks at
 * such a function once, by itself, and not again for each way that leads there.
 */
static __always_inline struct scratch *scratch_in_use(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&scratches, &cpu);
}

/* Where the next bytes of the tail go. */
static __always_inline void *tail_pointer(struct scratch *scratch)
{
	return scratch->bytes + (scratch->tail & TAIL_MASK);
}

/* The same of the record in `scratch`, which is free then. */
static __always_inline void record_submit(struct scratch *scratch)
{
	struct martlet_record_header *header = (void *)scratch->bytes;

	if (scratch->span.span_id | scratch->span.trace_id) {
		__builtin_memcpy(tail_pointer(scratch), &scratch->span, sizeof(scratch->span));
		scratch->tail += sizeof(scratch->span);
		header->flags |= MARTLET_FLAG_SPAN;
	}
	record_output(header, scratch->tail & TAIL_MASK, scratch->waiting);
	scratch->busy = 0;
}

/* Closes a slice over what was copied to the tail: `length` bytes, of which `kept` stay. */
static __always_inline void slice_close(struct scratch *scratch, struct martlet_slice *slice, __u32 kept)
{
	slice->offset = scratch->tail;
	slice->length = kept;
	scratch->tail += kept;
}

/* Appends a NUL-terminated kernel string without its NUL. */
static __always_inline void slice_kernel_string(struct scratch *scratch, struct martlet_slice *slice, const char *text,
						__u32 limit)
{
	long n = bpf_probe_read_kernel_str(tail_pointer(scratch), limit, text);

	if (n > 1)
		slice_close(scratch, slice, n - 1);
}

/* The same from the memory of the current process. */
static __always_inline void slice_user_string(struct scratch *scratch, struct martlet_slice *slice, const void *text,
					      __u32 limit)
{
	long n = bpf_probe_read_user_str(tail_pointer(scratch), limit, text);

	if (n > 1)
		slice_close(scratch, slice, n - 1);
}

#endif
