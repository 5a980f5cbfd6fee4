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

static int kill_group_body(void *unused)
{
	(void)unused;
	must("setpgid", setpgid(0, 0));
	signal(SIGUSR1, SIG_IGN);
	must("kill", kill(0, SIGUSR1));
	must("kill", kill(-getpid(), SIGUSR1));
	kill(getpid() + 1000000000, SIGUSR1); /* no such process: above any pid_max */
	kill(getpid(), 1000);                 /* no such signal */
	return 0;
}

/* Kills that make no event: groups, nobody, no signal. */
static int kill_unreported(int argc, char **argv)
{
	(void)argc, (void)argv;
	return wait_for(spawn(kill_group_body, NULL));
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
	{ "kill-namespaced", kill_namespaced, 1 },
	{ 0 },
};
