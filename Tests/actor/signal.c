/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <sched.h>

static int waits(void *unused)
{
	(void)unused;
	pause();
	return 99;
}

/* SIGNAL: to itself, ignored. */
static int kill_self(int argc, char **argv)
{
	(void)argc;
	if (number(argv[1]))
		signal(number(argv[1]), SIG_IGN);
	must("kill", kill(getpid(), number(argv[1])));
	return 0;
}

/* SIGNAL: to a child. */
static int kill_child(int argc, char **argv)
{
	pid_t child = spawn(waits, NULL);

	(void)argc;
	tell("child", child);
	must("kill", kill(child, number(argv[1])));
	wait_for(child);
	return 0;
}

/* PID SIGNAL: to any process. Tells the error. */
static int kill_other(int argc, char **argv)
{
	(void)argc;
	tell("error", kill(number(argv[1]), number(argv[2])) ? errno : 0);
	return 0;
}

/* PID SIGNAL: the same as nobody. */
static int kill_as_nobody(int argc, char **argv)
{
	must("setresuid", syscall(SYS_setresuid, 65534, 65534, 65534));
	return kill_other(argc, argv);
}

static int kill_unreported_body(void *unused)
{
	(void)unused;
	signal(SIGUSR1, SIG_IGN);
	kill(getpid() + 1000000000, SIGUSR1); /* no such process: above any pid_max */
	kill(getpid(), 1000);                 /* no such signal */
	must("tgkill", syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1));
	must("tkill", syscall(SYS_tkill, gettid(), SIGUSR1));
	return 0;
}

/* Kills that make no event: nobody, no signal, threads of one's own. */
static int kill_unreported(int argc, char **argv)
{
	(void)argc, (void)argv;
	return wait_for(spawn(kill_unreported_body, NULL));
}

static int kill_group_body(void *unused)
{
	int self = must("pidfd_open", syscall(SYS_pidfd_open, getpid(), 0));

	(void)unused;
	must("setpgid", setpgid(0, 0));
	signal(SIGUSR1, SIG_IGN);
	must("kill", kill(0, SIGUSR1));
	must("kill", kill(-getpid(), SIGUSR1));
	syscall(SYS_pidfd_send_signal, self, SIGUSR1, NULL, 4 /* PIDFD_SIGNAL_PROCESS_GROUP, 6.9 on */);
	return 0;
}

/* A child sends signals to the group that it is in. */
static int kill_group(int argc, char **argv)
{
	pid_t child = spawn(kill_group_body, NULL);

	(void)argc, (void)argv;
	tell("child", child);
	return wait_for(child);
}

static int kill_all_body(void *unused)
{
	(void)unused;
	must("kill", kill(-1, 0));
	return 0;
}

static int namespace_body(void *unused)
{
	(void)unused;
	spawn(waits, NULL); /* whoever sends to all sends to all others */
	return wait_for(spawn(kill_all_body, NULL));
}

/* In a pid namespace of its own: signal 0 to all that are in it. */
static int kill_all(int argc, char **argv)
{
	(void)argc, (void)argv;
	must("unshare", unshare(CLONE_NEWPID));
	return wait_for(spawn(namespace_body, NULL));
}

static int namespaced_body(void *path)
{
	pid_t child = spawn(waits, NULL);

	tell("inside", child);
	must("kill", kill(child, SIGKILL));
	wait_for(child);
	return open(path, O_RDONLY) < 0;
}

/* PATH: the init of a new pid namespace kills its child, then opens PATH. */
static int kill_namespaced(int argc, char **argv)
{
	(void)argc;
	must("unshare", unshare(CLONE_NEWPID));
	pid_t init = spawn(namespaced_body, argv[1]);
	tell("init", init);
	return wait_for(init);
}

const struct actor signal_actors[] = {
	{ "kill-self", kill_self, 1 },
	{ "kill-child", kill_child, 1 },
	{ "kill-other", kill_other, 2 },
	{ "kill-as-nobody", kill_as_nobody, 2 },
	{ "kill-unreported", kill_unreported, 0 },
	{ "kill-group", kill_group, 0 },
	{ "kill-all", kill_all, 0 },
	{ "kill-namespaced", kill_namespaced, 1 },
	{ 0 },
};
