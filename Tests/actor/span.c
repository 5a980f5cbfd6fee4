/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <martlet_client.h>
#include <pthread.h>

#define SLOTS 64

static struct martlet_client_span slots[SLOTS];

static void enter(uint64_t span_id, uint64_t trace_id)
{
	martlet_client_enter(martlet_client_slot(slots, SLOTS), span_id, trace_id);
}

static void look(const char *path)
{
	close(must("open", open(path, O_RDONLY)));
}

/* SPAN TRACE ACTOR...: registers, enters the span, and acts. */
static int span(int argc, char **argv)
{
	tell("taken", martlet_client_spans(slots, SLOTS));
	enter(strtoull(argv[1], NULL, 0), strtoull(argv[2], NULL, 0));
	return act(argc - 3, argv + 3);
}

/* PATH: opens in one span, in another, in none, and after the end of it all. */
static int span_changes(int argc, char **argv)
{
	(void)argc;
	martlet_client_spans(slots, SLOTS);
	enter(1, 10);
	look(argv[1]);
	enter(2, 10);
	look(argv[1]);
	enter(0, 0);
	look(argv[1]);
	enter(3, 10);
	tell("taken", martlet_client_spans(NULL, 0));
	look(argv[1]);
	return 0;
}

struct worker {
	pthread_t thread;
	const char *path;
	uint64_t span_id;
	pthread_barrier_t *barrier;
};

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct martlet_client_span *slot = martlet_client_slot(slots, SLOTS);

	martlet_client_enter(slot, worker->span_id, 7);
	pthread_barrier_wait(worker->barrier); /* now every thread is in its span */
	look(worker->path);
	martlet_client_enter(slot, 0, 0);
	return NULL;
}

/* PATH: four threads, each in span 101, 102..., open it at once; then the first, which is in none. */
static int span_threads(int argc, char **argv)
{
	pthread_barrier_t barrier;
	struct worker workers[4];

	(void)argc;
	martlet_client_spans(slots, SLOTS);
	pthread_barrier_init(&barrier, NULL, 4);
	for (int i = 0; i < 4; i++) {
		workers[i] = (struct worker){ .path = argv[1], .span_id = 101 + i, .barrier = &barrier };
		pthread_create(&workers[i].thread, NULL, work, &workers[i]);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(workers[i].thread, NULL);
	look(argv[1]);
	return 0;
}

static int child(void *argument)
{
	const char *path = argument;

	look(path); /* in the span that its creator was in */
	enter(6, 60);
	look(path); /* still: this process has registered nothing */
	martlet_client_spans(slots, SLOTS);
	look(path); /* in its own */
	enter(0, 0);
	look(path); /* in none: in the one that it began in */
	return 0;
}

/* PATH: a child that is born in span 5 of trace 50. */
static int span_fork(int argc, char **argv)
{
	(void)argc;
	martlet_client_spans(slots, SLOTS);
	enter(5, 50);
	tell("child", wait_for(spawn(child, argv[1])));
	return 0;
}

/* BASE MAX-THREADS FORMAT PATH: registers just that, tells whether it was taken, and opens. */
static int span_registered(int argc, char **argv)
{
	struct martlet_client_request request = { .operation = MARTLET_CLIENT_SPANS };

	(void)argc;
	for (int i = 0; i < SLOTS; i++)
		slots[i] = (struct martlet_client_span){ 9, 90 };
	request.body.spans.slots = strcmp(argv[1], "slots") ? strtoull(argv[1], NULL, 0) : (uintptr_t)slots;
	request.body.spans.max_threads = strtoull(argv[2], NULL, 0);
	request.body.spans.format = strtoull(argv[3], NULL, 0);
	tell("taken", martlet_client_send(&request));
	look(argv[4]);
	return 0;
}

static void *exec_in_span(void *argument)
{
	enter(8, 80);
	execv(*(char **)argument, argument);
	must("execv", -1);
	return NULL;
}

/* PATH ARG...: a thread that is in span 8 replaces the process; the first thread is in span 7. */
static int span_thread_exec(int argc, char **argv)
{
	pthread_t thread;

	(void)argc;
	martlet_client_spans(slots, SLOTS);
	enter(7, 70);
	pthread_create(&thread, NULL, exec_in_span, argv + 1);
	pthread_join(thread, NULL);
	return 0;
}

/* COUNT: so many processes at once register, and tell how many were taken; then this one. */
static int span_many(int argc, char **argv)
{
	long count = number(argv[1]), taken = 0;
	int answers[2], end[2];

	(void)argc;
	must("pipe", pipe(answers));
	must("pipe", pipe(end));
	for (long i = 0; i < count; i++) {
		uint8_t answer;

		if (!must("fork", fork())) {
			answer = martlet_client_spans(slots, SLOTS);
			close(end[1]);
			must("write", write(answers[1], &answer, 1));
			must("read", read(end[0], &answer, 1)); /* until the first process closes it */
			_exit(0);
		}
		must("read", read(answers[0], &answer, 1));
		taken += answer;
	}
	tell("many", taken);
	close(end[1]);
	while (wait(NULL) > 0)
		;
	tell("taken", martlet_client_spans(slots, SLOTS));
	return 0;
}

const struct actor span_actors[] = {
	{ "span", span, 3 },
	{ "span-changes", span_changes, 1 },
	{ "span-threads", span_threads, 1 },
	{ "span-thread-exec", span_thread_exec, 1 },
	{ "span-fork", span_fork, 1 },
	{ "span-many", span_many, 1 },
	{ "span-registered", span_registered, 4 },
	{ 0 },
};
