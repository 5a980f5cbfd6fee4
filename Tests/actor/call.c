/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls by number, with arguments that are spelled: n:NUMBER, s:TEXT (a pointer to it), f:PATH (a descriptor of it,
 * for reading), w:PATH (for reading and writing), q:A,B,… (a pointer to at most eight numbers of 64 bits), l:A,B,… (of 32 bits).
 * The word `then` begins another call. What pointers lead to is below 4 GiB, for 32-bit calls.
 *
 * A text is looked up as a path right before its call, so that the kernel has in its cache what was there long before, and
 * may have been given up since. One that is spelled c:TEXT is not.
 */
#include "actor.h"

#include <grp.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/mman.h>

static char *low_memory(size_t size)
{
	static char *next, *end;
	char *found;

	if (!next) {
		next = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
		if (next == MAP_FAILED)
			must("mmap", -1);
		end = next + (1 << 16);
	}
	size = (size + 15) & ~15UL;
	if (size > (size_t)(end - next))
		must("low memory", -1);
	found = next;
	next += size;
	return found;
}

static long argument(const char *word)
{
	const char *value = word + 2;
	char *memory;

	switch (word[0]) {
	case 's':
	case 'c':
		memory = low_memory(strlen(value) + 1);
		strcpy(memory, value);
		return (long)memory;
	case 'f':
		return must("open", open(value, O_RDONLY));
	case 'w':
		return must("open", open(value, O_RDWR));
	case 'q':
	case 'l':
		memory = low_memory(64);
		for (int i = 0; *value && i < 8; i++) {
			long part = strtol(value, (char **)&value, 0);

			if (word[0] == 'q')
				((int64_t *)memory)[i] = part;
			else
				((int32_t *)memory)[i] = part;
			value += *value == ',';
		}
		return (long)memory;
	default:
		return number(value);
	}
}

#define CALLS 32

struct call {
	long number;
	long arguments[6];
	bool is_path[6]; /* or may be one */
};

static void set_argument(struct call *call, int index, const char *word)
{
	call->arguments[index] = argument(word);
	call->is_path[index] = word[0] == 's';
}

/* What is before a path is its directory, where there is one. */
static void look_up(const struct call *call)
{
	struct stat found;

	for (int i = 0; i < 6; i++) {
		const char *path = (const char *)call->arguments[i];
		int directory = i ? (int)call->arguments[i - 1] : AT_FDCWD;

		if (!call->is_path[i])
			continue;
		fstatat(directory, path, &found, AT_SYMLINK_NOFOLLOW);
		fstatat(directory, path, &found, 0);
	}
}

static int read_calls(int argc, char **argv, struct call *calls)
{
	int count = 0, next = 0;

	memset(calls, 0, CALLS * sizeof(*calls));
	for (int i = 1; i < argc && count < CALLS; i++) {
		if (!strcmp(argv[i], "then")) {
			next = 0;
			continue;
		}
		if (next == 0)
			calls[count++].number = number(argv[i]);
		else if (next <= 6)
			set_argument(&calls[count - 1], next - 1, argv[i]);
		next++;
	}
	return count;
}

static long native(const struct call *call)
{
	const long *in = call->arguments;

	return syscall(call->number, in[0], in[1], in[2], in[3], in[4], in[5]);
}

static void perform(const struct call *calls, int count)
{
	for (int i = 0; i < count; i++) {
		look_up(&calls[i]);
		tell("error", native(&calls[i]) < 0 ? errno : 0);
	}
}

/* NUMBER ARGUMENT... [then NUMBER ARGUMENT...]: tells the error of each, 0 for none. */
static int plain(int argc, char **argv)
{
	struct call calls[CALLS];

	perform(calls, read_calls(argc, argv, calls));
	return 0;
}

/* The same as nobody; descriptors are opened before. */
static int refused(int argc, char **argv)
{
	struct call calls[CALLS];
	int count = read_calls(argc, argv, calls);

	must("setgroups", setgroups(0, NULL));
	must("setresgid", syscall(SYS_setresgid, 65534, 65534, 65534));
	must("setresuid", syscall(SYS_setresuid, 65534, 65534, 65534));
	perform(calls, count);
	return 0;
}

struct work {
	struct call calls[CALLS];
	int count;
};

static void *perform_work(void *argument)
{
	struct work *work = argument;

	tell("tid", gettid());
	perform(work->calls, work->count);
	return NULL;
}

/* The same in another thread, which it tells. */
static int in_thread(int argc, char **argv)
{
	struct work work;
	pthread_t thread;

	work.count = read_calls(argc, argv, work.calls);
	if (pthread_create(&thread, NULL, perform_work, &work) || pthread_join(thread, NULL))
		return 97;
	return 0;
}

/* The same as a 32-bit program calls: by int 0x80, with the numbers of i386. */
static int by_compat(int argc, char **argv)
{
#ifdef __x86_64__
	struct call calls[CALLS];
	int count = read_calls(argc, argv, calls);

	for (int i = 0; i < count; i++) {
		const long *in = calls[i].arguments;
		long result;

		look_up(&calls[i]);
		asm volatile("int $0x80"
			     : "=a"(result)
			     : "a"(calls[i].number), "b"(in[0]), "c"(in[1]), "d"(in[2]), "S"(in[3]), "D"(in[4])
			     : "memory", "r8", "r9", "r10", "r11");
		tell("error", (int)result < 0 ? -(int)result : 0);
	}
	return 0;
#else
	(void)argc, (void)argv;
	return 96;
#endif
}

#define TABLE 4

/* Has one request done by io_uring, with room for TABLE files of its own, and returns its result. */
static int submit(const struct io_uring_sqe *request)
{
	struct io_uring_params parameters = { 0 };
	int ring = must("io_uring_setup", syscall(SYS_io_uring_setup, 4, &parameters));
	int none[TABLE] = { -1, -1, -1, -1 };
	size_t submissions = parameters.sq_off.array + parameters.sq_entries * sizeof(__u32);
	char *queue = mmap(NULL, submissions, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entry = mmap(NULL, parameters.sq_entries * sizeof(*entry), PROT_READ | PROT_WRITE, MAP_SHARED,
					  ring, IORING_OFF_SQES);
	size_t completions = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
	char *done = mmap(NULL, completions, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);

	if (queue == MAP_FAILED || (void *)entry == MAP_FAILED || done == MAP_FAILED)
		return must("mmap", -1);
	must("io_uring_register", syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, none, TABLE));
	*entry = *request;
	*(__u32 *)(queue + parameters.sq_off.array) = 0;
	__atomic_store_n((__u32 *)(queue + parameters.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (request->flags & IOSQE_CQE_SKIP_SUCCESS) {
		must("io_uring_enter", syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0));
		sleep(1); /* nothing tells its end, and a worker may have to wait for a processor */
		must("chdir", chdir("/")); /* which tells what was told in time */
		return 0;
	}
	must("io_uring_enter", syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0));
	return ((struct io_uring_cqe *)(done + parameters.cq_off.cqes))->res;
}

/* IOSQE_ASYNC for 1, which leaves a request to a worker of the kernel, for 2 no completion, and for 3 both. */
static __u8 ring_flags(const char *word)
{
	return (number(word) & 1 ? IOSQE_ASYNC : 0) | (number(word) & 2 ? IOSQE_CQE_SKIP_SUCCESS : 0);
}

/*
 * OPCODE FD ADDRESS LENGTH OFFSET FLAGS ADDRESS3 ASYNC, the members of a request to io_uring in the spelling of arguments;
 * the error is told.
 */
static int by_ring(int argc, char **argv)
{
	struct io_uring_sqe request = { 0 };
	struct call call = { 0 };
	const long *in = call.arguments;

	(void)argc;
	for (int i = 0; i < 6; i++)
		set_argument(&call, i, argv[i + 2]);
	request.opcode = number(argv[1]);
	request.fd = in[0];
	request.addr = in[1];
	request.len = in[2];
	request.off = in[3];
	request.rename_flags = in[4];
	request.addr3 = in[5];
	request.flags = ring_flags(argv[8]);
	look_up(&call);
	tell("error", -submit(&request));
	return 0;
}

/* PATH SLOT ASYNC: opens PATH into a slot of the ring's own table, counted from 1; -1 is any that is free. */
static int opens_into_ring(int argc, char **argv)
{
	struct io_uring_sqe request = { .opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = (__u64)argv[1] };

	(void)argc;
	request.file_index = number(argv[2]);
	request.flags = ring_flags(argv[3]);
	tell("error", -submit(&request));
	return 0;
}

/* FILE ASYNC: splices from FILE into a pipe by a request to io_uring. */
static int splices_by_ring(int argc, char **argv)
{
	struct io_uring_sqe request = { .opcode = IORING_OP_SPLICE, .off = -1, .len = 4, .splice_off_in = -1 };
	int ends[2];

	(void)argc;
	must("pipe", pipe(ends));
	request.splice_fd_in = must("open", open(argv[1], O_RDONLY));
	request.fd = ends[1];
	request.flags = ring_flags(argv[2]);
	return submit(&request) != (request.flags & IOSQE_CQE_SKIP_SUCCESS ? 0 : 4);
}

struct swap {
	char *text;
	const char *paths[2];
	volatile int stop;
};

static void *swap_paths(void *argument)
{
	struct swap *swap = argument;

	for (unsigned turn = 0; !swap->stop; turn++)
		swap->text[0] = swap->paths[turn & 1][0];
	return NULL;
}

/*
 * DIRECTORY COUNT: chmods a file, to which the caller's string leads at the moment, COUNT times, while another thread
 * changes the string. Each time the file that it was gets a mode of its own number: tells mode numbers of both.
 */
static int raced(int argc, char **argv)
{
	struct swap swap = { .paths = { "a", "b" } };
	struct stat a, b;
	pthread_t thread;

	(void)argc;
	must("chdir", chdir(argv[1]));
	swap.text = low_memory(2);
	strcpy(swap.text, "a");
	close(must("open", open("a", O_CREAT | O_WRONLY, 0600)));
	close(must("open", open("b", O_CREAT | O_WRONLY, 0600)));
	if (pthread_create(&thread, NULL, swap_paths, &swap))
		return 97;
	for (long i = number(argv[2]); i > 0; i--) {
		unsigned mode = i & 0777;

		must("fchmodat a", syscall(SYS_fchmodat, AT_FDCWD, "./a", 01000));
		must("fchmodat b", syscall(SYS_fchmodat, AT_FDCWD, "./b", 01000));
		must("chmod", syscall(SYS_chmod, swap.text, mode));
		must("stat", stat("./a", &a));
		must("stat", stat("./b", &b));
		tell((a.st_mode & 07777) == mode ? "a" : "b", mode);
		if ((b.st_mode & 07777) != ((a.st_mode & 07777) == mode ? 01000 : mode))
			return 96;
	}
	swap.stop = 1;
	pthread_join(thread, NULL);
	return 0;
}

/* FILE: splices from FILE into a pipe, from one pipe to another, and from no descriptor at all. */
static int splices(int argc, char **argv)
{
	int file = must("open", open(argv[1], O_RDONLY)), first[2], second[2];

	(void)argc;
	must("pipe", pipe(first));
	must("pipe", pipe(second));
	must("splice", splice(file, NULL, first[1], NULL, 4, 0));
	must("splice", splice(first[0], NULL, second[1], NULL, 4, 0));
	tell("error", splice(first[0], NULL, -1, NULL, 4, 0) < 0 ? errno : 0);
	return 0;
}

/* FILE: splices from FILE into a pipe whose one buffer was written and read before, which leaves its flags behind. */
static int splices_drained(int argc, char **argv)
{
	int file = must("open", open(argv[1], O_RDONLY)), ends[2];
	char byte = 'x';

	(void)argc;
	must("pipe", pipe(ends));
	must("write", write(ends[1], &byte, 1));
	must("read", read(ends[0], &byte, 1));
	must("splice", splice(file, NULL, ends[1], NULL, 4, 0));
	return 0;
}

/* FILE: splices a part of what was written to a pipe into FILE; the rest keeps its flags. */
static int splices_out(int argc, char **argv)
{
	int file = must("open", open(argv[1], O_WRONLY)), ends[2];

	(void)argc;
	must("pipe", pipe(ends));
	must("write", write(ends[1], "content", 7));
	must("splice", splice(ends[0], NULL, file, NULL, 4, 0));
	return 0;
}

const struct actor call_actors[] = {
	{ "call", plain, 1 },
	{ "call-refused", refused, 1 },
	{ "call-thread", in_thread, 1 },
	{ "call-compat", by_compat, 1 },
	{ "call-io-uring", by_ring, 8 },
	{ "open-into-ring", opens_into_ring, 3 },
	{ "race-chmod", raced, 2 },
	{ "splice", splices, 1 },
	{ "splice-drained", splices_drained, 1 },
	{ "splice-out", splices_out, 1 },
	{ "splice-io-uring", splices_by_ring, 2 },
	{ 0 },
};
