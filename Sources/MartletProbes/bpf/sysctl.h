/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sysctl: a parameter of the kernel was read or written.
 * Hook:    cgroup/sysctl, in the control group at the root of what the sensor sees
 * Why:     all ways to a parameter lead through it (write, its sisters, io_uring, splice), it has the kernel's copy of what
 *          is written, and the value that there is. The caller has been found to have the permission; whether the parameter
 *          takes the value is not known yet
 * Checked: 6.18
 *
 * Such a program could deny; this one never does. It may be interrupted by others of ours, so that it builds its record in
 * the ring and not in the processor's scratch.
 */
#ifndef MARTLET_SYSCTL_H
#define MARTLET_SYSCTL_H

#include "call.h"
#include "scope.h"

#define ALLOW 1

static __always_inline void sysctl_read(struct martlet_sysctl_record *record, struct bpf_sysctl *ctx,
					struct task_struct *task)
{
	header_fill(&record->header, MARTLET_RECORD_SYSCTL, task, 0);
	record->flags = ctx->write ? MARTLET_SYSCTL_WRITE : 0;
	record->position = ctx->file_pos;
	record->name[0] = record->old_value[0] = record->new_value[0] = 0;
	if (bpf_sysctl_get_name(ctx, (char *)record->name, sizeof(record->name), 0) < 0)
		record->flags |= MARTLET_SYSCTL_NAME_CUT;
	if (bpf_sysctl_get_current_value(ctx, (char *)record->old_value, sizeof(record->old_value)) == -E2BIG)
		record->flags |= MARTLET_SYSCTL_OLD_CUT;
	if (ctx->write &&
	    bpf_sysctl_get_new_value(ctx, (char *)record->new_value, sizeof(record->new_value)) == -E2BIG)
		record->flags |= MARTLET_SYSCTL_NEW_CUT;
	span_read(&record->span, task);
	if (record->span.span_id | record->span.trace_id)
		record->header.flags |= MARTLET_FLAG_SPAN;
}

SEC("cgroup/sysctl")
int martlet_sysctl(struct bpf_sysctl *ctx)
{
	struct task_struct *task = current_task();
	struct {
		struct martlet_envelope envelope;
		struct martlet_sysctl_record record;
	} *sent;
	__u64 cgroup;

	if (!in_scope(task))
		return ALLOW;
	cgroup = ledger_see(MARTLET_RECORD_SYSCTL, cgroup_of(task));
	sent = bpf_ringbuf_reserve(&ring, sizeof(*sent), 0);
	if (!sent) {
		ledger_lose(MARTLET_RECORD_SYSCTL, cgroup, lost_ring);
		return ALLOW;
	}
	sent->envelope.cgroup = cgroup;
	sysctl_read(&sent->record, ctx, task);
	sent->record.header.size = sizeof(sent->record);
	bpf_ringbuf_submit(sent, wakeup(ring_waiting(), 0));
	return ALLOW;
}

#endif
