/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <pthread.h>
#include <sys/mman.h>

/* PATH LENGTH PROT FLAGS OFFSET: a file, or anonymous memory where PATH is "-". Tells the address, or the error. */
static int by_mmap(int argc, char **argv)
{
	int fd = strcmp(argv[1], "-") ? must("open", open(argv[1], O_RDWR)) : -1;
	/* not by the C library, which looks at the offset itself */
	long address = syscall(SYS_mmap, NULL, number(argv[2]), number(argv[3]), number(argv[4]), fd, number(argv[5]));

	(void)argc;
	tell("error", address == -1 ? errno : 0);
	if (address != -1)
		tell("address", address);
	return 0;
}

/* PATH: shared anonymous memory, /dev/zero, a memfd, a descriptor that is closed. */
static int mmap_others(int argc, char **argv)
{
	int memfd = must("memfd_create", syscall(SYS_memfd_create, "mapped", 0));
	int zero = must("open", open("/dev/zero", O_RDWR));

	(void)argc, (void)argv;
	must("ftruncate", ftruncate(memfd, 8192));
	tell("shared", (long)mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	tell("zero", (long)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, zero, 0));
	tell("memfd", (long)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, memfd, 4096));
	tell("closed", mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 1000, 0) == MAP_FAILED ? errno : 0);
	return 0;
}

#ifdef __x86_64__
static long compat(long number, long a, long b, long c, long d, long e, long f)
{
	static long sixth; /* goes into rbp, which the compiler may want for itself; not on the stack, which moves */
	long result;

	sixth = f;
	asm volatile("push %%rbp; mov %7, %%rbp; int $0x80; pop %%rbp"
		     : "=a"(result)
		     : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e), "m"(sixth)
		     : "memory", "r8", "r9", "r10", "r11");
	return result;
}
#endif

/* PATH: as a 32-bit program, by mmap2 in pages and by the mmap that has its arguments in memory; then mprotect. */
static int mmap_compat(int argc, char **argv)
{
#ifdef __x86_64__
	int fd = must("open", open(argv[1], O_RDONLY));
	__u32 *args = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long mapped;

	(void)argc;
	mapped = compat(192, 0, 4096, PROT_READ, MAP_PRIVATE, fd, 1);
	tell("mmap2", (unsigned)mapped);
	memcpy(args, (__u32[]){ 0, 4096, PROT_READ, MAP_PRIVATE, fd, 4096 }, 24);
	tell("mmap", (unsigned)compat(90, (long)args, 0, 0, 0, 0, 0));
	tell("mprotect", compat(125, mapped, 4096, PROT_READ | PROT_EXEC, 0, 0, 0));
	return 0;
#else
	(void)argc, (void)argv;
	return 96;
#endif
}

static char *area(size_t pages, int protection)
{
	/* between two pages that nothing merges with */
	char *all = mmap(NULL, (pages + 2) * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (all == MAP_FAILED)
		must("mmap", -1);
	must("mprotect", mprotect(all + 4096, pages * 4096, protection));
	return all + 4096;
}

/* PROT PAGES FROM COUNT: COUNT pages from number FROM of an area of PAGES that may be read and written. Tells both. */
static int by_mprotect(int argc, char **argv)
{
	char *start = area(number(argv[2]), PROT_READ | PROT_WRITE);

	(void)argc;
	tell("start", (long)start);
	tell("end", (long)start + number(argv[2]) * 4096);
	must("mprotect", mprotect(start + number(argv[3]) * 4096, number(argv[4]) * 4096, number(argv[1])));
	return 0;
}

/* Calls that fail, and one by pkey_mprotect. Tells the errors. */
static int mprotect_others(int argc, char **argv)
{
	char *start = area(2, PROT_READ);
	int readonly = must("open", open(self, O_RDONLY));
	char *shared = mmap(NULL, 4096, PROT_READ, MAP_SHARED, readonly, 0);

	(void)argc, (void)argv;
	tell("start", (long)start);
	tell("shared", (long)shared);
	tell("unaligned", mprotect(start + 1, 4096, PROT_READ) ? errno : 0);
	tell("unmapped", syscall(SYS_mprotect, 4096L, 4096L, PROT_READ) ? errno : 0);
	tell("refused", mprotect(shared, 4096, PROT_READ | PROT_WRITE) ? errno : 0);
	tell("empty", mprotect(start, 0, PROT_READ | PROT_WRITE) ? errno : 0);
	tell("pkey", syscall(SYS_pkey_mprotect, start, 8192L, PROT_READ | PROT_EXEC, -1) ? errno : 0);
	return 0;
}

static void *map_and_protect(void *unused)
{
	char *start = mmap(NULL, 65536, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)unused;
	tell("tid", gettid());
	must("mprotect", mprotect(start, 65536, PROT_READ | PROT_EXEC));
	return NULL;
}

/* In a second thread. */
static int memory_thread(int argc, char **argv)
{
	pthread_t thread;

	(void)argc, (void)argv;
	if (pthread_create(&thread, NULL, map_and_protect, NULL))
		return 99;
	return pthread_join(thread, NULL);
}

const struct actor memory_actors[] = {
	{ "mmap", by_mmap, 5 },
	{ "mmap-others", mmap_others, 0 },
	{ "mmap-compat", mmap_compat, 1 },
	{ "mprotect", by_mprotect, 4 },
	{ "mprotect-others", mprotect_others, 0 },
	{ "memory-thread", memory_thread, 0 },
	{ 0 },
};
