/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kernel side counts, one row a record type, summed over the processors by the sensor. */
#ifndef MARTLET_RECORD_LEDGER_H
#define MARTLET_RECORD_LEDGER_H

#include <linux/types.h>

struct martlet_ledger {
	__u64 seen;           /* activity in scope that is an event of the type */
	__u64 lost_ring;      /* the ring buffer had no room */
	__u64 lost_scratch;   /* no memory to build the record in, or the probe interrupted itself */
	__u64 lost_read;      /* the kernel object could not be read */
	__u64 sampled;        /* records whose making was timed, one of 64 */
	__u64 sampled_ns;     /* and how long those took */
	__u64 lost_scope;     /* no room to remember the process. fork: all it does is lost; session: its spans are */
};

#endif
