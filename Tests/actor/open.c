/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <grp.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define NOBODY 65534

void become_nobody(void)
{
	must("setgroups", syscall(SYS_setgroups, 0, NULL));
	must("setresgid", syscall(SYS_setresgid, NOBODY, NOBODY, NOBODY));
	must("setresuid", syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY));
}

/* PATH FLAGS MODE, by open(2) itself: the C library's open is openat. */
static int by_open(int argc, char **argv)
{
	(void)argc;
	must("open", syscall(SYS_open, argv[1], number(argv[2]), number(argv[3])));
	return 0;
}

/* DIRECTORY NAME FLAGS MODE, relative to a descriptor of DIRECTORY. */
static int by_openat(int argc, char **argv)
{
	int directory = must("open", open(argv[1], O_PATH | O_DIRECTORY));

	(void)argc;
	must("openat", syscall(SYS_openat, directory, argv[2], number(argv[3]), number(argv[4])));
	return 0;
}

/* PATH FLAGS MODE RESOLVE */
static int by_openat2(int argc, char **argv)
{
	struct open_how how = { .flags = number(argv[2]), .mode = number(argv[3]), .resolve = number(argv[4]) };

	(void)argc;
	must("openat2", syscall(SYS_openat2, AT_FDCWD, argv[1], &how, sizeof(how)));
	return 0;
}

/* PATH MODE */
static int by_creat(int argc, char **argv)
{
	(void)argc;
	must("creat", syscall(SYS_creat, argv[1], number(argv[2])));
	return 0;
}

/* PATH FLAGS, by a handle of PATH and a descriptor of its directory. */
static int by_handle(int argc, char **argv)
{
	struct {
		struct file_handle handle;
		unsigned char bytes[MAX_HANDLE_SZ];
	} file = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount, directory = must("open", open("/", O_RDONLY | O_DIRECTORY));

	(void)argc;
	must("name_to_handle_at", name_to_handle_at(AT_FDCWD, argv[1], &file.handle, &mount, 0));
	must("open_by_handle_at", open_by_handle_at(directory, &file.handle, number(argv[2])));
	return 0;
}

/* PATH LENGTH */
static int by_truncate(int argc, char **argv)
{
	(void)argc;
	must("truncate", truncate(argv[1], number(argv[2])));
	return 0;
}

/* PATH FLAGS MODE, as a 32-bit program calls: by int 0x80, with a path below 4 GiB. */
static int by_compat(int argc, char **argv)
{
#ifdef __x86_64__
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long result;

	(void)argc;
	if (low == MAP_FAILED)
		return must("mmap", -1);
	snprintf(low, 4096, "%s", argv[1]);
	asm volatile("int $0x80"
		     : "=a"(result)
		     : "a"(5L), "b"(low), "c"(number(argv[2])), "d"(number(argv[3]))
		     : "memory", "r8", "r9", "r10", "r11");
	errno = -result;
	must("int 0x80", result);
	return 0;
#else
	(void)argc, (void)argv;
	return 96;
#endif
}

/* PATH FLAGS MODE, by a request to io_uring; ASYNC 1 leaves it to a worker of the kernel. */
static int by_io_uring(int argc, char **argv)
{
	struct io_uring_params parameters = { 0 };
	int ring = must("io_uring_setup", syscall(SYS_io_uring_setup, 4, &parameters));
	size_t submissions = parameters.sq_off.array + parameters.sq_entries * sizeof(__u32);
	char *queue = mmap(NULL, submissions, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entry = mmap(NULL, parameters.sq_entries * sizeof(*entry), PROT_READ | PROT_WRITE, MAP_SHARED,
					  ring, IORING_OFF_SQES);
	size_t completions = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
	char *done = mmap(NULL, completions, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);

	(void)argc;
	if (queue == MAP_FAILED || (void *)entry == MAP_FAILED || done == MAP_FAILED)
		return must("mmap", -1);
	entry->opcode = IORING_OP_OPENAT;
	entry->fd = AT_FDCWD;
	entry->addr = (uintptr_t)argv[1];
	entry->open_flags = number(argv[2]);
	entry->len = number(argv[3]);
	entry->flags = number(argv[4]) ? IOSQE_ASYNC : 0;
	*(__u32 *)(queue + parameters.sq_off.array) = 0;
	__atomic_store_n((__u32 *)(queue + parameters.sq_off.tail), 1, __ATOMIC_RELEASE);
	must("io_uring_enter", syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0));
	int result = ((struct io_uring_cqe *)(done + parameters.cq_off.cqes))->res;
	errno = -result;
	must("the request", result);
	return 0;
}

/* PATH FLAGS, as nobody; tells the error. */
static int refused(int argc, char **argv)
{
	(void)argc;
	become_nobody();
	tell("result", syscall(SYS_openat, AT_FDCWD, argv[1], number(argv[2]), 0) < 0 ? errno : 0);
	return 0;
}

/* DIRECTORY: opens that fail without being refused, and opens of what has no name. */
static int unreported(int argc, char **argv)
{
	int ends[2], sockets[2];
	char path[64];

	(void)argc;
	must("chdir", chdir(argv[1]));
	if (open("missing", O_RDONLY) >= 0 || open(".", O_WRONLY) >= 0 || open("file/below", O_RDONLY) >= 0 ||
	    open("file", O_RDWR | O_CREAT | O_EXCL, 0600) >= 0 || open((char *)8, O_RDONLY) >= 0)
		return 99;
	must("pipe", pipe(ends));
	must("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	must("open a pipe", open(path, O_RDONLY));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", sockets[0]);
	return open(path, O_RDONLY) >= 0;
}

const struct actor open_actors[] = {
	{ "open", by_open, 3 },
	{ "openat", by_openat, 4 },
	{ "openat2", by_openat2, 4 },
	{ "creat", by_creat, 2 },
	{ "open-by-handle", by_handle, 2 },
	{ "truncate", by_truncate, 2 },
	{ "open-compat", by_compat, 3 },
	{ "open-io-uring", by_io_uring, 4 },
	{ "open-refused", refused, 2 },
	{ "open-unreported", unreported, 1 },
	{ 0 },
};
