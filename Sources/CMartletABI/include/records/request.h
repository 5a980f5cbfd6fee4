/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a process that is watched can tell us: an ioctl(2) with a command of ours on a descriptor that is none. The kernel
 * refuses it before any driver sees it; the probe at its exit reads the request. Layouts and operations are those that
 * tracers know from the reference; the command is our own.
 *
 * client/include/martlet_client.h has the same for programs, and does not compile where the two differ.
 */
#ifndef MARTLET_RECORD_REQUEST_H
#define MARTLET_RECORD_REQUEST_H

#include <linux/types.h>

#define MARTLET_REQUEST_COMMAND 0x6d617274  /* "mart" */
#define MARTLET_REQUEST_BYTES 257
#define MARTLET_REQUEST_REPLY 0x80          /* in the operation: answer with a SIGURG to the calling thread */
#define MARTLET_REQUEST_SIGNAL 23           /* SIGURG: does nothing to whom does not wait for it */

/* martlet_request.operation */
enum martlet_operation {
	MARTLET_OPERATION_SPANS = 6,
	MARTLET_OPERATION_SESSION = 11,
};

/* martlet_session_request.session_type */
enum martlet_session_type {
	MARTLET_SESSION_K8S = 1,
};

/* Where a process keeps the spans of its threads: thread `tid`, in its own pid namespace, in slots[tid % max_threads]. */
struct martlet_spans_request {
	__u8 operation;
	__u64 format;                /* 0 */
	__u64 max_threads;           /* slots; 0 unregisters */
	__u64 slots;                 /* address of an array of struct martlet_span */
} __attribute__((packed));

#define MARTLET_SESSION_DATA 239  /* bytes that one request takes */
#define MARTLET_SESSION_MAX 1024  /* bytes that a session takes */

/* A piece of the description of a session: the UserInfo of Kubernetes as JSON. */
struct martlet_session_request {
	__u8 operation;
	__u64 id;
	__u8 cursor;                 /* which piece, from 1 */
	__u8 reserved[7];
	__u8 session_type;
	__u8 data[MARTLET_SESSION_DATA];
} __attribute__((packed));
_Static_assert(sizeof(struct martlet_session_request) == MARTLET_REQUEST_BYTES, "the layout that tracers know");

#endif
