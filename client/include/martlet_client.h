/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program can tell an agent of Martlet that watches it: which span of distributed tracing each of its threads is
 * in, and which session of a person it belongs to. This file is all of it: copy it, or depend on the package's product
 * MartletClient. Linux; C99 or later with _GNU_SOURCE, C++ and Swift.
 *
 * Every call is one system call that the kernel refuses. Where nobody watches it does nothing else.
 */
#ifndef MARTLET_CLIENT_H
#define MARTLET_CLIENT_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MARTLET_CLIENT_COMMAND 0x6d617274UL
#define MARTLET_CLIENT_REPLY 0x80
#define MARTLET_CLIENT_SPANS 6
#define MARTLET_CLIENT_SESSION 11
#define MARTLET_CLIENT_DATA 239          /* bytes of a session that one request takes */
#define MARTLET_CLIENT_SESSION_MAX 1024  /* bytes that all of it may have */

/* How a session was opened. */
enum martlet_client_session {
	MARTLET_CLIENT_K8S = 1,
};

/* The span that a thread is in; zeroes for none. */
struct martlet_client_span {
	uint64_t span_id;
	uint64_t trace_id;
};

struct martlet_client_request {
	uint8_t operation;
	union {
		struct {
			uint64_t format;
			uint64_t max_threads;
			uint64_t slots;
		} __attribute__((packed)) spans;
		struct {
			uint64_t id;
			uint8_t cursor;
			uint8_t reserved[7];
			uint8_t type;
			uint8_t data[MARTLET_CLIENT_DATA];
		} __attribute__((packed)) session;
	} body;
} __attribute__((packed));

/*
 * Makes a request. True if an agent took it: it says so with a SIGURG to this thread, which is blocked meanwhile, so that
 * a handler for it sees nothing.
 */
static inline bool martlet_client_send(struct martlet_client_request *request)
{
	const struct timespec now = { 0, 0 };
	sigset_t urgent, before;
	siginfo_t answer;
	int error = errno;
	bool taken;

	sigemptyset(&urgent);
	sigaddset(&urgent, SIGURG);
	sigprocmask(SIG_BLOCK, &urgent, &before); /* of this thread alone, on Linux */
	request->operation |= MARTLET_CLIENT_REPLY;
	syscall(SYS_ioctl, -1, MARTLET_CLIENT_COMMAND, request);
	taken = sigtimedwait(&urgent, &answer, &now) == SIGURG;
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return taken;
}

/*
 * Says where the spans of this process's threads are: an array of `count` slots, of which thread `tid` uses the one at
 * tid % count. It must stay where it is as long as the process runs its image, or until the next call; what it holds may
 * change at any time. `count` is best a power of two well above the number of threads, since two threads whose ids are
 * `count` apart share a slot. NULL and 0 end it.
 *
 * Nothing of it passes to a child or to the next image: those say it again. Until then, their events have the span that
 * they began in. True if an agent watches.
 */
static inline bool martlet_client_spans(struct martlet_client_span *slots, size_t count)
{
	struct martlet_client_request request;

	memset(&request, 0, sizeof(request));
	request.operation = MARTLET_CLIENT_SPANS;
	request.body.spans.max_threads = slots ? count : 0;
	request.body.spans.slots = (uint64_t)(uintptr_t)slots;
	return martlet_client_send(&request);
}

/* The slot of the calling thread. Worth keeping: it asks the kernel for the thread's id. */
static inline struct martlet_client_span *martlet_client_slot(struct martlet_client_span *slots, size_t count)
{
	return &slots[(size_t)syscall(SYS_gettid) % count];
}

/* Puts the calling thread, whose slot this is, into a span; with zeroes it leaves it. */
static inline void martlet_client_enter(struct martlet_client_span *slot, uint64_t span_id, uint64_t trace_id)
{
	/* Only system calls of this thread read it, but a compiler does not know that they do. */
	__atomic_store_n(&slot->span_id, span_id, __ATOMIC_RELAXED);
	__atomic_store_n(&slot->trace_id, trace_id, __ATOMIC_RELAXED);
}

/*
 * Says that this process, and all that will descend from it, belong to a session of a person. `id` is another for each
 * session of a host, and not 0; `data` is the UserInfo of Kubernetes as JSON, at most MARTLET_CLIENT_SESSION_MAX bytes. A
 * process that is in a session cannot leave it, and the agent goes on with the one it knows. True if an agent took it.
 */
static inline bool martlet_client_session(uint64_t id, enum martlet_client_session type, const char *data, size_t length)
{
	struct martlet_client_request request;
	size_t sent = 0;
	uint8_t cursor = 1;
	bool taken = true;

	if (!id || length > MARTLET_CLIENT_SESSION_MAX)
		return false;
	do {
		size_t piece = length - sent < MARTLET_CLIENT_DATA ? length - sent : MARTLET_CLIENT_DATA;

		memset(&request, 0, sizeof(request));
		request.operation = MARTLET_CLIENT_SESSION;
		request.body.session.id = id;
		request.body.session.cursor = cursor++;
		request.body.session.type = (uint8_t)type;
		if (piece)
			memcpy(request.body.session.data, data + sent, piece);
		sent += piece;
		taken = martlet_client_send(&request) && taken;
	} while (sent < length);
	return taken;
}

#ifdef __cplusplus
}
#endif
#endif
