/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mprotect: a process asked for other protections of its memory.
 * Hook:    the entry and the exit of mprotect, pkey_mprotect
 * Why:     only at the entry the area has the flags that the call changes, only at the exit the result is known
 * Checked: 6.12, 6.18
 */
#ifndef MARTLET_MPROTECT_H
#define MARTLET_MPROTECT_H

#include "area.h"
#include "call.h"
#include "filter.h"

#define EINVAL 22

/* The area that the current call of a thread is about. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct area);
} MAP(protected_areas);

SEC("tp_btf/sys_enter")
int BPF_PROG(enter_mprotect, struct pt_regs *regs, long number)
{
	struct area *kept, area = {};
	struct call call;

	call_read(&call, regs);
	/* The last area of the range; if the range ends where nothing is, the one that it begins in. */
	if (call.args[1]) {
		area_read(&area, call.args[0] + call.args[1] - 1);
		if (!area.end)
			area_read(&area, call.args[0]);
	}
	kept = bpf_task_storage_get(&protected_areas, bpf_get_current_task_btf(), NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (kept)
		*kept = area;
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_mprotect, struct pt_regs *regs, long result)
{
	struct filter_event event = { .type = MARTLET_RECORD_MPROTECT };
	struct martlet_mprotect_record *record;
	struct scratch *scratch;
	struct area *area;
	struct call call;

	call_read(&call, regs);
	area = bpf_task_storage_get(&protected_areas, bpf_get_current_task_btf(), NULL, 0);
	/* Arguments that are wrong in themselves are refused before any area is looked at. */
	if (area && (!area->end || result == -EINVAL))
		area = NULL;
	event.numbers[MARTLET_NUMBER_RESULT] = result;
	event.numbers[MARTLET_NUMBER_ASKED] = area ? (__u32)call.args[2] : 0;
	event.numbers[MARTLET_NUMBER_BEFORE] = area ? area->flags : 0;
	if (filtered(&event, call.task))
		return 0;
	scratch = record_begin(MARTLET_RECORD_MPROTECT, sizeof(*record), call.task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	if (area) {
		record->vm_start = area->start;
		record->vm_end = area->end;
		record->vm_flags = area->flags;
		record->protection = call.args[2];
	}
	record_submit(scratch);
	return 0;
}

#endif
