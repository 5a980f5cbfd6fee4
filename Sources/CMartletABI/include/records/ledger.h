/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel side counts, summed over the processors by the sensor. What was seen stands last: who reads a row while
 * it is written to, word by word, finds no outcome of what was not seen.
 */
#ifndef MARTLET_RECORD_LEDGER_H
#define MARTLET_RECORD_LEDGER_H

#include <linux/types.h>

/* One row a record type. */
struct martlet_ledger {
	__u64 filtered;       /* no rule can hold for it */
	__u64 lost_ring;      /* the ring buffer had no room */
	__u64 lost_share;     /* the process, or its cgroup, had its share of the ring */
	__u64 lost_scratch;   /* no memory to build the record in, or the probe interrupted itself */
	__u64 lost_read;      /* the kernel object could not be read */
	__u64 sampled;        /* records whose making was timed, one of 64 */
	__u64 sampled_ns;     /* and how long those took */
	__u64 lost_scope;     /* no room to remember the process. fork: all it does is lost; session: its spans are */
	__u64 seen;           /* activity in scope that is an event of the type */
};

#define MARTLET_CGROUPS 1024     /* that have a row of their own */
#define MARTLET_OTHER_CGROUPS 0  /* the row of all others, and of what no task did */

/* One row a cgroup: the same, of all types. */
struct martlet_cgroup_ledger {
	__u64 filtered;
	__u64 lost_ring;
	__u64 lost_share;
	__u64 lost_scratch;
	__u64 lost_read;
	__u64 seen;
};

/* All that was lost of what was seen: for one look at each match. */
struct martlet_losses {
	__u64 count;
};

/* What stands before each record in the ring, and is in no recording. */
struct martlet_envelope {
	__u64 cgroup;
};

#endif
