/* SPDX-License-Identifier: Apache-2.0 */
/* Actors that set something: of a socket, of a parameter of the kernel, of a control group. */
#include "actor.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* COUNT: attaches a filter of COUNT instructions to a packet socket; the first take what is 0x7255 at 12. */
static int attach_filter(int argc, char **argv)
{
	static struct sock_filter filter[BPF_MAXINSNS];
	struct sock_fprog program = { number(argv[1]), filter };
	int fd = must("socket", socket(AF_PACKET, SOCK_RAW, 0));

	(void)argc;
	for (int i = 0; i < program.len; i++)
		filter[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	filter[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12);
	filter[1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x7255, 0, 1);
	filter[2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 65535);
	must("setsockopt", setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)));
	return 0;
}

/* TEXT: in a namespace of its own, writes the domain name that the kernel has, and reads it again. */
static int domain_name(int argc, char **argv)
{
	char read_back[64];
	int fd;

	(void)argc;
	must("unshare", unshare(CLONE_NEWUTS));
	must("setdomainname", setdomainname("before", 6));
	fd = must("open", open("/proc/sys/kernel/domainname", O_RDWR));
	must("write", write(fd, argv[1], strlen(argv[1])));
	must("pread", pread(fd, read_back, sizeof(read_back), 0));
	return 0;
}

static int waits(void *unused)
{
	(void)unused;
	pause();
	return 0;
}

/* Sends the text to `fd` through a file, as sendfile(2) wants it. */
static long send_text(int fd, const char *text)
{
	int file = must("memfd_create", syscall(SYS_memfd_create, "text", 0));

	must("write", write(file, text, strlen(text)));
	must("lseek", lseek(file, 0, SEEK_SET));
	return sendfile(fd, file, NULL, strlen(text));
}

/* FILE HOW: moves a child to the control group whose FILE that is, by write, pwrite, writev, pwritev, pwritev2 or sendfile. */
static int move_child(int argc, char **argv)
{
	const char *how = argv[2];
	pid_t child = spawn(waits, NULL);
	int fd = must("open", open(argv[1], O_WRONLY));
	char text[16];
	struct iovec part = { text, snprintf(text, sizeof(text), "%d\n", child) };
	long result;

	(void)argc;
	tell("child", child);
	if (!strcmp(how, "write"))
		result = write(fd, text, part.iov_len);
	else if (!strcmp(how, "pwrite"))
		result = pwrite(fd, text, part.iov_len, 0);
	else if (!strcmp(how, "writev"))
		result = writev(fd, &part, 1);
	else if (!strcmp(how, "pwritev"))
		result = pwritev(fd, &part, 1, 0);
	else if (!strcmp(how, "pwritev2"))
		result = pwritev2(fd, &part, 1, 0, 0);
	else
		result = send_text(fd, text);
	must("move", result);
	must("kill", kill(child, SIGKILL));
	wait_for(child);
	return 0;
}

const struct actor setting_actors[] = {
	{ "attach-filter", attach_filter, 1 },
	{ "domain-name", domain_name, 1 },
	{ "move-child", move_child, 2 },
	{ 0 },
};
