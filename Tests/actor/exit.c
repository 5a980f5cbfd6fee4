/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <pthread.h>
#include <sys/resource.h>

/* STATUS */
static int exits(int argc, char **argv)
{
	(void)argc;
	return number(argv[1]);
}

/* Undoes what a run-time library may have done to catch crashes, and wants no core file unless told. */
static void be_plain(rlim_t core)
{
	const int crashes[] = { SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGBUS, SIGSEGV };
	struct rlimit limit = { core, core };

	for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++)
		signal(crashes[i], SIG_DFL);
	must("setrlimit", setrlimit(RLIMIT_CORE, &limit));
}

/* SIGNAL: ends by a signal of its own, without kill(2) and without a core file. */
static int dies(int argc, char **argv)
{
	(void)argc;
	be_plain(0);
	raise(number(argv[1]));
	return 99;
}

/* DIRECTORY SIGNAL: the same with a core file, in DIRECTORY. */
static int dumps(int argc, char **argv)
{
	(void)argc;
	be_plain(RLIM_INFINITY);
	must("chdir", chdir(argv[1]));
	raise(number(argv[2]));
	return 99;
}

static int faults(int argc, char **argv)
{
	(void)argc, (void)argv;
	be_plain(0);
	*(volatile int *)8 = 0;
	return 99;
}

static void *outlives(void *path)
{
	pthread_t leader = *(pthread_t *)path;

	pthread_join(leader, NULL);
	usleep(20000);
	tell("thread", syscall(SYS_gettid));
	close(must("open", open("/proc/self/comm", O_RDONLY)));
	exit(7);
}

/* The leading thread ends first; another ends the process 20 ms later, with 7. */
static int leader_ends_first(int argc, char **argv)
{
	static pthread_t leader;
	pthread_t thread;

	(void)argc, (void)argv;
	leader = pthread_self();
	must("pthread_create", -pthread_create(&thread, NULL, outlives, &leader));
	pthread_exit(NULL);
}

static void *ends_all(void *unused)
{
	usleep(10000);
	syscall(SYS_exit_group, 5);
	return unused;
}

/* A thread ends the process while the leading thread waits. */
static int thread_ends_all(int argc, char **argv)
{
	pthread_t thread;

	(void)argc, (void)argv;
	must("pthread_create", -pthread_create(&thread, NULL, ends_all, NULL));
	pause();
	return 99;
}

const struct actor exit_actors[] = {
	{ "exit", exits, 1 },
	{ "die", dies, 1 },
	{ "dump", dumps, 2 },
	{ "fault", faults, 0 },
	{ "leader-ends-first", leader_ends_first, 0 },
	{ "thread-ends-all", thread_ends_all, 0 },
	{ 0 },
};
