/* SPDX-License-Identifier: Apache-2.0 */
/* One watched process that starts the commands of many tests, where loading the probes for each would take too long. */
#include "actor.h"

#include <sys/prctl.h>

static const char *place;

/* The file of that name in the place of a request. */
static int opened(const char *name, int flags)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", place, name);
	return must(path, open(path, flags | O_CLOEXEC, 0600));
}

/* The texts of a file of the request's, each ended by a zero, as execve takes them. */
static char **texts(const char *name)
{
	static const size_t most = 1 << 20;
	char *text = malloc(most), **list = calloc(most, sizeof(*list));
	ssize_t length = must("read", read(opened(name, O_RDONLY), text, most));
	size_t count = 0;

	for (char *at = text; at < text + length; at += strlen(at) + 1)
		list[count++] = at;
	return list;
}

static int command(void *unused)
{
	char **words = texts("words"), **environment = texts("environment");

	(void)unused;
	must("dup2", dup2(opened("out", O_WRONLY | O_CREAT | O_APPEND), 1));
	must("dup2", dup2(opened("err", O_WRONLY | O_CREAT | O_APPEND), 2));
	execve(words[0], words, environment);
	return must("execve", -1);
}

/*
 * REQUESTS: a named pipe with the places of commands, a line each, until nobody writes to it any more. Each command is run to
 * the end of all that descends from it; then its pid and status are written to `status` there, and `done` is made.
 */
static int stage(int argc, char **argv)
{
	char line[4096];
	FILE *requests = fopen(argv[1], "re");

	(void)argc;
	must("fopen", requests ? 0 : -1);
	must("prctl", prctl(PR_SET_CHILD_SUBREAPER, 1));
	while (fgets(line, sizeof(line), requests)) {
		int status, ended = 0;
		pid_t child, any;

		line[strcspn(line, "\n")] = 0;
		place = line;
		child = spawn(command, NULL);
		while ((any = wait(&status)) > 0 || errno == EINTR)
			if (any == child)
				ended = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		status = opened("status", O_WRONLY | O_CREAT | O_EXCL);
		dprintf(status, "%d %d\n", child, ended);
		close(status);
		close(opened("done", O_WRONLY | O_CREAT | O_EXCL));
	}
	return 0;
}

const struct actor stage_actors[] = { { "stage", stage, 1 }, {} };
