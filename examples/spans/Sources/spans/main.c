/*
 * Serves three made-up requests, a thread each, as a tracer's library would: each thread says which span it is in while
 * it works, so that what it does can be found from the trace, and the trace from what it did.
 *
 *     martlet trace --events open --format json -- .build/debug/spans |
 *       jq -c 'select(.dd.span_id) | [.dd.trace_id, .dd.span_id, .file.path]'
 */
#include <fcntl.h>
#include <inttypes.h>
#include <martlet_client.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* As long as the process lives, where it is, and with more slots than it has threads. */
#define SLOTS 1024
static struct martlet_client_span slots[SLOTS];

struct request {
	uint64_t trace_id;
	uint64_t span_id;
	const char *path;
};

static void *serve(void *argument)
{
	const struct request *request = argument;
	struct martlet_client_span *slot = martlet_client_slot(slots, SLOTS);
	int file;

	martlet_client_enter(slot, request->span_id, request->trace_id);
	file = open(request->path, O_RDONLY);
	printf("trace %" PRIu64 ", span %" PRIu64 ": %s %s\n", request->trace_id, request->span_id,
	       file < 0 ? "could not open" : "opened", request->path);
	if (file >= 0)
		close(file);
	martlet_client_enter(slot, 0, 0);
	return NULL;
}

int main(void)
{
	const struct request requests[] = {
		{ 7001, 1, "/etc/hostname" },
		{ 7001, 2, "/etc/passwd" },
		{ 7002, 1, "/nonexistent" },
	};
	pthread_t threads[3];

	printf("an agent %s\n", martlet_client_spans(slots, SLOTS) ? "watches" : "does not watch");
	for (size_t i = 0; i < 3; i++)
		if (pthread_create(&threads[i], NULL, serve, (void *)&requests[i]))
			return EXIT_FAILURE;
	for (size_t i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return EXIT_SUCCESS;
}
