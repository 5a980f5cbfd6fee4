/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where everything went that was seen: by record type, and by the cgroup of whoever did it. A record carries its cgroup
 * in front, so that the sensor counts it in the same row.
 */
#ifndef MARTLET_LEDGER_H
#define MARTLET_LEDGER_H

#include "kernel.h"
#include "map.h"
#include <CMartletABI.h>

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MARTLET_RECORD_TYPES);
	__type(key, __u32);
	__type(value, struct martlet_ledger);
} MAP(ledger);

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, MARTLET_CGROUPS);
	__type(key, __u64); /* number of a cgroup of the default hierarchy; MARTLET_OTHER_CGROUPS for all that have no row */
	__type(value, struct martlet_cgroup_ledger);
} MAP(cgroup_ledger);

struct martlet_losses losses SEC(".data.losses");

/* What the row of a cgroup begins with: on the stacks of those who count there is no room for it. */
const struct martlet_cgroup_ledger empty_row SEC(".rodata.ledger");

static __always_inline struct martlet_ledger *ledger_of(__u32 type)
{
	return bpf_map_lookup_elem(&ledger, &type);
}

#define ledger_count(record_type, cause)                           \
	({                                                         \
		struct martlet_ledger *row = ledger_of(record_type); \
		if (row)                                           \
			row->cause++;                              \
	})

static __always_inline __u64 cgroup_of(struct task_struct *task)
{
	return task->cgroups->dfl_cgrp->kn->id;
}

/* Which of the counters in the row of a cgroup it is. */
#define cgroup_counter(name) (offsetof(struct martlet_cgroup_ledger, name) / sizeof(__u64))

#define NO_COUNTER ~0ULL

/*
 * Counts in the row of a cgroup, which is made at the first time, and returns which row that was: where there is no room
 * for one more, that of the others. Two counters are counted at one look for the row, the second if there is one. The sensor
 * takes the rows of cgroups that are gone.
 */
__noinline __u64 cgroup_count(__u64 cgroup, __u64 counter, __u64 second)
{
	struct martlet_cgroup_ledger *row = bpf_map_lookup_elem(&cgroup_ledger, &cgroup);

	if (!row) {
		bpf_map_update_elem(&cgroup_ledger, &cgroup, &empty_row, BPF_NOEXIST);
		row = bpf_map_lookup_elem(&cgroup_ledger, &cgroup);
	}
	if (!row) {
		cgroup = MARTLET_OTHER_CGROUPS;
		row = bpf_map_lookup_elem(&cgroup_ledger, &cgroup);
	}
	if (row && counter < sizeof(*row) / sizeof(__u64))
		((__u64 *)row)[counter]++;
	if (row && second < sizeof(*row) / sizeof(__u64))
		((__u64 *)row)[second]++;
	return cgroup;
}

/* Counts an event as seen. Returns the row of its cgroup, by which what becomes of it is counted. */
static __always_inline __u64 ledger_see(__u32 type, __u64 cgroup)
{
	ledger_count(type, seen);
	return cgroup_count(cgroup, cgroup_counter(seen), NO_COUNTER);
}

#define ledger_lose(record_type, cgroup, cause)                  \
	({                                                       \
		ledger_count(record_type, cause);                \
		cgroup_count(cgroup, cgroup_counter(cause), NO_COUNTER); \
		__sync_fetch_and_add(&losses.count, 1);          \
	})

/* An event that was seen, and could not be read. */
static __always_inline void ledger_miss(__u32 type, __u64 cgroup)
{
	cgroup = ledger_see(type, cgroup);
	ledger_lose(type, cgroup, lost_read);
}

/* Of what was seen: no rule can hold for it. */
static __always_inline void ledger_filter(__u32 type, __u64 cgroup)
{
	ledger_count(type, filtered);
	cgroup_count(cgroup, cgroup_counter(filtered), NO_COUNTER);
}

/* An event that is seen, and that no rule can hold for. */
static __always_inline void ledger_pass(__u32 type, __u64 cgroup)
{
	struct martlet_ledger *row = ledger_of(type);

	if (row) {
		row->seen++;
		row->filtered++;
	}
	cgroup_count(cgroup, cgroup_counter(seen), cgroup_counter(filtered));
}

#endif
