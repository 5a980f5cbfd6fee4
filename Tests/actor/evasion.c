/* SPDX-License-Identifier: Apache-2.0 */
/* Actors that do one thing by the way on which a watcher might not look for it. */
#include "actor.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* TOOL NEW ARGV0: the tool gets another name, the process one of its own, and the image a forged first argument. */
static int disguise(int argc, char **argv)
{
	(void)argc;
	must("rename", rename(argv[1], argv[2]));
	must("prctl", prctl(PR_SET_NAME, "kworker/0:1"));
	execl(argv[2], argv[3], "nothing", NULL);
	return must("execl", -1);
}

static int changes_received(void *end)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec room = { &byte, 1 };
	struct msghdr message = { .msg_iov = &room, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	int fd;

	must("recvmsg", recvmsg(*(int *)end, &message, 0));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	must("fchmod", fchmod(fd, 0640));
	return 0;
}

/* PATH: a child changes the file by a descriptor that it was sent. */
static int pass_descriptor(int argc, char **argv)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec byte = { "x", 1 };
	struct msghdr message = { .msg_iov = &byte, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int ends[2], fd;
	pid_t child;

	(void)argc;
	must("socketpair", socketpair(AF_UNIX, SOCK_DGRAM, 0, ends));
	child = spawn(changes_received, &ends[1]);
	tell("child", child);
	fd = must("open", open(argv[1], O_RDONLY));
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	must("sendmsg", sendmsg(ends[0], &message, 0));
	return wait_for(child);
}

static int waits(void *unused)
{
	(void)unused;
	while (1)
		pause();
	return 0;
}

/* PATH: changes the file by a descriptor that it takes from its child. */
static int steal_descriptor(int argc, char **argv)
{
	int fd = must("open", open(argv[1], O_RDONLY));
	pid_t child = spawn(waits, NULL);
	int pidfd = must("pidfd_open", syscall(SYS_pidfd_open, child, 0));

	(void)argc;
	close(fd);
	must("fchmod", fchmod(must("pidfd_getfd", syscall(SYS_pidfd_getfd, pidfd, fd, 0)), 0640));
	must("pidfd_send_signal", syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0));
	tell("child", child);
	wait_for(child);
	return 0;
}

/* ptrace|mem|vm|vm-read: writes into the memory of a child, or reads it. Tells the child, and where. */
static int inject(int argc, char **argv)
{
	static long word = 1;
	long other = 2;
	pid_t child = spawn(waits, NULL);
	struct iovec from = { &other, sizeof(other) }, to = { &word, sizeof(word) };
	char path[64];

	(void)argc;
	tell("child", child);
	tell("address", (long)&word);
	snprintf(path, sizeof(path), "/proc/%d/mem", child);
	if (!strcmp(argv[1], "ptrace")) {
		must("PTRACE_ATTACH", ptrace(PTRACE_ATTACH, child, NULL, NULL));
		wait_for(child);
		must("PTRACE_POKEDATA", ptrace(PTRACE_POKEDATA, child, &word, other));
		must("PTRACE_DETACH", ptrace(PTRACE_DETACH, child, NULL, NULL));
	} else if (!strcmp(argv[1], "mem")) {
		must("pwrite", pwrite(must("open", open(path, O_RDWR)), &other, sizeof(other), (off_t)&word));
	} else if (!strcmp(argv[1], "vm-read")) {
		must("process_vm_readv", process_vm_readv(child, &from, 1, &to, 1, 0));
	} else {
		must("process_vm_writev", process_vm_writev(child, &from, 1, &to, 1, 0));
	}
	must("kill", kill(child, SIGKILL));
	wait_for(child);
	return 0;
}

static void write_file(const char *path, const char *text)
{
	int fd = must(path, open(path, O_WRONLY | O_CLOEXEC));

	must(path, write(fd, text, strlen(text)));
	close(fd);
}

/* DIRECTORY FILE: runs FILE, of a kind that a user namespace of its own has registered this program for. */
static int binfmt(int argc, char **argv)
{
	char text[4200];

	(void)argc;
	must("unshare", unshare(CLONE_NEWUSER | CLONE_NEWNS));
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", "0 0 1");
	write_file("/proc/self/gid_map", "0 0 1");
	must("mount", mount("none", argv[1], "binfmt_misc", 0, NULL));
	must("chdir", chdir(argv[1]));
	snprintf(text, sizeof(text), ":martlet:E::martlet::%s:", self);
	write_file("register", text);
	execl(argv[2], argv[2], "nothing", NULL);
	return must("execl", -1);
}

struct brief {
	const char *source, *target;
	char tool[4096];
};

static int lives_briefly(void *argument)
{
	struct brief *brief = argument;

	must("unshare", unshare(CLONE_NEWNS));
	must("make private", mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	must("bind", mount(brief->source, brief->target, NULL, MS_BIND, NULL));
	execl(brief->tool, "brief", "nothing", NULL);
	return must("execl", -1);
}

/* SOURCE TARGET NAME COUNT: one after the other, COUNT namespaces in which TARGET is SOURCE and NAME in it is run. */
static int brief_namespaces(int argc, char **argv)
{
	struct brief brief = { .source = argv[1], .target = argv[2] };

	(void)argc;
	snprintf(brief.tool, sizeof(brief.tool), "%s/%s", argv[2], argv[3]);
	for (long i = number(argv[4]); i > 0; i--)
		if (wait_for(spawn(lives_briefly, &brief)))
			return 97;
	return 0;
}

const struct actor evasion_actors[] = {
	{ "disguise", disguise, 3 },
	{ "pass-descriptor", pass_descriptor, 1 },
	{ "steal-descriptor", steal_descriptor, 1 },
	{ "inject", inject, 1 },
	{ "binfmt", binfmt, 2 },
	{ "brief-namespaces", brief_namespaces, 4 },
	{ 0 },
};
