/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <pthread.h>
#include <sys/mman.h>

extern char **environ;

/* Does nothing; what is execed to look at the exec. */
static int nothing(int argc, char **argv)
{
	(void)argc, (void)argv;
	return 0;
}

/* PATH ARG...: replaces the process. argv[0] is PATH. */
static int exec(int argc, char **argv)
{
	(void)argc;
	execv(argv[1], argv + 1);
	return must("execv", -1);
}

/* COUNT LENGTH TEXT: execs itself with COUNT copies of TEXT repeated to LENGTH bytes behind two known arguments. */
static char **strings(long count, long length, const char *text)
{
	char **vector = calloc(count + 3, sizeof(*vector));
	char *string = malloc(length + 1);
	size_t period = strlen(text);

	for (long i = 0; i < length; i++)
		string[i] = text[i % period];
	string[length] = 0;
	vector[0] = "actor";
	vector[1] = "nothing";
	for (long i = 0; i < count; i++)
		vector[i + 2] = string;
	return vector;
}

static int exec_arguments(int argc, char **argv)
{
	char *none[] = { NULL };

	(void)argc;
	execve(self, strings(number(argv[1]), number(argv[2]), argv[3]), none);
	return must("execve", -1);
}

static int exec_environment(int argc, char **argv)
{
	char *nothing[] = { "actor", "nothing", NULL };

	(void)argc;
	execve(self, nothing, strings(number(argv[1]), number(argv[2]), argv[3]) + 2);
	return must("execve", -1);
}

/* Strings that are easily mistaken for something else. */
static int exec_odd_strings(int argc, char **argv)
{
	char *arguments[] = { "actor", "nothing", "", "two\nlines", "\033[31mred", "\xff\xfe" "bytes", "", "caf\xc3\xa9", "\"\\", NULL };
	char *environment[] = { "PATH=/nowhere:/\xfe", "HOME=canary-value", "no equals sign", "", "LD_PRELOAD=", "EMPTY=", NULL };

	(void)argc, (void)argv;
	execve(self, arguments, environment);
	return must("execve", -1);
}

/* LENGTH: one argument of so many bytes that are no text. */
static int exec_bytes(int argc, char **argv)
{
	char *none[] = { NULL };

	(void)argc;
	execve(self, strings(1, number(argv[1]), "\xff"), none);
	return must("execve", -1);
}

static int exec_no_arguments(int argc, char **argv)
{
	char *none[] = { NULL };

	(void)argc, (void)argv;
	execve(self, none, none);
	return must("execve", -1);
}

/* PATH ARG...: execs a descriptor of PATH, without a path. The descriptor stays open, as a script needs it. */
static int exec_descriptor(int argc, char **argv)
{
	(void)argc;
	syscall(SYS_execveat, must("open", open(argv[1], O_RDONLY)), "", argv + 1, environ, AT_EMPTY_PATH);
	return must("execveat", -1);
}

/* DIRECTORY NAME ARG...: execs NAME below a descriptor of DIRECTORY. */
static int exec_below(int argc, char **argv)
{
	(void)argc;
	syscall(SYS_execveat, must("open", open(argv[1], O_PATH | O_DIRECTORY)), argv[2], argv + 2, environ, 0);
	return must("execveat", -1);
}

/* NAME PATH ARG...: execs a memfd called NAME with the content of PATH. */
static int exec_memory(int argc, char **argv)
{
	int source = must("open", open(argv[2], O_RDONLY));
	int copy = must("memfd_create", memfd_create(argv[1], 0));
	char bytes[65536];
	ssize_t count;

	(void)argc;
	while ((count = must("read", read(source, bytes, sizeof(bytes)))) > 0)
		must("write", write(copy, bytes, count));
	close(source);
	struct stat found;
	must("fstat", fstat(copy, &found));
	tell("inode", found.st_ino);
	syscall(SYS_execveat, copy, "", argv + 2, environ, AT_EMPTY_PATH);
	return must("execveat", -1);
}

/* PATH ARG...: execs a file that has been deleted. */
static int exec_deleted(int argc, char **argv)
{
	int fd = must("open", open(argv[1], O_RDONLY | O_CLOEXEC));

	(void)argc;
	must("unlink", unlink(argv[1]));
	syscall(SYS_execveat, fd, "", argv + 1, environ, AT_EMPTY_PATH);
	return must("execveat", -1);
}

static void *exec_body(void *argv)
{
	tell("thread", syscall(SYS_gettid));
	execv(*(char **)argv, argv);
	must("execv", -1);
	return NULL;
}

/* PATH ARG...: execs from a thread that is not the leading one. */
static int exec_thread(int argc, char **argv)
{
	pthread_t thread;

	(void)argc;
	tell("pid", getpid());
	must("pthread_create", -pthread_create(&thread, NULL, exec_body, argv + 1));
	pthread_join(thread, NULL);
	return 99;
}

/* COUNT: execs itself COUNT times over, each time with other arguments. */
static int exec_chain(int argc, char **argv)
{
	long rest = number(argv[1]);
	char text[24];

	(void)argc;
	if (rest == 0)
		return 0;
	snprintf(text, sizeof(text), "%ld", rest - 1);
	execl(self, "actor", "exec-chain", text, NULL);
	return must("execl", -1);
}

/* COUNT: execs itself COUNT times over with the very same arguments; a pipe tells when it is enough. */
static int exec_again(int argc, char **argv)
{
	const int pipe_end = 200;
	char byte;

	(void)argc;
	if (fcntl(pipe_end, F_GETFD) < 0) {
		int ends[2];

		must("pipe", pipe(ends));
		for (long i = number(argv[1]); i > 0; i--)
			must("write", write(ends[1], "", 1));
		close(ends[1]);
		must("dup2", dup2(ends[0], pipe_end));
		close(ends[0]);
	}
	if (read(pipe_end, &byte, 1) != 1)
		return 0;
	execl(self, self, "exec-again", argv[1], NULL);
	return must("execl", -1);
}

const struct actor exec_actors[] = {
	{ "nothing", nothing, 0 },
	{ "exec", exec, 1 },
	{ "exec-arguments", exec_arguments, 3 },
	{ "exec-environment", exec_environment, 3 },
	{ "exec-odd-strings", exec_odd_strings, 0 },
	{ "exec-bytes", exec_bytes, 1 },
	{ "exec-no-arguments", exec_no_arguments, 0 },
	{ "exec-descriptor", exec_descriptor, 1 },
	{ "exec-below", exec_below, 2 },
	{ "exec-memory", exec_memory, 2 },
	{ "exec-deleted", exec_deleted, 1 },
	{ "exec-thread", exec_thread, 1 },
	{ "exec-chain", exec_chain, 1 },
	{ "exec-again", exec_again, 1 },
	{ 0 },
};
