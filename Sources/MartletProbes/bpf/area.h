/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An area of the memory of the current process. */
#ifndef MARTLET_AREA_H
#define MARTLET_AREA_H

#include "record.h"

struct area {
	__u64 start, end;  /* both 0: there is none */
	__u64 flags;       /* VM_* */
	__u64 file;        /* struct file */
};

static long area_step(struct task_struct *task, struct vm_area_struct *vma, struct area *area)
{
	vma = as(vm_area_struct, vma);
	area->start = vma->vm_start;
	area->end = vma->vm_end;
	area->flags = vma->vm_flags;
	area->file = (__u64)vma->vm_file;
	return 0;
}

/* The area that holds `address`. It stays empty, too, while another thread changes the areas. */
static __always_inline void area_read(struct area *area, __u64 address)
{
	bpf_find_vma(bpf_get_current_task_btf(), address, area_step, area, 0);
}

#endif
