/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fair shares of the ring, while the reader does not keep up. Nobody may hold more of it than eight times what is free: one
 * that floods ends at eight ninths, two at eight seventeenths each, and whoever comes then still finds room. This goes for
 * each cgroup, and within it, in what the cgroup may still have, for each process. What all else is explained by (forks,
 * execs, exits, identities, mounts) may have the last eighth too, which the rest leaves free.
 *
 * Whoever's cgroup holds as much as is free is held up before (the brake), as long as that goes on and the sensor says at most,
 * so that the reader has time: what comes in bursts finds half of the ring, and what comes without end loses nothing to a
 * reader that keeps reading. For one that does not move nobody waits.
 *
 * What one holds is what it wrote behind the reader's position, counted in parts of an eighth of the ring. Counting begins
 * when an eighth is full: a reader that keeps up costs nobody anything.
 */
#ifndef MARTLET_SHARE_H
#define MARTLET_SHARE_H

#include "ring_map.h"

#define SHARE_PARTS 16 /* twice what the ring holds; a power of two */
#define SHARE_FACTOR 8 /* times what is free, that one may hold */
#define BRAKE_STEPS (1 << 17) /* more looks than fit into the longest time that is allowed */
#define BRAKE_PATIENCE_NS 1000000000ULL /* for a reader that has not moved for so long nobody waits */
#define SHARE_OF_PROCESS (1ULL << 63)

struct share {
	struct {
		__u32 number; /* of the part, counted from the first byte ever written */
		__u32 bytes;
	} parts[SHARE_PARTS];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64); /* number of a cgroup, or SHARE_OF_PROCESS | tgid */
	__type(value, struct share);
} MAP(shares);

/* What a share begins with: on the stack of a packet's probe there is no room for it. */
const struct share empty_share SEC(".rodata.share");

/* What nobody may lose for the sake of opens: all later events rest on it. */
static __always_inline bool is_context(__u32 type)
{
	const __u64 context = 1ULL << MARTLET_RECORD_FORK | 1ULL << MARTLET_RECORD_EXEC | 1ULL << MARTLET_RECORD_EXIT |
			      1ULL << MARTLET_RECORD_SETUID | 1ULL << MARTLET_RECORD_SETGID | 1ULL << MARTLET_RECORD_CAPSET |
			      1ULL << MARTLET_RECORD_MOUNT | 1ULL << MARTLET_RECORD_UMOUNT | 1ULL << MARTLET_RECORD_UNSHARE |
			      1ULL << MARTLET_RECORD_SESSION;

	return context >> type & 1;
}

/* Bytes that `key` has in the ring. */
__noinline __u64 share_held(__u64 key)
{
	struct share *share = bpf_map_lookup_elem(&shares, &key);
	__u64 part = config.ring_size / 8 ?: 1, held = 0;
	__u32 oldest = bpf_ringbuf_query(&ring, BPF_RB_CONS_POS) / part;

	if (!share)
		return 0;
	for (__u32 i = 0; i < SHARE_PARTS; i++)
		if ((__s32)(share->parts[i].number - oldest) >= 0)
			held += share->parts[i].bytes;
	return held;
}

/* Counts what `key` has just written. Two that do so at once may lose one count: shares are no ledger. */
__noinline int share_hold(__u64 key, __u64 bytes)
{
	struct share *share = bpf_map_lookup_elem(&shares, &key);
	__u64 part = config.ring_size / 8 ?: 1;
	__u32 number = bpf_ringbuf_query(&ring, BPF_RB_PROD_POS) / part;
	__u32 index = number & (SHARE_PARTS - 1);

	if (!share) {
		bpf_map_update_elem(&shares, &key, &empty_share, BPF_NOEXIST);
		share = bpf_map_lookup_elem(&shares, &key);
	}
	if (!share)
		return 0;
	if (share->parts[index].number != number) {
		share->parts[index].number = number;
		share->parts[index].bytes = 0;
	}
	share->parts[index].bytes += bytes;
	return 0;
}

/* Bytes that wait in the ring. */
static __always_inline __u64 ring_waiting(void)
{
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);
}

static __always_inline bool ring_is_filling(__u64 waiting)
{
	return waiting >= config.ring_size / 8;
}

/* Bytes that may still be written, and not by what leaves the last eighth free. */
static __always_inline __u64 ring_room(__u64 waiting, __u64 kept)
{
	return waiting + kept < config.ring_size ? config.ring_size - waiting - kept : 0;
}

/* Whether somebody may hold as much as is free. */
static __always_inline bool ring_is_short(__u64 waiting)
{
	return waiting >= ring_room(waiting, config.ring_size / 8);
}

/* Written without a lock: a mistake is a moment of waiting. */
struct martlet_reader reader SEC(".data.reader");

/* Whether the reader is worth waiting for. One that nobody has looked at for long may have had nothing to read. */
static __always_inline bool reader_moves(__u64 now)
{
	__u64 position = bpf_ringbuf_query(&ring, BPF_RB_CONS_POS);

	if (position != reader.position || now - reader.looked_ns > BRAKE_PATIENCE_NS) {
		reader.position = position;
		reader.since_ns = now;
	}
	reader.looked_ns = now;
	return now - reader.since_ns < BRAKE_PATIENCE_NS;
}

struct brake {
	__u64 cgroup;
	__u64 begin_ns;
};

static long brake_step(__u32 step, struct brake *brake)
{
	__u64 now = bpf_ktime_get_ns(), held_ns = now - brake->begin_ns;
	bool is_over = held_ns >= config.brake_ns || !reader_moves(now) ||
		       share_held(brake->cgroup) < ring_room(ring_waiting(), config.ring_size / 8);

	if (is_over && step)
		__sync_fetch_and_add(&reader.held_ns, held_ns);
	return is_over;
}

/* Holds up who acts, while its cgroup holds as much of the ring as is free. */
__noinline int share_brake(__u64 cgroup)
{
	struct brake brake = { .cgroup = cgroup, .begin_ns = bpf_ktime_get_ns() };

	if (config.brake_ns)
		bpf_loop(BRAKE_STEPS, brake_step, &brake, 0);
	return 0;
}

/* Whether a process, or its cgroup, holds all that it may, where `waiting` bytes are in the ring. */
static __always_inline bool share_spent(__u32 type, __u64 cgroup, __u32 tgid, __u64 waiting)
{
	__u64 kept = is_context(type) ? 0 : config.ring_size / 8;
	__u64 room, held;

	if (!ring_is_filling(waiting))
		return false;
	room = SHARE_FACTOR * ring_room(waiting, kept);
	held = share_held(cgroup);
	return held >= room || share_held(SHARE_OF_PROCESS | tgid) >= SHARE_FACTOR * (room - held);
}

#endif
