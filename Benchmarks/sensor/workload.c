// A loop of one system call, and what it cost.
//
//   workload getpid|open|chmod|exec COUNT|SECONDSs PATH
//
// COUNT is a number of rounds; with an `s` behind it, it is a number of seconds. PATH is the file that `open` opens, the
// one that `chmod` changes, after so many others of its directory were looked for that the kernel remembers 20,000 names, or the
// program that `exec` runs. Prints `ROUNDS CPU-NS WALL-NS`, CPU time being user and system time of this process and of
// its children, exec and start-up included, and the looking for names not.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *path;

static int getpid_round(void)
{
	return syscall(SYS_getpid) > 0 ? 0 : -1;
}

static int open_round(void)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : close(fd);
}

static int chmod_round(void)
{
	static int turns;

	return chmod(path, ++turns % 2 ? 0600 : 0644);
}

static void remember_names(void)
{
	char name[4096];

	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "%s.%d", path, i);
		access(name, F_OK);
	}
}

static int exec_round(void)
{
	char *const none[] = { NULL };
	char *const arguments[] = { (char *)path, NULL };
	pid_t child = vfork();
	int status;

	if (child == 0) {
		execve(path, arguments, none);
		_exit(127);
	}
	return waitpid(child, &status, 0) == child && status == 0 ? 0 : -1;
}

static long long wall_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long cpu_ns(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000LL +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL;
}

static const struct kind {
	const char *name;
	int (*round)(void);
	void (*prepare)(void);
} kinds[] = {
	{ "getpid", getpid_round, NULL },
	{ "open", open_round, NULL },
	{ "chmod", chmod_round, remember_names },
	{ "exec", exec_round, NULL },
	{ NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	const struct kind *kind = kinds;
	long long start, prepared = 0, rounds = 0;
	char *unit;
	long long limit;

	if (argc != 4)
		return 2;
	path = argv[3];
	limit = strtoll(argv[2], &unit, 10);
	while (kind->name && strcmp(kind->name, argv[1]))
		kind++;
	if (!kind->name)
		return 2;
	if (kind->prepare) {
		prepared = cpu_ns(RUSAGE_SELF);
		kind->prepare();
		prepared = cpu_ns(RUSAGE_SELF) - prepared;
	}
	start = wall_ns();
	if (*unit == 's') {
		long long end = start + limit * 1000000000LL;

		// The clock is read without a system call, and not often.
		while (rounds % 64 || wall_ns() < end) {
			if (kind->round())
				return 1;
			rounds++;
		}
	} else {
		for (; rounds < limit; rounds++)
			if (kind->round())
				return 1;
	}
	printf("%lld %lld %lld\n", rounds, cpu_ns(RUSAGE_SELF) - prepared + cpu_ns(RUSAGE_CHILDREN), wall_ns() - start);
	return 0;
}
