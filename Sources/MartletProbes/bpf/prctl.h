/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * prctl: a thread changed or asked for an attribute of itself or of its process.
 * Hook:    the exit of prctl
 * Why:     the result is known, and the thread is called what it called itself, whatever the caller's memory says by then
 * Checked: 6.18
 */
#ifndef MARTLET_PRCTL_H
#define MARTLET_PRCTL_H

#include "call.h"

#define COMM_BYTES 16

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_prctl, struct pt_regs *regs, long result)
{
	struct martlet_prctl_record *record;
	char given[COMM_BYTES + 1];
	struct scratch *scratch;
	struct call call;

	if (is_failure(result))
		return 0;
	call_read(&call, regs);
	scratch = record_begin(MARTLET_RECORD_PRCTL, sizeof(*record), call.task, result);
	if (!scratch)
		return 0;
	record = (void *)scratch->bytes;
	record->option = call.args[0];
	if (record->option == PR_SET_NAME && !result) {
		slice_kernel_string(scratch, &record->name, call.task->comm, COMM_BYTES);
		record->is_name_cut = bpf_probe_read_user_str(given, sizeof(given), (const void *)call.args[1]) > COMM_BYTES;
	}
	record_submit(scratch);
	return 0;
}

#endif
