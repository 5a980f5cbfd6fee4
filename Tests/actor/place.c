/* SPDX-License-Identifier: Apache-2.0 */
/* Actors that go somewhere and act there. */
#include "actor.h"

#include <sys/ioctl.h>
#include <sys/prctl.h>

/* ACTOR ARG...: on a new terminal that controls a session of its own. */
static int on_terminal(int argc, char **argv)
{
	int controller = must("posix_openpt", posix_openpt(O_RDWR | O_NOCTTY));
	unsigned index;

	(void)argc;
	must("unlock", unlockpt(controller));
	must("TIOCGPTN", ioctl(controller, TIOCGPTN, &index));
	must("setsid", setsid());
	int terminal = must("open", open(ptsname(controller), O_RDWR | O_NOCTTY));
	must("TIOCSCTTY", ioctl(terminal, TIOCSCTTY, 0));
	tell("terminal", index);
	argv[0] = "actor";
	execv(self, argv);
	return must("execv", -1);
}

/* GROUP ACTOR ARG...: in a cgroup. A child execs ACTOR. */
static int in_cgroup(int argc, char **argv)
{
	char path[4096];

	(void)argc;
	snprintf(path, sizeof(path), "%s/cgroup.procs", argv[1]);
	int fd = must("open", open(path, O_WRONLY));
	must("write", write(fd, "0", 1));
	close(fd);
	argv[1] = "actor";
	execv(self, argv + 1);
	return must("execv", -1);
}

/* PROGRAM ARG...: as nobody, without capabilities. */
static int as_nobody(int argc, char **argv)
{
	(void)argc;
	must("setgroups", syscall(SYS_setgroups, 0, NULL));
	must("setresgid", syscall(SYS_setresgid, 65534, 65534, 65534));
	must("setresuid", syscall(SYS_setresuid, 65534, 65534, 65534));
	execv(argv[1], argv + 1);
	return must("execv", -1);
}

/* Its name changes after the exec. */
static int renamed(int argc, char **argv)
{
	(void)argc;
	must("prctl", prctl(PR_SET_NAME, "disguise"));
	return open(argv[1], O_RDONLY) < 0;
}

/* SECONDS: waits for signals; SIGTERM ends it with 15, SIGINT with 2. */
static void leave(int signal)
{
	tell("signal", signal);
	_exit(signal);
}

static int lingers(int argc, char **argv)
{
	(void)argc;
	signal(SIGTERM, leave);
	signal(SIGINT, leave);
	tell("pid", getpid());
	sleep(number(argv[1]));
	return 1;
}

/* SECONDS: what does not end when asked. */
static int stubborn(int argc, char **argv)
{
	(void)argc;
	signal(SIGTERM, SIG_IGN);
	tell("pid", getpid());
	for (long end = number(argv[1]) * 10; end > 0; end--)
		usleep(100000);
	return 1;
}

const struct actor place_actors[] = {
	{ "on-terminal", on_terminal, 1 }, { "in-cgroup", in_cgroup, 2 }, { "as-nobody", as_nobody, 1 },
	{ "renamed", renamed, 1 },         { "linger", lingers, 1 },      { "stubborn", stubborn, 1 },
	{ 0 },
};
