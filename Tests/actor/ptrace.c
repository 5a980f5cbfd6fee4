/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <pthread.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

static int waits(void *unused)
{
	(void)unused;
	while (pause())
		;
	return 99;
}

/* A child: attached to, read, written, asked for its registers, let go. */
static int attach(int argc, char **argv)
{
	static long word = 7;
	struct user_regs_struct registers;
	pid_t child = spawn(waits, NULL);
	long data;

	(void)argc, (void)argv;
	tell("child", child);
	tell("word", (long)&word);
	must("PTRACE_ATTACH", ptrace(PTRACE_ATTACH, child, 0, 0));
	wait_for(child);
	must("PTRACE_PEEKDATA", syscall(SYS_ptrace, PTRACE_PEEKDATA, child, &word, &data));
	must("PTRACE_POKEDATA", ptrace(PTRACE_POKEDATA, child, &word, 8));
#ifdef __x86_64__
	must("PTRACE_GETREGS", syscall(SYS_ptrace, PTRACE_GETREGS, child, 0, &registers));
#else
	(void)registers;
#endif
	must("PTRACE_DETACH", ptrace(PTRACE_DETACH, child, 0, 0));
	kill(child, SIGKILL);
	wait_for(child);
	return 0;
}

static int asks_to_be_traced(void *unused)
{
	(void)unused;
	must("PTRACE_TRACEME", ptrace(PTRACE_TRACEME, 0, 0, 0));
	raise(SIGSTOP);
	return 0;
}

/* A child that asks for it. */
static int traceme(int argc, char **argv)
{
	pid_t child = spawn(asks_to_be_traced, NULL);

	(void)argc, (void)argv;
	tell("child", child);
	wait_for(child);
	must("PTRACE_KILL", ptrace(PTRACE_KILL, child, 0, 0));
	wait_for(child);
	return 0;
}

/* PID: requests that fail: of nobody, of no such request, and as nobody of PID. Tells the errors. */
static int failing(int argc, char **argv)
{
	(void)argc;
	tell("missing", syscall(SYS_ptrace, PTRACE_ATTACH, 1000000000L, 0, 0) ? errno : 0);
	tell("unknown", syscall(SYS_ptrace, 0x4fffL, getpid(), 0x10, 0) ? errno : 0);
	must("setresuid", syscall(SYS_setresuid, 65534, 65534, 65534));
	tell("refused", syscall(SYS_ptrace, PTRACE_SEIZE, number(argv[1]), 0, 0) ? errno : 0);
	return 0;
}

static void *thread_waits(void *ends)
{
	__u32 tid = gettid();

	must("write", write(((int *)ends)[1], &tid, sizeof(tid)));
	waits(NULL);
	return NULL;
}

static int has_thread(void *ends)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, thread_waits, ends))
		return 99;
	return waits(NULL);
}

/* The second thread of a child, by a 32-bit call too: the tracee is the process. */
static int thread_of_child(int argc, char **argv)
{
	int ends[2];
	__u32 tid;

	(void)argc, (void)argv;
	must("pipe", pipe(ends));
	pid_t child = spawn(has_thread, ends);
	must("read", read(ends[0], &tid, sizeof(tid)));
	tell("child", child);
	tell("thread", tid);
	must("PTRACE_SEIZE", ptrace(PTRACE_SEIZE, tid, 0, 0));
#ifdef __x86_64__
	long result;
	asm volatile("int $0x80"
		     : "=a"(result)
		     : "a"(26L), "b"((long)PTRACE_INTERRUPT), "c"((long)tid), "d"(0x1234L), "S"(0L)
		     : "memory", "r8", "r9", "r10", "r11");
	tell("interrupt", result);
#endif
	kill(child, SIGKILL);
	while (waitpid(-1, NULL, __WALL) > 0) /* the thread, which only its tracer can reap, then the child */
		;
	return 0;
}

static int in_namespace(void *unused)
{
	pid_t child = spawn(waits, NULL);

	(void)unused;
	tell("inside", child);
	must("PTRACE_SEIZE", ptrace(PTRACE_SEIZE, child, 0, 0));
	kill(child, SIGKILL);
	wait_for(child);
	return 0;
}

/* From the init of another pid namespace. */
static int namespaced(int argc, char **argv)
{
	(void)argc, (void)argv;
	must("unshare", unshare(CLONE_NEWPID));
	return wait_for(spawn(in_namespace, NULL));
}

const struct actor ptrace_actors[] = {
	{ "ptrace-attach", attach, 0 },
	{ "ptrace-traceme", traceme, 0 },
	{ "ptrace-failing", failing, 1 },
	{ "ptrace-thread", thread_of_child, 0 },
	{ "ptrace-namespaced", namespaced, 0 },
	{ 0 },
};
