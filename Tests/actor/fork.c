/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <linux/sched.h>
#include <pthread.h>

static int opens(void *path)
{
	return open(path, O_RDONLY) < 0;
}

/* PATH: a child opens PATH. */
static int by_fork(int argc, char **argv)
{
	pid_t child = spawn(opens, argv[1]);

	(void)argc;
	tell("child", child);
	return wait_for(child);
}

static int by_vfork(int argc, char **argv)
{
	pid_t child = must("vfork", vfork());

	(void)argc, (void)argv;
	if (child == 0)
		_exit(3);
	tell("child", child);
	wait_for(child);
	return 0;
}

static int by_clone3(int argc, char **argv)
{
	struct clone_args arguments = { .exit_signal = SIGCHLD };
	pid_t child = must("clone3", syscall(SYS_clone3, &arguments, sizeof(arguments)));

	(void)argc, (void)argv;
	if (child == 0)
		_exit(4);
	tell("child", child);
	wait_for(child);
	return 0;
}

/* A process without a signal at its end is a process all the same. */
static int by_silent_clone(int argc, char **argv)
{
	struct clone_args arguments = { 0 };
	pid_t child = must("clone3", syscall(SYS_clone3, &arguments, sizeof(arguments)));
	int status;

	(void)argc, (void)argv;
	if (child == 0)
		_exit(5);
	tell("child", child);
	must("waitpid", waitpid(child, &status, __WALL));
	return 0;
}

/* Waits until the parent ended: what then runs is an orphan. */
static void be_orphaned(pid_t parent)
{
	while (getppid() == parent)
		usleep(1000);
}

struct orphan {
	pid_t parent;
	char *path;
};

static int orphan_body(void *argument)
{
	struct orphan *orphan = argument;
	pid_t child = getpid();

	must("setsid", setsid());
	tell("session", getsid(0));
	if (fork() == 0) {
		tell("grandchild", getpid());
		be_orphaned(child);
		usleep(30000);
		_exit(opens(orphan->path));
	}
	be_orphaned(orphan->parent);
	tell("adopter", getppid());
	return 0;
}

/* PATH: what a daemon does: the command ends first, its child in a session of its own next, the grandchild opens PATH. */
static int orphan(int argc, char **argv)
{
	struct orphan orphan = { getpid(), argv[1] };

	(void)argc;
	tell("child", spawn(orphan_body, &orphan));
	usleep(20000);
	return 6;
}

static void *thread_body(void *path)
{
	tell("thread", syscall(SYS_gettid));
	close(must("open", open(path, O_RDONLY)));
	return NULL;
}

/* PATH: a thread opens PATH. */
static int thread(int argc, char **argv)
{
	pthread_t thread;

	(void)argc;
	must("pthread_create", -pthread_create(&thread, NULL, thread_body, argv[1]));
	pthread_join(thread, NULL);
	return 0;
}

static void *thread_forks(void *unused)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	tell("thread", syscall(SYS_gettid));
	tell("child", child);
	wait_for(child);
	return unused;
}

/* A thread forks: the child's creator is the process. */
static int by_thread(int argc, char **argv)
{
	pthread_t thread;

	(void)argc, (void)argv;
	must("pthread_create", -pthread_create(&thread, NULL, thread_forks, NULL));
	pthread_join(thread, NULL);
	return 0;
}

/* ACTOR ARG...: a child execs ACTOR. */
static int exec_body(void *argv)
{
	char **words = argv;

	words[0] = "actor"; /* the word that named this actor makes room for argv[0] */
	execv(self, words);
	return 99;
}

static int fork_exec(int argc, char **argv)
{
	pid_t child = spawn(exec_body, argv);

	(void)argc;
	tell("child", child);
	return WEXITSTATUS(wait_for(child));
}

/* LIVES: as many processes one after the other, all by the same number, that each become an actor with its turn. */
static int by_one_number(int argc, char **argv)
{
	pid_t pid = 0;

	(void)argc;
	for (long turn = 0; turn < number(argv[1]); turn++) {
		struct clone_args arguments = { .exit_signal = SIGCHLD, .set_tid = turn ? (uintptr_t)&pid : 0, .set_tid_size = turn > 0 };
		pid_t child = must("clone3", syscall(SYS_clone3, &arguments, sizeof(arguments)));

		if (child == 0) {
			char text[] = { (char)('0' + turn), 0 };

			must("execl", execl("/proc/self/exe", "actor", "exit", text, NULL));
		}
		pid = child;
		wait_for(child);
	}
	tell("child", pid);
	return 0;
}

/* DEPTH PATH: forks within forks; the last opens PATH. */
static int fork_deep(int argc, char **argv)
{
	(void)argc;
	for (long rest = number(argv[1]); rest > 0; rest--) {
		pid_t child = must("fork", fork());

		if (child)
			return WEXITSTATUS(wait_for(child));
		tell("child", getpid());
	}
	return opens(argv[2]);
}

const struct actor fork_actors[] = {
	{ "fork", by_fork, 1 },
	{ "vfork", by_vfork, 0 },
	{ "clone3", by_clone3, 0 },
	{ "silent-clone", by_silent_clone, 0 },
	{ "orphan", orphan, 1 },
	{ "thread", thread, 1 },
	{ "fork-by-thread", by_thread, 0 },
	{ "fork-exec", fork_exec, 1 },
	{ "fork-deep", fork_deep, 2 },
	{ "fork-by-number", by_one_number, 1 },
	{ 0 },
};
